import {
  type ConnectionString,
  MOST_PARAMETERS,
  type StringParameter,
  withoutCredentials,
} from './connection-string.ts';
import { parseHosts } from './parse-hosts.ts';
import { parseOracleTarget } from './parse-oracle.ts';
import { decode, parseUrl } from './parse-url.ts';

/**
 * A JDBC (or R2DBC) URL: `jdbc:subprotocol:…`. Where the rest is a URL it is parsed as one; Oracle's thin driver,
 * SQL Server's and DB2's have ways of their own.
 */
export function parseJdbc(text: string): ConnectionString | undefined {
  const scheme = /^(?:jdbc|r2dbc)(?::[A-Za-z][A-Za-z0-9+.-]{0,62}){1,4}(?=:)/i.exec(text)?.[0].toLowerCase();
  if (scheme === undefined) return undefined;
  const oracle = /^jdbc:oracle:(?:thin|oci8?|kprb)/.exec(scheme)?.[0];
  if (oracle !== undefined) return parseOracleJdbc(text.slice(oracle.length + 1), oracle);
  if (scheme.startsWith('jdbc:sqlserver') || scheme.startsWith('jdbc:jtds'))
    return parseSemicolons(text, scheme);
  if (text.startsWith('://', scheme.length)) {
    return scheme === 'jdbc:db2' ? parseDb2(text) : asJdbc(parseUrl(text));
  }
  return parseBare(text, scheme);
}

function asJdbc(string: ConnectionString | undefined): ConnectionString | undefined {
  return string === undefined ? undefined : { ...string, syntax: 'Jdbc' };
}

/** `jdbc:postgresql:database` and `jdbc:postgresql:///database`: the host is the driver's default. */
function parseBare(text: string, scheme: string): ConnectionString {
  const question = text.indexOf('?');
  const query = question === -1 ? '' : text.slice(question + 1);
  const outer = scheme.split(':').slice(0, 2).join(':');
  return { syntax: 'Jdbc', scheme: outer, hosts: [], parameters: pairs(query, '&') };
}

/** `jdbc:oracle:thin:[user/password]@target`: what stands before the `@` is dropped. */
function parseOracleJdbc(rest: string, scheme: string): ConnectionString | undefined {
  const at = targetStart(rest);
  const target = parseOracleTarget(at === -1 ? rest : rest.slice(at + 1));
  return target === undefined ? undefined : { syntax: 'Jdbc', scheme, ...target };
}

/** A password may hold an `@`: the one before a descriptor, `//` or a protocol is the last that counts. */
function targetStart(rest: string): number {
  const marked = /@(?=\(|\/\/|tcps?:)/i.exec(rest)?.index;
  if (marked !== undefined) return marked;
  const question = rest.indexOf('?');
  return rest.lastIndexOf('@', question === -1 ? undefined : question);
}

/** `jdbc:sqlserver://host\instance:port;name=value;name={value}`. */
function parseSemicolons(text: string, scheme: string): ConnectionString | undefined {
  if (!text.startsWith('://', scheme.length)) return undefined;
  const [address = '', ...rest] = splitBraced(text.slice(scheme.length + 3));
  const parameters = rest.slice(0, MOST_PARAMETERS).flatMap(toParameter);
  const named = parameters.find((parameter) => /^(?:serverName|server)$/i.test(parameter.name))?.value;
  const slash = address.indexOf('/');
  const given = slash === -1 ? address : address.slice(0, slash);
  const hosts = parseHosts((given === '' ? (named ?? '') : given).replace(/\\[^:]*/, ''));
  if (hosts === undefined) return undefined;
  return { syntax: 'Jdbc', scheme, hosts, parameters: withoutCredentials(parameters) };
}

/** Splits at semicolons that are not inside braces. */
function splitBraced(text: string): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let inBraces = false;
  for (const character of text) {
    if (character === '{') inBraces = true;
    else if (character === '}') inBraces = false;
    if (character === ';' && !inBraces) {
      pieces.push(piece);
      piece = '';
    } else piece += character;
  }
  pieces.push(piece);
  return pieces;
}

/** `jdbc:db2://host:port/DATABASE:name=value;name=value;`. */
function parseDb2(text: string): ConnectionString | undefined {
  const start = text.indexOf('://') + 3;
  const slash = text.indexOf('/', start);
  const hosts = parseHosts(text.slice(start, slash === -1 ? undefined : slash));
  if (hosts === undefined) return undefined;
  const colon = slash === -1 ? -1 : text.indexOf(':', slash);
  const parameters = colon === -1 ? [] : pairs(text.slice(colon + 1), ';');
  return { syntax: 'Jdbc', scheme: 'jdbc:db2', hosts, parameters };
}

function pairs(text: string, separator: string): readonly StringParameter[] {
  return withoutCredentials(text.split(separator, MOST_PARAMETERS).flatMap(toParameter));
}

function toParameter(pair: string): readonly StringParameter[] {
  const equals = pair.indexOf('=');
  if (equals <= 0) return [];
  const value = pair.slice(equals + 1).trim();
  return [{ name: pair.slice(0, equals).trim(), value: decode(value.replace(/^\{(.*)\}$/, '$1')) }];
}
