import type { z } from 'zod';
import { CLIENT_CHECKS } from './check-client.ts';
import { DEVICE_CHECKS } from './check-device.ts';
import { checkClientReferences, checkDeviceAliases, ownersOfNames } from './check-references.ts';
import { clientEntrySchema, type ClientEntry } from './client-entry.ts';
import { deviceEntrySchema, type DeviceEntry } from './device-entry.ts';
import {
  pathPointer,
  type CatalogueProblem,
  type EntryComplaint,
  type EntryPath,
  type ProfileProblem,
} from './entry-problem.ts';
import { explainIssue } from './explain-issue.ts';
import { FORBIDDEN_NAMES, MAX_DEPTH, readEntryText, type EntryText } from './read-entry-text.ts';

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

/** More entries than this are not a catalogue but an attack. */
const MAX_FILES = 5000;
/** Most values in one profile: the largest entry of ours has about 1500. */
const MAX_VALUES = 20_000;

interface Parsed<Entry> {
  readonly file: string;
  readonly text: EntryText;
  readonly entry: Entry;
}

/**
 * Reads and checks the files of a catalogue: the shape, what a well-formed entry can still get wrong, and what
 * entries say of each other. Every fault is told with its file, entry and line; none is thrown.
 */
export function loadEntries(files: readonly CatalogueFile[]): LoadedEntries {
  const problems: CatalogueProblem[] = [];
  if (files.length > MAX_FILES) {
    problems.push({ file: '', line: 1, message: `more than ${MAX_FILES} files` });
    return { devices: [], clients: [], problems };
  }
  const devices: Parsed<DeviceEntry>[] = [];
  const clients: Parsed<ClientEntry>[] = [];
  for (const file of files) {
    const folder = file.path.split('/').at(-2);
    if (folder === 'devices') keep(devices, parseEntry(file, deviceEntrySchema, DEVICE_CHECKS, problems));
    else if (folder === 'clients') keep(clients, parseEntry(file, clientEntrySchema, CLIENT_CHECKS, problems));
    else problems.push({ file: file.path, line: 1, message: 'must stand in a folder named devices or clients' });
  }
  const uniqueDevices = withoutDuplicates(devices, problems);
  const uniqueClients = withoutDuplicates(clients, problems);
  const owners = ownersOfNames(uniqueDevices.map(({ entry }) => entry));
  const clientIds = new Set(uniqueClients.map(({ entry }) => entry.id));
  return {
    devices: withoutComplaints(uniqueDevices, (entry) => checkDeviceAliases(entry, owners), problems),
    clients: withoutComplaints(uniqueClients, (entry) => checkClientReferences(entry, clientIds), problems),
    problems,
  };
}

/** A user's own entry, read from a ClientProfile. */
export interface LoadedProfile {
  /** Absent where there is a problem. */
  readonly entry?: ClientEntry;
  readonly problems: readonly ProfileProblem[];
}

/**
 * Reads and checks one client entry that is already an object (the spec of a ClientProfile). `knownClients` are the
 * ids that it may name in `brings` and `inFront`. Hostile input: bounded in depth and size, prototype names refused.
 */
export function loadClientProfile(value: unknown, knownClients: Iterable<string>): LoadedProfile {
  const complaints: EntryComplaint[] = [];
  inspectValue(value, [], { left: MAX_VALUES }, complaints);
  const entry =
    complaints.length === 0 ? checkEntry(value, clientEntrySchema, CLIENT_CHECKS, complaints) : undefined;
  if (entry !== undefined)
    complaints.push(...checkClientReferences(entry, new Set([...knownClients, entry.id])));
  const problems = complaints.map(({ path, message, allowed }) => ({
    pointer: pathPointer(path),
    message,
    ...(allowed === undefined ? {} : { allowed }),
  }));
  return entry === undefined || problems.length > 0 ? { problems } : { entry, problems };
}

function keep<Entry>(list: Parsed<Entry>[], parsed: Parsed<Entry> | undefined): void {
  if (parsed !== undefined) list.push(parsed);
}

function parseEntry<Entry extends { readonly id: string }>(
  file: CatalogueFile,
  schema: z.ZodType<Entry>,
  checks: readonly ((entry: Entry) => readonly EntryComplaint[])[],
  problems: CatalogueProblem[],
): Parsed<Entry> | undefined {
  const text = readEntryText(file.text);
  const complaints: (EntryComplaint & { at?: { line: number; column: number } })[] = [...text.complaints];
  const entry = complaints.length === 0 ? checkEntry(text.value, schema, checks, complaints) : undefined;
  const fileName = file.path.split('/').at(-1) ?? '';
  if (entry !== undefined && fileName !== `${entry.id}.yaml`)
    complaints.push({ path: ['id'], message: `the file of '${entry.id}' must be named ${entry.id}.yaml` });
  const id = entry?.id ?? idOf(text.value);
  for (const complaint of complaints)
    problems.push(toProblem(file.path, id, complaint.at ?? text.locate(complaint), complaint));
  return entry === undefined || complaints.length > 0 ? undefined : { file: file.path, text, entry };
}

function checkEntry<Entry>(
  value: unknown,
  schema: z.ZodType<Entry>,
  checks: readonly ((entry: Entry) => readonly EntryComplaint[])[],
  complaints: EntryComplaint[],
): Entry | undefined {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    complaints.push(...parsed.error.issues.flatMap((issue) => explainIssue(issue, schema, value)));
    return undefined;
  }
  for (const check of checks) complaints.push(...check(parsed.data));
  return parsed.data;
}

function withoutDuplicates<Entry extends { readonly id: string }>(
  list: readonly Parsed<Entry>[],
  problems: CatalogueProblem[],
): readonly Parsed<Entry>[] {
  const first = new Map<string, Parsed<Entry>>();
  for (const parsed of list) {
    const earlier = first.get(parsed.entry.id);
    if (earlier === undefined) first.set(parsed.entry.id, parsed);
    else {
      const complaint = { path: ['id'], message: `'${parsed.entry.id}' is taken by ${earlier.file} already` };
      problems.push(toProblem(parsed.file, parsed.entry.id, parsed.text.locate(complaint), complaint));
    }
  }
  return [...first.values()];
}

function withoutComplaints<Entry extends { readonly id: string }>(
  list: readonly Parsed<Entry>[],
  check: (entry: Entry) => readonly EntryComplaint[],
  problems: CatalogueProblem[],
): readonly Entry[] {
  return list.flatMap(({ file, text, entry }) => {
    const complaints = check(entry);
    for (const complaint of complaints)
      problems.push(toProblem(file, entry.id, text.locate(complaint), complaint));
    return complaints.length === 0 ? [entry] : [];
  });
}

function toProblem(
  file: string,
  entry: string | undefined,
  at: { readonly line: number; readonly column: number },
  complaint: EntryComplaint,
): CatalogueProblem {
  return {
    file,
    ...(entry === undefined ? {} : { entry }),
    line: at.line,
    column: at.column,
    message: complaint.message,
    ...(complaint.allowed === undefined ? {} : { allowed: complaint.allowed }),
  };
}

function idOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'id')) return undefined;
  const id: unknown = Reflect.get(value, 'id');
  return typeof id === 'string' ? id.slice(0, 63) : undefined;
}

/** Tells what must not be in a profile before its schema walks it. Stops at the first of a kind that has no end. */
function inspectValue(
  value: unknown,
  path: EntryPath,
  budget: { left: number },
  complaints: EntryComplaint[],
): void {
  budget.left -= 1;
  if (budget.left < 0) {
    if (budget.left === -1) complaints.push({ path: [], message: `holds more than ${MAX_VALUES} values` });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length > MAX_DEPTH) {
    complaints.push({ path: path.slice(0, 3), message: `nested deeper than ${MAX_DEPTH} levels` });
    return;
  }
  for (const name of Object.keys(value)) {
    if (budget.left < 0) return;
    const step = Array.isArray(value) ? Number(name) : name;
    if (FORBIDDEN_NAMES.has(name))
      complaints.push({ path, message: `'${name}' must not be used as a name` });
    else inspectValue(Reflect.get(value, name), [...path, step], budget, complaints);
  }
}
