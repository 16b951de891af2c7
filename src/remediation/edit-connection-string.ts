/** A connection string with a parameter more: as it is to be stored, and as it may be shown. */
export interface EditedString {
  readonly exact: string;
  /** The same with the password (and whatever else stands between colon and at-sign) replaced. */
  readonly shown: string;
}

/**
 * Adds a parameter to a connection string, or replaces its value: a URL's query (RFC 3986 section 3.4), the property
 * list of jdbc:sqlserver, keyword strings separated by semicolons or spaces. Undefined for a form that is not known.
 */
export function addParameter(text: string, name: string, value: string): EditedString | undefined {
  if (text.length > 8192) return undefined;
  const exact = edited(text, name, value);
  return exact === undefined ? undefined : { exact, shown: hidePasswords(exact) };
}

function edited(text: string, name: string, value: string): string | undefined {
  if (text.startsWith('jdbc:sqlserver:')) return withKeyword(text, name, value, ';');
  if (text.includes('://') || text.startsWith('jdbc:')) return withQuery(text, name, value);
  if (text.includes('@tcp(')) return withQuery(text, name, value);
  if (/^[A-Za-z][A-Za-z ]*=[^;]*;/.test(text)) return withKeyword(text, name, value, ';');
  if (/^[a-z_]+ ?= ?\S/.test(text)) return withKeyword(text, name, value, ' ');
  return undefined;
}

function withQuery(text: string, name: string, value: string): string {
  const hash = text.indexOf('#');
  const body = hash < 0 ? text : text.slice(0, hash);
  const fragment = hash < 0 ? '' : text.slice(hash);
  const question = body.indexOf('?');
  if (question < 0) return `${body}?${name}=${value}${fragment}`;
  const kept = body
    .slice(question + 1)
    .split('&')
    .filter((part) => part !== '' && part.split('=')[0] !== name);
  return `${body.slice(0, question)}?${[...kept, `${name}=${value}`].join('&')}${fragment}`;
}

function withKeyword(text: string, name: string, value: string, separator: ';' | ' '): string {
  const parts = text.split(separator).filter((part) => part.trim() !== '');
  const kept = parts.filter((part) => part.split('=')[0]?.trim().toLowerCase() !== name.toLowerCase());
  return [...kept, `${name}=${value}`].join(separator);
}

/**
 * Replaces what stands where passwords do, anywhere in a text: userinfo of URLs, user:password@ before tcp(, and the values
 * of keywords that name a secret. Rather too much than too little. Linear time.
 */
export function hidePasswords(text: string): string {
  return text
    .split(/(\s+)/)
    .map(hideInWord)
    .join('')
    .replaceAll(
      /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|access_?key)["']?\s*[=:]\s*["']?)(?!\*\*\*)[^;&\s"']+/gi,
      '$1***',
    );
}

/** What stands between the colon (Oracle: the slash) after the user and the last at-sign before the address. */
function hideInWord(word: string): string {
  const at = word.lastIndexOf('@');
  if (at < 0) return word;
  const head = word.slice(0, at);
  const start = startOfUser(head);
  const colon = head.indexOf(':', start);
  const before = colon < 0 ? head.indexOf('/', start) : colon;
  return before < 0 || before >= at - 1 ? word : `${word.slice(0, before + 1)}***${word.slice(at)}`;
}

/** Index at which the user's name begins: after the scheme of a URL, or after the driver of an Oracle one. */
function startOfUser(head: string): number {
  const oracle = /jdbc:oracle:(?:thin|oci8?):/.exec(head);
  if (oracle !== null) return oracle.index + oracle[0].length;
  const scheme = head.indexOf('://');
  return scheme < 0 ? 0 : scheme + 3;
}
