/** What is wrong with something a user wrote: data with a sentence, never thrown. */
export interface Problem {
  /** Id of the rule that is broken: one of this folder's rules, or `required`, `type`, `range`, `length`, `allowed-values`, `unknown-field`, `too-many`. */
  readonly rule: string;
  /** The place as users write it, such as `spec.path.hops[0].idleTimeoutSeconds`. */
  readonly path: string;
  /** The same place as a JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** What must be, and what is allowed. Does not repeat the path. */
  readonly message: string;
}

type PathSegment = PropertyKey;

const QUOTE_MAX_LENGTH = 64;

/** A problem at a place given by its segments. */
export function problemAt(segments: readonly PathSegment[], rule: string, message: string): Problem {
  return { rule, path: writtenPath(segments), pointer: jsonPointer(segments), message };
}

/** Quotes what a user wrote: bounded, and without characters that could forge lines of a terminal or a log. */
export function quoted(written: string): string {
  const cut = written.length > QUOTE_MAX_LENGTH ? `${written.slice(0, QUOTE_MAX_LENGTH)}...` : written;
  return `'${cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')}'`;
}

/** `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`. */
export function alternatives(values: readonly string[]): string {
  const named = values.map(quoted);
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} or ${named.at(-1)}`;
}

function writtenPath(segments: readonly PathSegment[]): string {
  let path = '';
  for (const segment of segments) path += writtenSegment(segment, path === '');
  return path;
}

function writtenSegment(segment: PathSegment, first: boolean): string {
  if (typeof segment === 'number') return `[${segment}]`;
  const name = quoted(String(segment)).slice(1, -1);
  if (!/^[A-Za-z0-9_-]+$/.test(name)) return `[${name}]`;
  return first ? name : `.${name}`;
}

function jsonPointer(segments: readonly PathSegment[]): string {
  return segments
    .map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
