import { describe, expect, test } from '@jest/globals';
import type { FlatEntry } from '../../src/extraction/files/flat-entry.ts';
import { readFile } from '../../src/extraction/files/read-file.ts';

function pairs(entries: readonly FlatEntry[] | undefined): readonly string[] | undefined {
  return entries?.map(({ key, text, line }) => `${line} ${key}=${text}`);
}

describe('nginx.conf', () => {
  test('names each directive by the blocks around it', () => {
    const text = [
      'worker_processes auto; # as many as cores',
      'http {',
      '  keepalive_timeout 75s;',
      '  upstream orders { server orders:8080; keepalive_timeout 60s; }',
      '  server {',
      '    location /api { proxy_read_timeout',
      '      300s; }',
      '  }',
      '}',
    ].join('\n');
    expect(pairs(readFile('nginx.conf', text))).toEqual([
      '1 worker_processes=auto',
      '3 http.keepalive_timeout=75s',
      '4 http.upstream.server=orders:8080',
      '4 http.upstream.keepalive_timeout=60s',
      '6 http.server.location.proxy_read_timeout=300s',
    ]);
  });

  test('leaves marks and comment signs within quotes alone, and counts the lines of a quoted text', () => {
    const text = 'log_format main \'{ "a": "#1"; }\n\';\nuser "a\\"b";\n';
    expect(pairs(readFile('nginx.conf', text))).toEqual([
      '1 log_format=main { "a": "#1"; }\n',
      '3 user=a\\"b',
    ]);
  });

  test('is not read where blocks go too deep, and ends with the text where a quote does not', () => {
    expect(readFile('nginx.conf', 'a {'.repeat(100))).toBeUndefined();
    expect(pairs(readFile('nginx.conf', 'a b;\nc "d'))).toEqual(['1 a=b']);
  });
});

describe('haproxy.cfg', () => {
  test('names each keyword by its section, timeouts and options with their second word', () => {
    const text = [
      'global',
      '  maxconn 1000',
      'defaults tcp',
      '  option srvtcpka # probes',
      '  no option http-server-close',
      '  timeout client 300s',
      'backend orders',
      '  srvtcpka-idle 60s',
    ].join('\n');
    expect(pairs(readFile('haproxy.cfg', text))).toEqual([
      '2 global.maxconn=1000',
      '4 defaults.option srvtcpka=true',
      '5 defaults.option http-server-close=false',
      '6 defaults.timeout client=300s',
      '8 backend.srvtcpka-idle=60s',
    ]);
  });
});

test('sqlnet.ora and httpd.conf are read by lines, names in any case', () => {
  expect(pairs(readFile('sqlnet.ora', '# probes\nSQLNET.EXPIRE_TIME = 2\n'))).toEqual([
    '2 sqlnet.expire_time=2',
  ]);
  expect(pairs(readFile('httpd.conf', 'KeepAlive On\nKeepAliveTimeout 75\n'))).toEqual([
    '1 keepalive=On',
    '2 keepalivetimeout=75',
  ]);
});
