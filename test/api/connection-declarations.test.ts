import { describe, expect, test } from '@jest/globals';

import { readDeclarations } from '../../src/api/connection-declarations.ts';

describe('declarations that can be read', () => {
  test('a client of the catalogue, with version and settings', () => {
    const text = `
- container: app
  client: pgjdbc@42.7
  host: db.corp.example
  port: 5432
  settings: {tcpKeepAlive: true, socketTimeout: 30, sslmode: "require"}
  use: Listening`;
    expect(readDeclarations(text)).toEqual({
      declarations: [
        {
          number: 1,
          declaration: {
            container: 'app',
            client: { id: 'pgjdbc', version: '42.7' },
            host: 'db.corp.example',
            port: 5432,
            settings: { tcpKeepAlive: 'true', socketTimeout: '30', sslmode: 'require' },
            use: 'Listening',
          },
        },
      ],
      problems: [],
    });
  });

  test('a client outside the catalogue, with defaults filled in', () => {
    const { declarations } = readDeclarations(
      '- {keepAlive: {timeSeconds: 300}, heartbeatSeconds: 240, host: "10.20.0.7"}',
    );
    expect(declarations.map(({ declaration }) => declaration)).toEqual([
      {
        host: '10.20.0.7',
        settings: {},
        use: 'Pooled',
        keepAlive: { timeSeconds: 300, intervalSeconds: 75, probes: 9 },
        heartbeatSeconds: 240,
      },
    ]);
  });
});

describe('declarations that cannot be read say what is wrong, and where', () => {
  test.each([
    [
      'nothing said',
      '- {host: db.corp.example}',
      'entry 1: must have `client`, or for a client outside the catalogue at least one of',
    ],
    [
      'both kinds',
      '- {client: pgjdbc, heartbeatSeconds: 30}',
      'entry 1: `client` may not be given together with',
    ],
    [
      'settings of nobody',
      '- {settings: {a: b}, heartbeatSeconds: 3}',
      'entry 1: `settings` may only be given with `client`',
    ],
    ['a port of nowhere', '- {client: pgjdbc, port: 5432}', 'entry 1: `port` may only be given with `host`'],
    [
      'a client with spaces',
      '- {client: PG JDBC}',
      'entry 1: `client` must be the id of a client in the catalogue',
    ],
    [
      'a host with a port',
      '- {client: pgjdbc, host: "db.corp.example/orders"}',
      'entry 1: `host` must be a host name or an address',
    ],
    [
      'a list as a setting',
      '- {client: pgjdbc, settings: {a: [1]}}',
      'entry 1: `settings.a` must be text, a number, true or false',
    ],
    [
      'too many settings',
      `- {client: a, settings: {${Array.from({ length: 65 }, (_, i) => `s${i}: 1`).join(', ')}}}`,
      'entry 1: `settings` must have at most 64 settings',
    ],
    [
      'another use',
      '- {client: pgjdbc, use: listening}',
      "entry 1: `use` must be 'Pooled' or 'Listening'; did you mean 'Listening'?",
    ],
    [
      'a time of zero',
      '- {keepAlive: {timeSeconds: 0}}',
      'entry 1: `keepAlive.timeSeconds` must be between 1 and 31536000',
    ],
    [
      'a misspelt field',
      '- {client: pgjdbc, hosts: db}',
      'entry 1: `hosts` is not a known field; did you mean `host`?',
    ],
  ])('%s', (_what, text, problem) => {
    const { declarations, problems } = readDeclarations(text);
    expect(declarations).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });
});
