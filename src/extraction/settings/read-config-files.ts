import { type FlatEntry } from '../files/flat-entry.ts';
import { isReadable, readFile } from '../files/read-file.ts';
import type { ExtractionContext } from '../reading/extraction-context.ts';
import { isGap } from '../reading/gaps.ts';
import type { MountedFile } from '../reading/mounted-files.ts';
import type { Place } from '../../findings/place.ts';
import type { Given } from './given.ts';

/** A mounted file with its entries; without where its text cannot be seen or understood. */
export interface ConfigFile {
  readonly file: MountedFile;
  readonly entries: readonly FlatEntry[] | undefined;
}

/** Reads the files whose format is known. */
export function readConfigFiles(
  files: readonly MountedFile[],
  context: ExtractionContext,
  railsEnvironment: string,
): readonly ConfigFile[] {
  return files
    .filter((file) => isReadable(file.name))
    .map((file) => {
      const opened = context.gaps.open(file.text);
      if (isGap(opened)) return { file, entries: undefined };
      const all = readFile(file.name, opened.text);
      const entries = file.name === 'database.yml' ? ofEnvironment(all, railsEnvironment) : all;
      if (entries === undefined || !opened.secret) return { file, entries };
      return { file, entries: entries.map((entry) => secretEntry(entry, context)) };
    });
}

/** Rails reads the part of database.yml that is named after its environment, where there is one. */
function ofEnvironment(
  entries: readonly FlatEntry[] | undefined,
  environment: string,
): readonly FlatEntry[] | undefined {
  const own = entries?.filter(({ key }) => key.startsWith(`${environment}.`)) ?? [];
  return own.length > 0 ? own : entries;
}

/** What stands in a Secret's file stays in the wrapper. */
function secretEntry(entry: FlatEntry, context: ExtractionContext): FlatEntry {
  return { ...entry, text: context.secretGap(entry.text) };
}

/** An entry of a file as something given. Its place is made when it is asked for: few of many entries are. */
export class GivenInFile implements Given {
  readonly name: string;
  readonly text: string;
  readonly origin = 'File';
  readonly doubt?: string;
  readonly #file: MountedFile;
  readonly #entry: FlatEntry;

  constructor(file: MountedFile, entry: FlatEntry, name: string, doubt: string | undefined) {
    this.name = name;
    this.text = entry.text;
    if (doubt !== undefined) this.doubt = doubt;
    this.#file = file;
    this.#entry = entry;
  }

  get place(): Place {
    return { ...this.#file.place, within: this.#entry.key, lineWithin: this.#entry.line };
  }
}
