import { MOST_HOSTS, type StringHost } from './connection-string.ts';

/**
 * `host`, `host:port`, `[v6]:port`, several with commas between. Undefined where a port is no number: then it is
 * not an address, and may be anything.
 */
export function parseHosts(text: string): readonly StringHost[] | undefined {
  const hosts: StringHost[] = [];
  for (const part of text.split(',', MOST_HOSTS)) {
    const trimmed = part.trim();
    if (trimmed === '') continue;
    const host = parseHost(trimmed);
    if (host === undefined) return undefined;
    hosts.push(host);
  }
  return hosts;
}

const HOST = /^[A-Za-z0-9_.*\uE000-\uF8FF-]+$/;
const ADDRESS_6 = /^[0-9A-Fa-f:.]+(?:%[\w.-]+)?$/;
/** Digits, or a part that cannot be seen. */
const PORT = /^(?:\d{1,5}|[\uE000-\uF8FF]+)$/;

function parseHost(text: string): StringHost | undefined {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    if (end === -1 || !ADDRESS_6.test(text.slice(1, end))) return undefined;
    return withPort(text.slice(1, end), text.slice(end + 1));
  }
  const colon = text.indexOf(':');
  if (colon === -1) return HOST.test(text) ? { host: text } : undefined;
  if (text.indexOf(':', colon + 1) !== -1) return ADDRESS_6.test(text) ? { host: text } : undefined;
  const host = text.slice(0, colon);
  return HOST.test(host) || host === '' ? withPort(host, text.slice(colon)) : undefined;
}

function withPort(host: string, rest: string): StringHost | undefined {
  if (rest === '' || rest === ':') return host === '' ? undefined : { host };
  const port = rest.slice(1);
  if (!rest.startsWith(':') || !PORT.test(port) || Number(port) > 65_535) return undefined;
  return { host: host === '' ? 'localhost' : host, port };
}
