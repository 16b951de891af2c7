import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range from which systems take the local ports of outgoing connections (32768 and up on Linux, 49152
// and up elsewhere): nobody gets one of these by chance between our look and the program's bind.
const LOWEST = 20_000;
const HIGHEST = 32_000;

/**
 * A port on 127.0.0.1 that was free a moment ago. Somebody else may take it before it is used, so whoever uses it
 * tries again with another when its program says that the address is in use.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found between ${LOWEST} and ${HIGHEST} in 100 attempts`);
}

/** Whether a program's output says that it could not have its port. */
export function saysAddressInUse(output: string): boolean {
  return /address already in use/i.test(output);
}

async function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}
