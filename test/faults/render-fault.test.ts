import { describe, expect, test } from '@jest/globals';
import { FAULT_CODES, Fault, faultMeaning, isFault } from '../../src/faults/fault.ts';
import { renderFault } from '../../src/faults/render-fault.ts';

describe('a fault', () => {
  test('knows from its table whether a retry can help, unless told otherwise', () => {
    expect(new Fault('ApiConflict', 'moved').retryable).toBe(true);
    expect(new Fault('ApiForbidden', 'no').retryable).toBe(false);
    expect(new Fault('ApiConflict', 'exists', { retryable: false }).retryable).toBe(false);
  });

  test('is told from other errors, and by its code', () => {
    const fault = new Fault('ApiGone', 'old');
    expect([
      isFault(fault),
      isFault(fault, 'ApiGone'),
      isFault(fault, 'ApiFailed', 'ApiGone'),
      isFault(fault, 'ApiFailed'),
    ]).toEqual([true, true, true, false]);
    expect([isFault(new Error('x')), isFault({ code: 'ApiGone' }), isFault(undefined)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('every code has a meaning that can follow a colon', () => {
    for (const code of FAULT_CODES) expect(faultMeaning(code)).toMatch(/^[a-z].*[A-Za-z0-9)]$/);
    expect(FAULT_CODES.length).toBeGreaterThan(10);
  });
});

describe('rendering', () => {
  test('shows the chain, outermost first, with the codes of faults and of the system', () => {
    const system = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6443'), { code: 'ECONNREFUSED' });
    const fault = new Fault('ApiUnreachable', 'GET /version', { cause: system });
    expect(renderFault(new TypeError('cannot start', { cause: fault }))).toBe(
      'TypeError: cannot start <- ApiUnreachable: GET /version <- ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:6443',
    );
  });

  test('a connection that was tried on several addresses says what went wrong on the first', () => {
    const parts = [new Error('no route to ::1'), new Error('refused by 127.0.0.1')];
    expect(renderFault(new Fault('ApiUnreachable', 'GET /', { cause: new AggregateError(parts) }))).toContain(
      'no route to ::1',
    );
  });

  test.each<readonly [string, unknown, string]>([
    ['nothing', undefined, 'unknown error'],
    ['null', null, 'unknown error'],
    ['text', 'oops', 'thrown: oops'],
    ['a number', 7, 'thrown: 7'],
    ['an object', { secret: 'hidden' }, 'thrown: object'],
  ])('%s can be thrown, too', (_what, thrown, text) => {
    expect(renderFault(thrown)).toBe(text);
  });

  test('a message from elsewhere cannot forge a line or turn the text round', () => {
    const text = renderFault(new Error('first\r\n2026-01-01 INFO all is well\u2028\u202Ereversed\u0000'));
    expect(text).toBe('Error: first 2026-01-01 INFO all is well reversed');
  });

  test('a loop of causes, a long chain and a long message come to an end', () => {
    const loop = new Error('a');
    loop.cause = new Error('b', { cause: loop });
    expect(renderFault(loop)).toBe('Error: a <- Error: b');
    let chain = new Error('0');
    for (let n = 1; n < 100; n++) chain = new Error(String(n), { cause: chain });
    expect(renderFault(chain).split(' <- ')).toHaveLength(8);
    expect(renderFault(new Error('x'.repeat(10_000))).length).toBeLessThanOrEqual(512);
  });
});
