import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../src/faults/fault.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { LogSink } from './log-sink.ts';

const SECRET = 'open-sesame';

function logged(values: object, message = 'something happened'): LogSink {
  const sink = new LogSink();
  createLogger({ level: 'info', format: 'Json' }, sink).info(values, message);
  return sink;
}

describe('a record', () => {
  test('has a time, a level in words, the message and the values', () => {
    const { records } = logged({ namespace: 'orders', count: 3, nested: { list: [1, true, null] } });
    expect(records).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: 'info',
        msg: 'something happened',
        namespace: 'orders',
        count: 3,
        nested: { list: [1, true, null] },
      },
    ]);
  });

  test('is not written below the level', () => {
    const sink = new LogSink();
    createLogger({ level: 'warn', format: 'Json' }, sink).info('quiet');
    expect(sink.records).toEqual([]);
  });

  test('shows an error with its causes on one line', () => {
    const error = new Fault('ApiUnreachable', 'GET /version', { cause: new Error('line\nbreak') });
    expect(logged({ error }).records[0]).toMatchObject({
      error: 'ApiUnreachable: GET /version <- Error: line break',
    });
  });
});

describe('a secret', () => {
  test.each([
    ['by its name', { password: SECRET }],
    ['by its name, deep down', { a: { b: { c: { Client_Secret: SECRET } } } }],
    ['by its name, in a list', { containers: [{ env: [{ token: SECRET }] }] }],
    ['by its name, as an object', { credentials: { user: 'x', pass: SECRET } }],
    ['in a header', { headers: { Authorization: `Bearer ${SECRET}`, 'set-cookie': SECRET } }],
    ['in a URL', { url: `postgresql://app:${SECRET}@db.example:5432/orders` }],
    ['in a URL, with an @ of its own', { url: `redis://:a@b${SECRET}@cache:6379` }],
    ['in a URL without a user', { url: `amqp://${SECRET}@mq` }],
    ['in the middle of a sentence', { problem: `cannot parse https://u:${SECRET}@host/x here` }],
    ['in a query', { url: `jdbc:postgresql://db/orders?user=app&password=${SECRET}&ssl=true` }],
    ['in keywords', { dsn: `host=db PASSWORD = ${SECRET} port=5432` }],
    ['in the message of an error', { error: new Error(`connect to http://u:${SECRET}@host failed`) }],
    ['in the cause of an error', { error: new Error('x', { cause: new Error(`password=${SECRET}`) }) }],
    ['in a key file', { file: `-----BEGIN EC PRIVATE KEY-----\n${SECRET}\n-----END EC PRIVATE KEY-----` }],
    ['in a Map or Set', { set: new Set([`password=${SECRET}`]), map: new Map([['x', { pwd: SECRET }]]) }],
    ['behind toJSON', { thing: { toJSON: () => ({ token: SECRET }) } }],
  ])('%s does not reach the log', (_where, values) => {
    const { text, records } = logged(values);
    expect(text).not.toContain(SECRET);
    expect(text).toContain('***');
    expect(records).toHaveLength(1);
  });

  test('is not seen where there is none', () => {
    const values = { url: 'https://db.example:5432/x', secrets: 2, token: null, password: false, at: 'a@b' };
    expect(logged(values).records[0]).toMatchObject(values);
  });
});

describe('a hostile record', () => {
  test('is cut: depth, width and length', () => {
    interface Deep {
      deeper?: Deep;
    }
    const deep: Deep = {};
    let inner = deep;
    for (let depth = 0; depth < 1000; depth += 1) inner = inner.deeper = {};
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_value, index) => [`k${index}`, index]));
    const { text } = logged({
      deep,
      wide,
      long: 'x'.repeat(1e6),
      list: Array.from({ length: 1e5 }, () => 1),
    });
    expect(text.length).toBeLessThan(10_000);
  });

  test('that contains itself, big integers, functions and symbols is written', () => {
    const loop: Record<string, unknown> = { big: 12n, call: () => 1, symbol: Symbol('x') };
    loop['self'] = loop;
    expect(logged({ loop }).records[0]).toMatchObject({ loop: { big: '12' } });
  });

  test('cannot forge a line', () => {
    const { text } = logged({ name: 'x\n{"level":"error","msg":"forged"}' });
    expect(text.trimEnd().split('\n')).toHaveLength(1);
  });

  test('made to make a pattern run away is written at once', () => {
    const started = performance.now();
    logged({
      a: '://'.repeat(100_000),
      b: 'password '.repeat(100_000),
      c: `-----BEGIN ${'A '.repeat(100_000)}`,
      d: `://${'a'.repeat(1e6)}`,
    });
    // Not a measure of speed: a pattern that runs away takes minutes here.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('the text format', () => {
  test('is a line for a person', () => {
    let text = '';
    const logger = createLogger({ level: 'info', format: 'Text' }, { write: (line) => (text += line) });
    logger.warn({ name: 'orders/api', note: 'two words', list: [1], bad: 'a\nb' }, 'finding changed');
    expect(text).toMatch(
      /^\S+Z WARN {2}finding changed name=orders\/api note="two words" list=\[1\] bad="a\\nb"\n$/,
    );
  });
});
