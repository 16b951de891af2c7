import { createServer } from 'node:net';

import { expect, test } from '@jest/globals';

import { freePort } from './free-port.ts';
import { onFreePorts } from './on-free-ports.ts';
import { StartFailure } from './wait-until-healthy.ts';

const taken = new StartFailure('etcd ended', 'listen tcp 127.0.0.1:20001: bind: address already in use');

test('a free port is below the range of outgoing connections and can be listened on', async () => {
  const port = await freePort();
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(32_768);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
});

test('a port that was taken in the meantime is tried again with another', async () => {
  let attempts = 0;
  const result = await onFreePorts(async () => {
    if (++attempts < 3) throw taken;
    return 'started';
  });
  expect({ result, attempts }).toEqual({ result: 'started', attempts: 3 });
});

test('it is not tried for ever, and not at all for another trouble', async () => {
  let attempts = 0;
  const fail = (error: Error) => () => {
    attempts++;
    return Promise.reject(error);
  };
  await expect(onFreePorts(fail(taken))).rejects.toBe(taken);
  expect(attempts).toBe(5);
  attempts = 0;
  const other = new StartFailure('etcd ended', 'permission denied');
  await expect(onFreePorts(fail(other))).rejects.toBe(other);
  expect(attempts).toBe(1);
});
