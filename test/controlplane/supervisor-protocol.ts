/** A program to run: its output, both streams, is appended to `logFile`. */
export interface ProgramSpec {
  /** Unique among the running programs of one supervisor. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The program gets `env` and nothing else. Default: this process's own environment beneath it. */
  readonly onlyEnv?: boolean;
}

/** What the owner asks of the supervisor's process. */
export type SupervisorRequest =
  | { readonly ask: 'start'; readonly id: number; readonly program: ProgramSpec }
  | { readonly ask: 'stop'; readonly id: number; readonly name: string; readonly graceMs: number }
  | { readonly ask: 'shutdown' };

/** What the supervisor's process tells its owner. */
export type SupervisorReport =
  | { readonly tell: 'ready'; readonly folder: string }
  | { readonly tell: 'answered'; readonly id: number; readonly pid: number }
  | { readonly tell: 'refused'; readonly id: number; readonly why: string }
  | { readonly tell: 'exited'; readonly name: string; readonly how: string; readonly code: number };
