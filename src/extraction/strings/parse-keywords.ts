import {
  type ConnectionString,
  keyword,
  MOST_PARAMETERS,
  type StringHost,
  type StringParameter,
  withoutCredentials,
} from './connection-string.ts';
import { parseHosts } from './parse-hosts.ts';
import { parseOracleTarget } from './parse-oracle.ts';

/** ADO.NET and ODBC keywords that name the server, in the order in which they count. */
const SERVER_KEYWORDS = ['server', 'host', 'datasource', 'address', 'addr', 'networkaddress', 'servername'];

/**
 * `Keyword=value;Keyword="value"` (ADO.NET, Npgsql) and `Driver={…};Server=…` (ODBC). Undefined where no keyword
 * names a server.
 */
export function parseSemicolonKeywords(text: string): ConnectionString | undefined {
  const parameters = splitKeywords(text);
  const values = new Map(parameters.map((parameter) => [keyword(parameter.name), parameter.value]));
  const server = SERVER_KEYWORDS.map((name) => values.get(name)).find((value) => value !== undefined);
  if (server === undefined) return undefined;
  const target = serverHosts(server, values.get('port')) ?? oracleTarget(server);
  if (target === undefined) return undefined;
  return {
    syntax: values.has('driver') || values.has('dsn') ? 'Odbc' : 'AdoNet',
    scheme: '',
    parameters: withoutCredentials(parameters),
    ...target,
  };
}

type Target = Pick<ConnectionString, 'hosts' | 'socket' | 'descriptor'>;

/** The data source of ODP.NET: a connect descriptor, or easy connect. A lone name may be anything. */
function oracleTarget(server: string): Target | undefined {
  const target = parseOracleTarget(server);
  if (target === undefined || target.hosts.length === 0) return undefined;
  const { hosts, descriptor } = target;
  return descriptor === undefined ? { hosts } : { hosts, descriptor };
}

/** `tcp:host\instance,port` (SQL Server), `host:port`, `host,host` (Npgsql), `/path` of a socket. */
function serverHosts(server: string, port: string | undefined): Target | undefined {
  if (server.startsWith('/')) return { hosts: [], socket: server };
  const bare = server.replace(/^(?:tcp|admin):/i, '').replace(/^\((?:local|localdb)\)/i, 'localhost');
  return sqlServerHosts(bare) ?? listedHosts(bare, port);
}

function sqlServerHosts(server: string): Target | undefined {
  const parts = /^([^,\\]+)(?:\\[^,]*)?,\s*(\d{1,5})$/.exec(server) ?? /^([^,\\]+)\\[^,]*$/.exec(server);
  const hosts = parts === null ? undefined : parseHosts(bareHost(parts[1] ?? ''));
  const port = parts?.[2];
  if (hosts === undefined) return undefined;
  return { hosts: port === undefined ? hosts : hosts.map(({ host }) => ({ host, port })) };
}

function listedHosts(server: string, port: string | undefined): Target | undefined {
  const hosts = parseHosts(bareHost(server));
  if (hosts === undefined || hosts.length === 0) return undefined;
  const isPort = port !== undefined && /^\d{1,5}$/.test(port);
  return { hosts: isPort ? hosts.map((host) => ({ port, ...host })) : hosts };
}

function bareHost(text: string): string {
  return text === '.' ? 'localhost' : text.trim();
}

/** Splits `Keyword=value;…`, with quotes (a doubled quote is one) and braces around values. */
function splitKeywords(text: string): readonly StringParameter[] {
  const parameters: StringParameter[] = [];
  let at = 0;
  while (at < text.length && parameters.length < MOST_PARAMETERS) {
    const equals = text.indexOf('=', at);
    if (equals === -1) break;
    const name = text.slice(at, equals).trim();
    const { value, end } = quotedValue(text, equals + 1, ';');
    if (name !== '') parameters.push({ name, value });
    at = end + 1;
  }
  return parameters;
}

/**
 * libpq keyword strings: `host=db port=5432 dbname='my db'`, blanks around `=` allowed, values quoted with
 * single quotes and escaped with backslashes (PostgreSQL documentation, "Keyword/Value Connection Strings").
 */
export function parseLibpq(text: string): ConnectionString | undefined {
  const parameters: StringParameter[] = [];
  let at = 0;
  while (at < text.length && parameters.length < MOST_PARAMETERS) {
    while (/\s/.test(text[at] ?? '')) at += 1;
    const name = /^[a-z_]{1,40}/.exec(text.slice(at, at + 40))?.[0];
    if (name === undefined) break;
    const equals = afterBlanks(text, at + name.length);
    if (text[equals] !== '=') return undefined;
    const { value, end } = libpqValue(text, afterBlanks(text, equals + 1));
    parameters.push({ name, value });
    at = end;
  }
  return at < text.length ? undefined : fromLibpqParameters(parameters, 'Libpq', '');
}

/** PDO: `pgsql:host=db;port=5432;dbname=app`, `mysql:host=…`, `mysql:unix_socket=…`. */
export function parsePdo(text: string): ConnectionString | undefined {
  const scheme = /^(pgsql|mysql|sqlsrv|dblib|odbc|oci|cubrid|firebird):/.exec(text)?.[1];
  if (scheme === undefined || text.startsWith('//', scheme.length + 1)) return undefined;
  const rest = text.slice(scheme.length + 1);
  const parameters = rest.split(rest.includes(';') ? ';' : /[; ]/, MOST_PARAMETERS).flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals <= 0 ? [] : [{ name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim() }];
  });
  if (parameters.length === 0) return undefined;
  return fromLibpqParameters(parameters, 'Pdo', scheme);
}

function fromLibpqParameters(
  parameters: readonly StringParameter[],
  syntax: 'Libpq' | 'Pdo',
  scheme: string,
): ConnectionString | undefined {
  const server = firstOf(parameters, ['hostaddr', 'host', 'unix_socket', 'server']);
  const isAddressed = server !== undefined || firstOf(parameters, ['service']) !== undefined;
  if (!isAddressed && syntax === 'Libpq') return undefined;
  const rest = { syntax, scheme, parameters: withoutCredentials(parameters) };
  if (server?.startsWith('/') === true) return { ...rest, hosts: [], socket: server };
  const hosts = server === undefined ? [] : parseHosts(server);
  return hosts === undefined
    ? undefined
    : { ...rest, hosts: withPorts(hosts, firstOf(parameters, ['port'])) };
}

function firstOf(parameters: readonly StringParameter[], names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = parameters.findLast((parameter) => parameter.name.toLowerCase() === name);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

/** Ports of several hosts stand in a list of their own; one port holds for all. */
function withPorts(hosts: readonly StringHost[], ports: string | undefined): readonly StringHost[] {
  if (ports === undefined) return hosts;
  const list = ports.split(',', hosts.length);
  return hosts.map((host, index) => {
    const port = (list.length === 1 ? list[0] : list[index])?.trim();
    return port === undefined || port === '' ? host : { ...host, port: host.port ?? port };
  });
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
}

function libpqValue(text: string, from: number): { value: string; end: number } {
  const quoted = text[from] === "'";
  let value = '';
  let at = quoted ? from + 1 : from;
  for (; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\') {
      at += 1;
      value += text[at] ?? '';
    } else if (quoted ? character === "'" : /\s/.test(character)) break;
    else value += character;
  }
  return { value, end: quoted ? at + 1 : at };
}

/** A value up to the separator; in quotes or braces the separator is text, and a doubled quote is one. */
function quotedValue(text: string, from: number, separator: string): { value: string; end: number } {
  const start = afterBlanks(text, from);
  const opening = text[start] ?? '';
  if (opening === '"' || opening === "'" || opening === '{') {
    const quoted = untilQuote(text, start + 1, opening === '{' ? '}' : opening);
    if (quoted !== undefined) {
      const end = text.indexOf(separator, quoted.end);
      return { value: quoted.value, end: end === -1 ? text.length : end };
    }
  }
  const end = text.indexOf(separator, from);
  const stop = end === -1 ? text.length : end;
  return { value: text.slice(from, stop).trim(), end: stop };
}

function untilQuote(text: string, from: number, closing: string): { value: string; end: number } | undefined {
  let value = '';
  for (let at = from; at < text.length; at += 1) {
    if (text[at] !== closing) value += text[at] ?? '';
    else if (text[at + 1] !== closing) return { value, end: at };
    else {
      value += closing;
      at += 1;
    }
  }
  return undefined;
}
