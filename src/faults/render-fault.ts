/** How many causes are followed: a chain longer than this is a loop or tells nothing more. */
const MAX_LINKS = 8;

/** The most characters that one link of the chain contributes. */
const MAX_LINK_LENGTH = 512;

/**
 * Renders an error with its chain of causes on one line, outermost first:
 * `ApiUnreachable: GET /version: connect ECONNREFUSED 127.0.0.1:6443 <- ECONNREFUSED: ...`.
 * Anything that was thrown can be given. Control characters are replaced, so that a message from elsewhere
 * cannot forge a log line; length and depth are bounded.
 */
export function renderFault(error: unknown): string {
  const links: string[] = [];
  const seen = new Set<unknown>();
  let current: unknown = error;
  while (current !== undefined && current !== null && !seen.has(current) && links.length < MAX_LINKS) {
    seen.add(current);
    const link = renderLink(current);
    if (link !== links.at(-1)) links.push(link);
    current = isErrorLike(current) ? causeOf(current) : undefined;
  }
  return links.length === 0 ? 'unknown error' : links.join(' <- ');
}

interface ErrorLike {
  readonly name?: unknown;
  readonly message: string;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** Of an AggregateError. */
  readonly errors?: unknown;
}

/** By its looks: an error from a worker or another context is no instance of our Error. */
function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'message') === 'string';
}

/** An AggregateError (a connection tried on several addresses) says nothing itself: its first part does. */
function causeOf(error: ErrorLike): unknown {
  return error.cause ?? (Array.isArray(error.errors) ? (error.errors[0] as unknown) : undefined);
}

function renderLink(error: unknown): string {
  const text = isErrorLike(error) ? `${label(error)}: ${error.message}` : `thrown: ${describe(error)}`;
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return clean.length <= MAX_LINK_LENGTH ? clean : `${clean.slice(0, MAX_LINK_LENGTH - 1)}…`;
}

/** A fault's code, a system error's code (ECONNREFUSED), or else the error's class. */
function label({ code, name }: ErrorLike): string {
  if (typeof code === 'string' && code !== '') return code;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return typeof value;
}
