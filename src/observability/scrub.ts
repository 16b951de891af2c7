import { renderFault } from '../faults/render-fault.ts';

/** What stands where a secret stood. */
const CENSORED = '***';
/** How deep a record is followed, how many entries of one object are shown, and how long a text may be. */
const DEEPEST = 6;
const MOST_ENTRIES = 64;
const LONGEST_TEXT = 2048;

/** Names of values that are secret wherever they stand; compared without case, dashes, dots and underscores. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'apikey',
  'authorization',
  'bearertoken',
  'cakey',
  'clientkeydata',
  'clientsecret',
  'cookie',
  'credentials',
  'passphrase',
  'passwd',
  'password',
  'privatekey',
  'pwd',
  'secret',
  'secretkey',
  'setcookie',
  'tlskey',
  'token',
]);

/** `scheme://user:password@host`: everything up to the last @ before the path. */
const USER_INFO = /:\/\/[^/?#\s]{1,512}@/g;
/** `password=...` in a query, a descriptor or a list of keywords. */
const ASSIGNED =
  /\b(password|passwd|pwd|passphrase|token|secret|api[-_]?key)(\s{0,4}[=:]\s{0,4})[^\s&;,)"']{1,512}/gi;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[^-]{0,16384}/g;

/**
 * A log record as it may be written: what is secret by its name or by its form is replaced, errors become one line, and
 * nothing is deeper, wider or longer than its bound, whoever wrote it. The log is the last place where a slip elsewhere
 * can still be caught; it is not the place where secrets are taken out.
 */
export function scrub(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return scrubEntries(record, 0);
}

function scrubEntries(object: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(object).slice(0, MOST_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isSecret(name, value) ? CENSORED : scrubValue(value, depth + 1)]),
  );
}

/** A flag or a count under such a name (`secrets: true`, `token: null`) tells nothing. */
function isSecret(name: string, value: unknown): boolean {
  const isTelling = typeof value === 'string' || (typeof value === 'object' && value !== null);
  return isTelling && SECRET_NAMES.has(name.replaceAll(/[-_.]/g, '').toLowerCase());
}

function scrubValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return scrubText(value);
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : scrubObject(value, depth);
    case 'number':
    case 'boolean':
      return value;
    default:
      return undefined;
  }
}

function scrubObject(value: object, depth: number): unknown {
  if (value instanceof Error) return scrubText(renderFault(value));
  if (depth > DEEPEST) return '…';
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return scrubValue(value.toJSON() as unknown, depth + 1);
  }
  if (Symbol.iterator in value) {
    return [...take(value as Iterable<unknown>)].map((item) => scrubValue(item, depth + 1));
  }
  return scrubEntries(value, depth);
}

function* take(items: Iterable<unknown>): Generator {
  let taken = 0;
  for (const item of items) {
    if ((taken += 1) > MOST_ENTRIES) return;
    yield item;
  }
}

/** Cut before it is searched, so that no text is too long to search. */
function scrubText(text: string): string {
  const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return cut
    .replaceAll(PRIVATE_KEY, CENSORED)
    .replaceAll(USER_INFO, `://${CENSORED}@`)
    .replaceAll(ASSIGNED, (_all, name: string, sign: string) => `${name}${sign}${CENSORED}`);
}
