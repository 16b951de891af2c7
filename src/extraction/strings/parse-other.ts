import { type ConnectionString, MOST_PARAMETERS } from './connection-string.ts';
import { parseHosts } from './parse-hosts.ts';
import { parseQuery } from './parse-url.ts';

/** Go's MySQL driver: `user:password@tcp(host:port)/database?name=value`, `unix(/path)`, or no address at all. */
export function parseGoMysql(text: string): ConnectionString | undefined {
  const opening = /(?:^|@)(tcp6?|unix|cloudsql|[a-z][a-z0-9+]*)\(/g;
  let match: RegExpExecArray | undefined;
  for (let next = opening.exec(text); next !== null; next = opening.exec(text)) match = next;
  if (match === undefined) return undefined;
  const start = match.index + match[0].length;
  const end = text.indexOf(')', start);
  if (end === -1 || !/^(?:\/|$)/.test(text.slice(end + 1, end + 2))) return undefined;
  const address = text.slice(start, end);
  const question = text.indexOf('?', end);
  const parameters = question === -1 ? [] : parseQuery(text.slice(question + 1));
  const base = { syntax: 'GoMysql' as const, scheme: '', parameters };
  if (match[1] === 'unix') return { ...base, hosts: [], socket: address };
  const hosts = parseHosts(address);
  return hosts === undefined ? undefined : { ...base, hosts };
}

/** StackExchange.Redis: `host:port,host:port,name=value,…`. Undefined without at least one option. */
export function parseStackExchangeRedis(text: string): ConnectionString | undefined {
  const pieces = text.split(',', MOST_PARAMETERS);
  const addresses = pieces.filter((piece) => !piece.includes('='));
  const options = pieces.filter((piece) => piece.includes('='));
  if (addresses.length === 0 || options.length === 0 || pieces[0]?.includes('=') === true) return undefined;
  const hosts = parseHosts(addresses.join(','));
  if (hosts === undefined || hosts.length === 0) return undefined;
  const parameters = options
    .map((option) => {
      const equals = option.indexOf('=');
      return { name: option.slice(0, equals).trim(), value: option.slice(equals + 1).trim() };
    })
    .filter((option) => !/^(?:password|user)$/i.test(option.name));
  return { syntax: 'StackExchangeRedis', scheme: '', hosts, parameters };
}
