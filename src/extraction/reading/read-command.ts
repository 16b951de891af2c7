import type { Place } from '../../findings/place.ts';
import type { ExtractionContext } from './extraction-context.ts';
import { withoutGapCharacters } from './gaps.ts';
import { memberList } from './guard.ts';
import { type EnvironmentVariable, expander } from './read-environment.ts';
import { type ContainerReading, placeIn } from './read-pod.ts';
import { type ShellCommand, splitShell } from './split-shell.ts';

const MOST_WORDS = 4096;
/** `sh -c "sh -c …"` is followed this deep. */
const MOST_SHELLS = 3;

/** One word of what a container runs, with where it stands. */
export interface Word {
  readonly text: string;
  readonly place: Place;
}

/** One program that a container runs. */
export interface RunCommand {
  /** Base name of the program; undefined where the image decides (arguments without a command). */
  readonly program: string | undefined;
  readonly words: readonly Word[];
  readonly assignments: readonly EnvironmentVariable[];
  readonly redirectedTo?: string;
}

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'ksh', 'busybox']);

/** Programs that only start another: the number of their own words after options that take none. */
const STARTERS = new Map<string, number>([
  ['exec', 0],
  ['env', 0],
  ['command', 0],
  ['nohup', 0],
  ['tini', 0],
  ['dumb-init', 0],
  ['catatonit', 0],
  ['time', 0],
  ['setsid', 0],
  ['stdbuf', 0],
  ['launcher', 0],
  ['su-exec', 1],
  ['gosu', 1],
  ['timeout', 1],
]);

/** What the container runs: its command and arguments expanded, shells split, starters left out. */
export function readCommands(
  container: ContainerReading,
  environment: ReadonlyMap<string, EnvironmentVariable>,
  context: ExtractionContext,
): readonly RunCommand[] {
  const expand = expander(environment, context);
  const read = (list: 'command' | 'args'): Word[] =>
    memberList(container.spec, list, MOST_WORDS).flatMap((word, index) =>
      typeof word === 'string'
        ? [
            {
              text: expand(withoutGapCharacters(word)),
              place: placeIn(context.pod, `${container.pointer}/${list}/${index}`),
            },
          ]
        : [],
    );
  const command = read('command');
  const args = read('args');
  if (command.length === 0 && args.length === 0) return [];
  return new CommandReader(environment, context).read([...command, ...args], [], 0, command.length > 0);
}

class CommandReader {
  readonly #variables: Map<string, EnvironmentVariable>;
  readonly #context: ExtractionContext;

  constructor(environment: ReadonlyMap<string, EnvironmentVariable>, context: ExtractionContext) {
    this.#variables = new Map(environment);
    this.#context = context;
  }

  read(
    words: readonly Word[],
    assignments: readonly EnvironmentVariable[],
    depth: number,
    named: boolean,
    redirectedTo?: string,
  ): readonly RunCommand[] {
    const { rest, set } = withoutStarters(words);
    const given = [...assignments, ...set];
    const first = rest[0];
    if (first === undefined)
      return given.length === 0 ? [] : [{ program: undefined, words: [], assignments: given }];
    const program = named || looksLikeProgram(first.text) ? baseName(first.text) : undefined;
    const script = program !== undefined && depth < MOST_SHELLS ? scriptOf(program, rest) : undefined;
    if (script !== undefined) return this.#readScript(script, given, depth + 1);
    return [
      {
        program,
        words: rest,
        assignments: given,
        ...(redirectedTo === undefined ? {} : { redirectedTo }),
      },
    ];
  }

  #readScript(script: Word, given: readonly EnvironmentVariable[], depth: number): readonly RunCommand[] {
    for (const variable of given) this.#variables.set(variable.name, variable);
    const commands = splitShell(
      script.text,
      (name) => this.#variables.get(name)?.text,
      (what) => this.#context.gap('Unresolvable', `It holds ${what}, which only the shell can tell.`),
    );
    return commands.flatMap((command) => this.#readShellCommand(command, script.place, depth));
  }

  #readShellCommand(command: ShellCommand, place: Place, depth: number): readonly RunCommand[] {
    const exported = command.words[0] === 'export' ? command.words.slice(1) : [];
    const set = [
      ...command.assignments,
      ...exported.flatMap((word) => {
        const equals = word.indexOf('=');
        return equals > 0 ? [{ name: word.slice(0, equals), text: word.slice(equals + 1) }] : [];
      }),
    ].map((assignment) => ({ ...assignment, place: { ...place, within: assignment.name } }));
    const lasts = command.words.length === 0 || exported.length > 0;
    if (lasts) for (const variable of set) this.#variables.set(variable.name, variable);
    if (exported.length > 0) return [{ program: undefined, words: [], assignments: set }];
    const words = command.words.map((text) => ({ text, place }));
    return this.read(words, set, depth, true, command.redirectedTo);
  }
}

/** Leaves out programs that only start the next one, and the variables that `env` sets. */
function withoutStarters(words: readonly Word[]): { rest: readonly Word[]; set: EnvironmentVariable[] } {
  const set: EnvironmentVariable[] = [];
  let at = 0;
  for (let own = ownWords(words[at]); own !== undefined; own = ownWords(words[at])) {
    at += 1;
    while (words[at]?.text.startsWith('-') === true) at += 1;
    at += own;
    for (let name = assigned(words[at]); name !== undefined; name = assigned(words[at])) {
      const word = words[at];
      if (word !== undefined) {
        set.push({ name, text: word.text.slice(name.length + 1), place: { ...word.place, within: name } });
      }
      at += 1;
    }
  }
  return { rest: words.slice(at), set };
}

function ownWords(word: Word | undefined): number | undefined {
  return word === undefined ? undefined : STARTERS.get(baseName(word.text));
}

function assigned(word: Word | undefined): string | undefined {
  return word === undefined ? undefined : /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(word.text)?.[1];
}

/** The script of `sh -c script`, whatever other options stand between. */
function scriptOf(program: string, words: readonly Word[]): Word | undefined {
  if (!SHELLS.has(program)) return undefined;
  for (let at = 1; at < words.length; at += 1) {
    const text = words[at]?.text ?? '';
    if (/^-[A-Za-z]*c[A-Za-z]*$/.test(text)) return nextScript(words, at + 1);
    if (!/^[-+]/.test(text) && !SHELLS.has(text) && words[at - 1]?.text !== '-o') return undefined;
  }
  return undefined;
}

function nextScript(words: readonly Word[], from: number): Word | undefined {
  let at = from;
  while (/^[-+][A-Za-z]*$/.test(words[at]?.text ?? '')) at += words[at]?.text === '-o' ? 2 : 1;
  return words[at];
}

/** Arguments of an image's own entry point often begin with the program that it starts. */
function looksLikeProgram(text: string): boolean {
  return /^[A-Za-z/.][\w./-]*$/.test(text);
}

/** Last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
