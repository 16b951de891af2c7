import { describe, expect, test } from '@jest/globals';
import type { ApiHeaders } from '../../src/kubernetes/api-transport.ts';
import { readStatus, refusal, retryAfterMs, streamedRefusal } from '../../src/kubernetes/api-fault.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');

function refused(status: number, body: unknown = {}, headers: ApiHeaders = {}) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return refusal('GET /api/v1/pods', status, headers, bytes, NOW);
}

describe('what a refusal means', () => {
  test.each<readonly [number, unknown, string, boolean]>([
    [400, { reason: 'BadRequest' }, 'ApiInvalid', false],
    [401, { reason: 'Unauthorized' }, 'ApiUnauthenticated', true],
    [403, { reason: 'Forbidden' }, 'ApiForbidden', false],
    [404, { reason: 'NotFound' }, 'ApiNotFound', false],
    [409, { reason: 'Conflict' }, 'ApiConflict', true],
    [409, { reason: 'AlreadyExists' }, 'ApiConflict', false],
    [410, { reason: 'Expired' }, 'ApiGone', true],
    [410, 'no JSON', 'ApiGone', true],
    [422, { reason: 'Invalid', details: { causes: [{ field: 'spec.path' }] } }, 'ApiInvalid', false],
    [422, { reason: 'Invalid', details: { causes: [{ field: 'metadata.uid' }] } }, 'ApiConflict', true],
    [429, { reason: 'TooManyRequests' }, 'ApiThrottled', true],
    [500, { reason: 'InternalError' }, 'ApiFailed', true],
    [503, '<html>', 'ApiFailed', true],
    [
      504,
      { reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } },
      'ApiGone',
      true,
    ],
    [504, { reason: 'Timeout' }, 'ApiFailed', true],
  ])('%i %j', (status, body, code, retryable) => {
    expect(refused(status, body)).toMatchObject({ code, retryable });
  });

  test('503 that says when to come back is a request to wait', () => {
    expect(refused(503, {}, { 'retry-after': '4' })).toMatchObject({
      code: 'ApiThrottled',
      retryAfterMs: 4000,
    });
  });

  test('the server may say when to come back in its Status, which counts more than the header', () => {
    expect(refused(429, { details: { retryAfterSeconds: 2 } }, { 'retry-after': '9' }).retryAfterMs).toBe(
      2000,
    );
  });

  test('its message tells what was asked and what was said, within bounds', () => {
    expect(refused(403, { reason: 'Forbidden', message: 'pods is forbidden' }).message).toBe(
      'GET /api/v1/pods: 403 Forbidden: pods is forbidden',
    );
    expect(refused(400, { message: 'x'.repeat(100_000) }).message.length).toBeLessThan(600);
  });

  test('inside a watch, the code is in the Status', () => {
    expect(streamedRefusal('watch', { code: 410, reason: 'Expired' }).code).toBe('ApiGone');
    expect(streamedRefusal('watch', undefined).code).toBe('ApiFailed');
  });

  test.each([
    null,
    7,
    'text',
    [],
    { details: 'x', causes: 3, code: '410', reason: 5 },
    { details: { causes: [null, 1, {}] } },
  ])('a Status that is none has nothing to say: %j', (body) => {
    expect(readStatus(body)).toEqual({ causes: [], fields: [] });
  });
});

describe('Retry-After', () => {
  test.each<readonly [string | undefined, number | undefined]>([
    [undefined, undefined],
    ['0', 0],
    [' 12 ', 12_000],
    ['Tue, 24 Nov 2026 10:00:30 GMT', 30_000],
    ['Tue, 24 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    ['99999999999999999999', undefined],
  ])('%j is %p ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });
});
