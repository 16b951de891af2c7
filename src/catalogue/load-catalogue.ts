import { checkEntry, CLIENT_RULES, DEVICE_RULES, shapeEntry, type EntryRules } from './check-entry.ts';
import { checkClientReferences, checkDeviceAliases, ownersOfNames } from './check-references.ts';
import type { ClientEntry } from './client-entry.ts';
import type { DeviceEntry } from './device-entry.ts';
import type { CatalogueProblem, EntryComplaint } from './entry-problem.ts';
import { readEntryText, type EntryText } from './read-entry-text.ts';
import { resolveLike } from './resolve-like.ts';

/** A file of the catalogue: `.../devices/<id>.yaml` or `.../clients/<id>.yaml`. */
export interface CatalogueFile {
  readonly path: string;
  readonly text: string;
}

/** What was loaded. Entries with a problem are left out. */
export interface LoadedEntries {
  readonly devices: readonly DeviceEntry[];
  readonly clients: readonly ClientEntry[];
  readonly problems: readonly CatalogueProblem[];
}

/** More files than this are not a catalogue but a mistake. */
const MAX_FILES = 5000;

/**
 * Reads and checks the files of a catalogue: the shape, what a well-formed entry can still get wrong, and what
 * entries say of each other (`Open`: may name clients that are not there yet). Every fault is told with its file,
 * entry and line; none is thrown.
 */
export function loadEntries(
  files: readonly CatalogueFile[],
  references: 'Checked' | 'Open' = 'Checked',
): LoadedEntries {
  if (files.length > MAX_FILES) {
    const problem = { file: '', line: 1, message: `more than ${MAX_FILES} files` };
    return { devices: [], clients: [], problems: [problem] };
  }
  const problems: CatalogueProblem[] = [];
  const devices = new EntryFolder('devices', DEVICE_RULES, problems);
  const clients = new EntryFolder('clients', CLIENT_RULES, problems);
  for (const file of files) {
    if (!devices.take(file) && !clients.take(file))
      problems.push({ file: file.path, line: 1, message: 'must stand in a folder named devices or clients' });
  }
  const owners = ownersOfNames(devices.entries());
  devices.check((device) => [...checkEntry(device, DEVICE_RULES), ...checkDeviceAliases(device, owners)]);
  const shaped = new Map(clients.entries().map((client) => [client.id, client]));
  clients.complete((client) => resolveLike(client, shaped));
  const ids = new Set(shaped.keys());
  clients.check((client) => [
    ...checkEntry(client, CLIENT_RULES),
    ...(references === 'Open' ? [] : checkClientReferences(client, ids)),
  ]);
  return { devices: devices.sound(), clients: clients.sound(), problems };
}

interface ReadEntry<Entry> {
  readonly file: string;
  readonly text: EntryText;
  entry: Entry;
  sound: boolean;
}

/** The entries of one kind on their way in: each knows its text, so that whatever is found later has a line. */
class EntryFolder<Entry extends { readonly id: string }> {
  readonly #name: string;
  readonly #rules: EntryRules<Entry>;
  readonly #problems: CatalogueProblem[];
  readonly #read = new Map<string, ReadEntry<Entry>>();

  constructor(name: string, rules: EntryRules<Entry>, problems: CatalogueProblem[]) {
    this.#name = name;
    this.#rules = rules;
    this.#problems = problems;
  }

  /** Reads a file that belongs here; tells whether it does. */
  take({ path, text }: CatalogueFile): boolean {
    const [folder, fileName] = path.split('/').slice(-2);
    if (folder !== this.#name) return false;
    const read = readEntryText(text);
    if (read.complaints.length > 0) {
      this.#tell(path, undefined, read, read.complaints);
      return true;
    }
    const { entry, complaints } = shapeEntry(read.value, this.#rules);
    if (entry === undefined) this.#tell(path, idOf(read.value), read, complaints);
    else this.#add({ file: path, text: read, entry, sound: true }, fileName ?? '');
    return true;
  }

  #add(read: ReadEntry<Entry>, fileName: string): void {
    const { id } = read.entry;
    const earlier = this.#read.get(id);
    if (earlier !== undefined) this.#refuse(read, `'${id}' is taken by ${earlier.file} already`);
    else this.#read.set(id, read);
    if (fileName !== `${id}.yaml`) this.#refuse(read, `the file of '${id}' must be named ${id}.yaml`);
  }

  /** All entries of the right shape, whatever else is wrong with them: others may name them. */
  entries(): readonly Entry[] {
    return [...this.#read.values()].map(({ entry }) => entry);
  }

  /** Puts in place of each entry what it becomes together with others. */
  complete(resolve: (entry: Entry) => { entry: Entry; complaints: readonly EntryComplaint[] }): void {
    for (const read of this.#read.values()) {
      const { entry, complaints } = resolve(read.entry);
      read.entry = entry;
      this.#hold(read, complaints);
    }
  }

  check(find: (entry: Entry) => readonly EntryComplaint[]): void {
    for (const read of this.#read.values()) this.#hold(read, find(read.entry));
  }

  /** Entries of which nothing was found wrong. */
  sound(): readonly Entry[] {
    return [...this.#read.values()].filter(({ sound }) => sound).map(({ entry }) => entry);
  }

  #refuse(read: ReadEntry<Entry>, message: string): void {
    this.#hold(read, [{ path: ['id'], message }]);
  }

  #hold(read: ReadEntry<Entry>, complaints: readonly EntryComplaint[]): void {
    if (complaints.length === 0) return;
    read.sound = false;
    this.#tell(read.file, read.entry.id, read.text, complaints);
  }

  #tell(
    file: string,
    entry: string | undefined,
    text: EntryText,
    complaints: readonly EntryComplaint[],
  ): void {
    for (const complaint of complaints) {
      const { message, allowed } = complaint;
      this.#problems.push({
        file,
        ...(entry === undefined ? {} : { entry }),
        ...text.locate(complaint),
        message,
        ...(allowed === undefined ? {} : { allowed }),
      });
    }
  }
}

function idOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'id')) return undefined;
  const id: unknown = Reflect.get(value, 'id');
  return typeof id === 'string' ? id.slice(0, 63) : undefined;
}
