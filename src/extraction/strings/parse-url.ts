import {
  type ConnectionString,
  MOST_HOSTS,
  MOST_PARAMETERS,
  type StringHost,
  type StringParameter,
  withoutCredentials,
} from './connection-string.ts';
import { parseHosts } from './parse-hosts.ts';

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]{0,62}(?::[A-Za-z][A-Za-z0-9+.-]{0,30}){0,3}$/;
/** Schemes whose path may well hold an `@` that ends no user name. */
const WEB = new Set(['http', 'https', 'ws', 'wss', 'ftp', 'git', 'svn', 'otpauth', 'oci', 'docker']);

/**
 * `scheme://user:password@host:port,host:port/path?name=value#fragment`. User and password are dropped here.
 * Undefined for anything else, and where the authority is no address.
 */
export function parseUrl(text: string): ConnectionString | undefined {
  const end = text.indexOf('://');
  if (end <= 0 || !SCHEME.test(text.slice(0, end))) return undefined;
  const scheme = text.slice(0, end).toLowerCase();
  const rest = text.slice(end + 3);
  const parts = splitAuthority(rest, WEB.has(scheme));
  const hosts = authorityHosts(parts.authority);
  if (hosts === undefined) return undefined;
  const socket = socketOf(scheme, parts);
  return {
    syntax: 'Url',
    scheme,
    hosts: socket === undefined ? hosts : [],
    parameters: parseQuery(parts.query),
    ...(socket === undefined ? {} : { socket }),
  };
}

/** A URL's authority without user and password, its path, and its query. */
export interface UrlParts {
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}

/**
 * Splits what follows `://`. An unescaped `/` or `?` in a password would make a part of it look like a path: where
 * the path holds an `@` (and the scheme is not one of the web), the user information ends there.
 */
function splitAuthority(text: string, web: boolean): UrlParts {
  const fragment = text.indexOf('#');
  const whole = fragment === -1 || text.indexOf('@', fragment) !== -1 ? text : text.slice(0, fragment);
  const question = queryStart(whole);
  const beforeQuery = question === -1 ? whole : whole.slice(0, question);
  const query = question === -1 ? '' : whole.slice(question + 1);
  const firstSlash = beforeQuery.indexOf('/');
  const authorityEnd = firstSlash === -1 ? beforeQuery.length : firstSlash;
  const at = beforeQuery.lastIndexOf('@', web ? authorityEnd : undefined);
  const hostStart = at === -1 ? 0 : at + 1;
  const slash = beforeQuery.indexOf('/', hostStart);
  const hostEnd = slash === -1 ? beforeQuery.length : slash;
  return { authority: beforeQuery.slice(hostStart, hostEnd), path: beforeQuery.slice(hostEnd), query };
}

/** The `?` that begins the query: the first one after which no `@` ends a user name. */
function queryStart(text: string): number {
  const first = text.indexOf('?');
  if (first === -1) return -1;
  const slash = text.indexOf('/');
  const at = text.indexOf('@', first);
  const inUserInformation =
    at !== -1 && (slash === -1 || slash > first) && text.lastIndexOf('@', first) === -1;
  return inUserInformation && text.indexOf('=', first) > at ? text.indexOf('?', at) : first;
}

function authorityHosts(authority: string): readonly StringHost[] | undefined {
  const decoded = decode(authority);
  if (decoded.startsWith('/')) return [{ host: decoded }];
  if (decoded.startsWith('(') || decoded.startsWith('address=')) return parenthesisedHosts(decoded);
  const transport = /^([a-z0-9]+)\((.*)\)$/.exec(decoded);
  if (transport !== null) return parseHosts(transport[2] ?? '');
  return parseHosts(decoded);
}

/** `(host=a,port=1),(host=b,port=2)` and `address=(host=a)(port=1)` of the MySQL and MariaDB drivers. */
function parenthesisedHosts(text: string): readonly StringHost[] {
  const hosts: StringHost[] = [];
  let host: string | undefined;
  for (const piece of text.split(/[(),]/, MOST_HOSTS * 8)) {
    const equals = piece.indexOf('=');
    if (equals === -1) continue;
    const name = piece.slice(0, equals).trim().toLowerCase();
    const value = piece.slice(equals + 1).trim();
    if (name === 'host') {
      if (host !== undefined) hosts.push({ host });
      host = value;
    } else if (name === 'port' && host !== undefined && /^\d{1,5}$/.test(value)) {
      hosts.push({ host, port: value });
      host = undefined;
    }
  }
  if (host !== undefined) hosts.push({ host });
  return hosts;
}

function socketOf(scheme: string, parts: UrlParts): string | undefined {
  if (
    scheme === 'unix' ||
    scheme.endsWith('+unix') ||
    scheme.endsWith('+socket') ||
    scheme === 'redis+socket'
  ) {
    return parts.path === '' ? `/${parts.authority}` : parts.path;
  }
  const decoded = decode(parts.authority);
  return decoded.startsWith('/') ? decoded : undefined;
}

/** `name=value&name=value`, percent-encoded; also with semicolons, as some drivers do. */
export function parseQuery(query: string): readonly StringParameter[] {
  const parameters: StringParameter[] = [];
  for (const pair of query.split(/[&;]/, MOST_PARAMETERS)) {
    const equals = pair.indexOf('=');
    if (equals <= 0) continue;
    parameters.push({ name: decode(pair.slice(0, equals)), value: decode(pair.slice(equals + 1)) });
  }
  return withoutCredentials(parameters);
}

/** Percent-decoding that leaves what is not properly encoded as it stands. */
export function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
