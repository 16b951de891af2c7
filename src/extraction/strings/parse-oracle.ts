import type { ConnectionString } from './connection-string.ts';
import { parseDescriptor, descriptorHosts } from './parse-descriptor.ts';
import { parseHosts } from './parse-hosts.ts';
import { parseQuery } from './parse-url.ts';

type OracleTarget = Pick<ConnectionString, 'hosts' | 'parameters' | 'descriptor' | 'alias'>;

const ALIAS = /^[A-Za-z][\w.$#-]{0,127}$/;

/**
 * What an Oracle client connects to: a descriptor, easy connect (`//host:port/service`, `tcps://…`, with
 * `?name=value` since 19c), `host:port:sid`, or a name in tnsnames.ora.
 * (Oracle Net Services Administrator's Guide, "Understanding the Easy Connect Naming Method".)
 */
export function parseOracleTarget(text: string): OracleTarget | undefined {
  const target = text.trim();
  if (target.startsWith('(')) return parseDescriptorTarget(target);
  if (/^(?:ldaps?|https?|config-[a-z]+):/i.test(target)) return undefined;
  const question = target.indexOf('?');
  const parameters = question === -1 ? [] : parseQuery(target.slice(question + 1));
  const address = question === -1 ? target : target.slice(0, question);
  if (!/[:/]/.test(address)) {
    return ALIAS.test(address) ? { hosts: [], parameters, alias: address } : undefined;
  }
  const hosts = easyConnectHosts(address.replace(/^(?:tcps?:)?\/\//i, ''));
  return hosts === undefined || hosts.length === 0 ? undefined : { hosts, parameters };
}

/** `host:port/service`, `host:port:sid`. */
function easyConnectHosts(address: string): OracleTarget['hosts'] | undefined {
  const sid = /^([^:/]+:\d{1,5}):[\w.$#-]+$/.exec(address)?.[1];
  const slash = address.indexOf('/');
  return parseHosts(sid ?? (slash === -1 ? address : address.slice(0, slash)));
}

function parseDescriptorTarget(text: string): OracleTarget | undefined {
  const parsed = parseDescriptor(text);
  if (parsed === undefined) return undefined;
  const question = text.indexOf('?', parsed.end);
  return {
    hosts: descriptorHosts(parsed.descriptor),
    parameters: question === -1 ? [] : parseQuery(text.slice(question + 1)),
    descriptor: parsed.descriptor,
  };
}
