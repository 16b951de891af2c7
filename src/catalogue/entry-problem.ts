/** Steps from an entry's root to a value: member names and list positions. */
export type EntryPath = readonly (string | number)[];

/** What is wrong with a value of an entry, before it is known where the entry was written. */
export interface EntryComplaint {
  readonly path: EntryPath;
  /** The trouble is the name of the last member of `path`, not its value. */
  readonly atName?: boolean;
  readonly message: string;
  /** What would be accepted, where that is a list. */
  readonly allowed?: readonly string[];
}

/** A fault in a catalogue file, at its line. */
export interface CatalogueProblem {
  readonly file: string;
  /** Id of the entry, as far as it can be read. */
  readonly entry?: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column?: number;
  readonly message: string;
  readonly allowed?: readonly string[];
}

/** A fault in a ClientProfile, at its JSON pointer (RFC 6901), relative to the entry. */
export interface ProfileProblem {
  readonly pointer: string;
  readonly message: string;
  readonly allowed?: readonly string[];
}

/** How a person names a value: `settings[2].type`; the entry itself for the root. */
export function pathText(path: EntryPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text === '' ? 'the entry' : text;
}

/** The JSON pointer (RFC 6901) of a value. */
export function pathPointer(path: EntryPath): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
