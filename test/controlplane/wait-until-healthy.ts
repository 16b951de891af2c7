import { request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

import type { KeyPair } from './certificates.ts';
import { lastLines } from './last-lines.ts';
import type { Supervisor } from './supervisor.ts';

/** A program of the supervisor's, and where it says that it is healthy (status 200). */
export interface HealthCheck {
  readonly name: string;
  readonly logFile: string;
  readonly url: string;
  readonly authorityCertificate: string;
  readonly client: KeyPair;
}

/** The program ended, or did not become healthy in time. `output` is the end of its log. */
export class StartFailure extends Error {
  readonly output: string;

  constructor(message: string, output: string) {
    super(`${message}; its last words:\n${output}`);
    this.output = output;
  }
}

const LOOK_AGAIN_MS = 50;

/** Waits until the program answers 200. Throws a StartFailure when it ends first, or after `timeoutMs`. */
export async function waitUntilHealthy(
  supervisor: Supervisor,
  check: HealthCheck,
  timeoutMs = 90_000,
): Promise<void> {
  const start = performance.now();
  for (;;) {
    const status = await statusOf(check);
    const exit = supervisor.exitOf(check.name);
    if (exit !== undefined) {
      throw new StartFailure(`${check.name} ended (${exit.how})`, await lastLines(check.logFile, 20));
    }
    if (status === 200) return;
    if (performance.now() - start > timeoutMs) {
      const message = `${check.name} is not healthy after ${timeoutMs} ms (last status: ${status})`;
      throw new StartFailure(message, await lastLines(check.logFile, 20));
    }
    await delay(LOOK_AGAIN_MS);
  }
}

/** The status that the program answers, or 0 when it does not. */
async function statusOf(check: HealthCheck): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const attempt = request(check.url, {
    ca: check.authorityCertificate,
    cert: check.client.certificate,
    key: check.client.key,
    agent: false,
    timeout: 5_000,
  });
  attempt.on('response', (response) => {
    response.resume();
    response.on('close', () => resolve(response.statusCode ?? 0));
  });
  attempt.on('timeout', () => attempt.destroy());
  attempt.on('error', () => resolve(0));
  attempt.on('close', () => resolve(0));
  attempt.end();
  return promise;
}
