import { spawn } from 'node:child_process';

/** How a command ended, with all that it said. `code` is -1 when a signal or the time limit ended it. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Written to the command's standard input, which is closed afterwards (and at once without it). */
  readonly stdin?: string;
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The command is ended after that many milliseconds. Default: 60 000. */
  readonly timeoutMs?: number;
}

/**
 * Runs a command to its end without a shell. A command that fails is a result; only one that cannot be started
 * throws.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const timeoutMs = options.timeoutMs ?? 60_000;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.on('error', (cause) => {
    clearTimeout(timer);
    reject(new Error(`cannot start ${command}`, { cause }));
  });
  child.on('close', (code) => {
    clearTimeout(timer);
    const late = timedOut ? `\nended after ${timeoutMs} ms\n` : '';
    resolve({
      code: code ?? -1,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString() + late,
    });
  });
  // A command may end without reading its input: its exit code tells the story, the broken pipe does not.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  return promise;
}
