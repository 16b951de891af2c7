import { checkEntry, CLIENT_RULES, shapeEntry } from './check-entry.ts';
import { checkClientReferences } from './check-references.ts';
import type { ClientEntry } from './client-entry.ts';
import { pathPointer, type EntryComplaint, type EntryPath, type ProfileProblem } from './entry-problem.ts';
import { FORBIDDEN_NAMES, MAX_DEPTH } from './read-entry-text.ts';
import { resolveLike } from './resolve-like.ts';

/** A user's own entry, read from a ClientProfile. */
export interface LoadedProfile {
  /** Absent where there is a problem. */
  readonly entry?: ClientEntry;
  readonly problems: readonly ProfileProblem[];
}

/** Most values in one profile: the largest entry of ours has about 1500. */
const MAX_VALUES = 20_000;

/**
 * Reads and checks one client entry that is already an object (the spec of a ClientProfile), through the schema and
 * the checks of the built-in entries. `known` are the clients that it may name. Hostile input: bounded in depth and
 * size, names that reach a prototype refused before anything walks it.
 */
export function loadClientProfile(value: unknown, known: readonly ClientEntry[]): LoadedProfile {
  const hostile = inspectValue(value);
  if (hostile.length > 0) return { problems: hostile.map(toProblem) };
  const shaped = shapeEntry(value, CLIENT_RULES);
  if (shaped.entry === undefined) return { problems: shaped.complaints.map(toProblem) };
  const ownId = shaped.entry.id;
  const others = new Map(known.filter(({ id }) => id !== ownId).map((client) => [client.id, client]));
  const { entry, complaints } = resolveLike(shaped.entry, others);
  const ids = new Set([...others.keys(), ownId]);
  const found = [...complaints, ...checkEntry(entry, CLIENT_RULES), ...checkClientReferences(entry, ids)];
  return found.length > 0 ? { problems: found.map(toProblem) } : { entry, problems: [] };
}

function toProblem({ path, message, allowed }: EntryComplaint): ProfileProblem {
  return { pointer: pathPointer(path), message, ...(allowed === undefined ? {} : { allowed }) };
}

/** Tells what must not be in a profile, without recursion: the depth is what is asked. */
function inspectValue(root: unknown): readonly EntryComplaint[] {
  const open: { readonly value: unknown; readonly path: EntryPath }[] = [{ value: root, path: [] }];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    values += 1;
    if (values > MAX_VALUES) return [{ path: [], message: `holds more than ${MAX_VALUES} values` }];
    if (typeof value !== 'object' || value === null) continue;
    if (path.length > MAX_DEPTH)
      return [{ path: path.slice(0, 3), message: `nested deeper than ${MAX_DEPTH} levels` }];
    for (const name of Object.keys(value)) {
      if (FORBIDDEN_NAMES.has(name)) return [{ path, message: `'${name}' must not be used as a name` }];
      const step = Array.isArray(value) ? Number(name) : name;
      open.push({ value: Reflect.get(value, name), path: [...path, step] });
      if (open.length > MAX_VALUES) return [{ path: [], message: `holds more than ${MAX_VALUES} values` }];
    }
  }
  return [];
}
