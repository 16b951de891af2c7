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

/** Replaces what stands where passwords do: userinfo of a URL, and the values of keywords that name a secret. */
export function hidePasswords(text: string): string {
  const userinfo = /^([^/?#]*:\/\/)?([^@/?#]*):([^@]*)@/.exec(text);
  const shown = userinfo === null ? text : `${userinfo[1] ?? ''}${userinfo[2] ?? ''}:***@${text.slice(userinfo[0].length)}`;
  return shown.replaceAll(/((?:pass(?:word|wd)?|pwd|secret|token|key)\s*=\s*)[^;&\s]+/gi, '$1***');
}
