import { describe, expect, test } from '@jest/globals';
import type { Identity } from '../../src/kubernetes/credentials.ts';
import { bearer, remembered } from '../../src/kubernetes/credentials.ts';
import { FakeTime } from './fake-time.ts';

function identity(token: string): Identity {
  return { headers: bearer(token) };
}

describe('credentials that are remembered', () => {
  test('what was being read when it was forgotten is not remembered', async () => {
    const gates: PromiseWithResolvers<Identity>[] = [];
    const credentials = remembered(new FakeTime(), 60_000, () => {
      const gate = Promise.withResolvers<Identity>();
      gates.push(gate);
      return gate.promise;
    });
    const first = credentials.current();
    credentials.forget();
    const second = credentials.current();
    gates[1]?.resolve(identity('new'));
    gates[0]?.resolve(identity('old'));
    expect([await first, await second]).toEqual([identity('old'), identity('new')]);
    expect(await credentials.current()).toEqual(identity('new'));
    expect(gates).toHaveLength(2);
  });

  test('what cannot be read the first time is read again the next time', async () => {
    let works = false;
    const credentials = remembered(new FakeTime(), 60_000, () => {
      return works ? Promise.resolve(identity('a')) : Promise.reject(new Error('not yet'));
    });
    await expect(credentials.current()).rejects.toMatchObject({ code: 'CredentialsUnusable' });
    works = true;
    expect(await credentials.current()).toEqual(identity('a'));
  });
});

describe('a token', () => {
  test.each(['', '  \n', 'two words', 'new\r\nx-header: 1', 'zażółć', 'x'.repeat(70_000)])(
    'is not just anything: %j',
    (text) => {
      expect(() => bearer(text)).toThrow(expect.objectContaining({ code: 'CredentialsUnusable' }));
    },
  );

  test('may end in a newline, as files do', () => {
    expect(bearer('abc.def-ghi_\n')).toEqual({ authorization: 'Bearer abc.def-ghi_' });
  });
});
