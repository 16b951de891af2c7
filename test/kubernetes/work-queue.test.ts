import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { WorkOutcome, WorkReport } from '../../src/kubernetes/work-queue.ts';
import { Fault } from '../../src/faults/fault.ts';
import { WORK_OUTCOMES, WorkQueue } from '../../src/kubernetes/work-queue.ts';
import { FakeTime, settle } from './fake-time.ts';

const DONE: WorkOutcome = { outcome: 'Done' };

function queueOf(
  work: (key: string, signal: AbortSignal) => Promise<WorkOutcome>,
  options: { readonly workers?: number; readonly time?: FakeTime } = {},
): { readonly queue: WorkQueue; readonly time: FakeTime; readonly reports: WorkReport[] } {
  const time = options.time ?? new FakeTime();
  const reports: WorkReport[] = [];
  const queue = new WorkQueue({
    name: 'test',
    workers: options.workers ?? 1,
    work,
    time,
    backoff: { baseMs: 1000, capMs: 60_000 },
    onFinished: (report) => void reports.push(report),
  });
  return { queue, time, reports };
}

describe('order and duplicates', () => {
  test('a key that waits already is worked on once, in the order of arrival', async () => {
    const seen: string[] = [];
    const { queue } = queueOf(async (key) => (seen.push(key), DONE));
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect(queue.depth).toBe(3);
    queue.start();
    await queue.whenIdle();
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  test('a key that comes while it is being worked on is worked on once more, and only once', async () => {
    const gates: PromiseWithResolvers<WorkOutcome>[] = [];
    const { queue } = queueOf(
      () => {
        const gate = Promise.withResolvers<WorkOutcome>();
        gates.push(gate);
        return gate.promise;
      },
      { workers: 4 },
    );
    queue.start();
    queue.add('a');
    await settle();
    queue.add('a');
    queue.add('a');
    await settle();
    expect(gates).toHaveLength(1);
    gates[0]?.resolve(DONE);
    await settle();
    expect(gates).toHaveLength(2);
    gates[1]?.resolve(DONE);
    await queue.whenIdle();
    expect(gates).toHaveLength(2);
  });

  test('the work never starts inside the call that adds the key', () => {
    let started = false;
    const { queue } = queueOf(async () => ((started = true), DONE));
    queue.start();
    queue.add('a');
    expect(started).toBe(false);
  });

  test('depth and the age of the oldest key are readable', async () => {
    const { queue, time } = queueOf(async () => DONE);
    expect(queue.oldestAgeMs()).toBe(0);
    queue.add('a');
    await time.advance(700);
    queue.add('b');
    await time.advance(300);
    expect([queue.depth, queue.oldestAgeMs()]).toEqual([2, 1000]);
  });

  test('with any interleaving no key runs twice at a time, no more than N run, and the last change is seen', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(
          fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), turns: fc.nat(3), fails: fc.boolean() }),
          {
            maxLength: 40,
          },
        ),
        async (workers, steps) => {
          const version = new Map<string, number>();
          const worked = new Map<string, number>();
          const busy = new Set<string>();
          let most = 0;
          let failing = 0;
          const { queue, time } = queueOf(
            async (key) => {
              expect(busy.has(key)).toBe(false);
              busy.add(key);
              most = Math.max(most, busy.size);
              const seen = version.get(key) ?? 0;
              await settle(1);
              busy.delete(key);
              if (failing > 0) {
                failing -= 1;
                throw new Error('not yet');
              }
              worked.set(key, seen);
              return DONE;
            },
            { workers },
          );
          queue.start();
          for (const step of steps) {
            version.set(step.key, (version.get(step.key) ?? 0) + 1);
            if (step.fails) failing += 1;
            queue.add(step.key);
            if (step.turns > 0) await settle(step.turns);
          }
          while (queue.depth + queue.running + queue.delayed > 0) await time.advance(60_000);
          expect(worked).toEqual(version);
          expect(most).toBeLessThanOrEqual(workers);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the four outcomes', () => {
  test('they are a closed list', () => {
    expect(WORK_OUTCOMES).toEqual(['Done', 'Retry', 'Again', 'GiveUp']);
  });

  test('retry comes back later each time, and a success forgets the failures', async () => {
    let left = 3;
    const { queue, time, reports } = queueOf(async () => {
      left -= 1;
      return left >= 0 ? { outcome: 'Retry', cause: new Error('no') } : DONE;
    });
    queue.start();
    queue.add('a');
    const waits: number[] = [];
    await settle();
    while (queue.delayed > 0) {
      waits.push(time.waits[0] ?? 0);
      await time.advance(waits.at(-1) ?? 0);
    }
    // Half of 1, 2 and 4 seconds: the random number of the test is 0.5.
    expect(waits).toEqual([500, 1000, 2000]);
    expect(reports.map((report) => [report.outcome, report.failures])).toEqual([
      ['Retry', 1],
      ['Retry', 2],
      ['Retry', 3],
      ['Done', 0],
    ]);
    left = 1;
    queue.add('a');
    await settle();
    expect(time.waits).toEqual([500]);
  });

  test('the jitter is full, with a floor and a cap', async () => {
    const { queue, time } = queueOf(async () => ({ outcome: 'Retry', cause: 0 }));
    queue.start();
    time.random = () => 0;
    queue.add('floor');
    await settle();
    expect(time.waits).toEqual([100]);
    time.random = () => 0.999_999;
    for (let attempt = 0; attempt < 12; attempt++) await time.advance(time.waits[0] ?? 0);
    expect(time.waits[0]).toBeGreaterThan(59_000);
    expect(time.waits[0]).toBeLessThan(60_000);
  });

  test('again comes back after that time, however often', async () => {
    const { queue, time, reports } = queueOf(async () => ({ outcome: 'Again', afterMs: 30_000 }));
    queue.start();
    queue.add('a');
    await time.advance(29_999);
    expect(reports).toHaveLength(1);
    await time.advance(1);
    expect(reports).toHaveLength(2);
    expect(reports.map((report) => report.outcome)).toEqual(['Again', 'Again']);
  });

  test('giving up does not come back, until the object changes', async () => {
    const { queue, time, reports } = queueOf(async () => ({ outcome: 'GiveUp', cause: 'no use' }));
    queue.start();
    queue.add('a');
    await time.advance(3_600_000);
    expect(reports).toMatchObject([{ outcome: 'GiveUp', cause: 'no use', failures: 1 }]);
    queue.add('a');
    await settle();
    expect(reports).toHaveLength(2);
  });

  test('what is thrown is a retry, unless it is a fault that no retry helps', async () => {
    const thrown = [new Error('bug'), new Fault('ApiConflict', 'moved'), new Fault('ApiForbidden', 'no')];
    const { queue, reports } = queueOf(async (key) => {
      throw thrown[Number(key)] ?? new Error('unknown key');
    });
    queue.start();
    for (const key of ['0', '1', '2']) queue.add(key);
    await queue.whenIdle();
    expect(reports.map((report) => report.outcome)).toEqual(['Retry', 'Retry', 'GiveUp']);
  });

  test('a retry waits at least as long as the server asked', async () => {
    const { queue, time } = queueOf(() =>
      Promise.reject(new Fault('ApiThrottled', 'wait', { retryAfterMs: 20_000 })),
    );
    queue.start();
    queue.add('a');
    await settle();
    expect(time.waits).toEqual([20_000]);
  });

  test('a change brings a key forward that is waiting for its retry', async () => {
    let fail = true;
    const { queue, time, reports } = queueOf(async () => (fail ? { outcome: 'Retry', cause: 0 } : DONE));
    queue.start();
    queue.add('a');
    await settle();
    fail = false;
    queue.add('a');
    await settle();
    expect(reports.map((report) => report.outcome)).toEqual(['Retry', 'Done']);
    expect(time.pending).toBe(0);
  });

  test('of two times the earlier one counts', async () => {
    const { queue, time, reports } = queueOf(async () => DONE);
    queue.start();
    queue.addAfter('a', 5000);
    queue.addAfter('a', 9000);
    queue.addAfter('a', 1000);
    expect(time.waits).toEqual([1000]);
    await time.advance(10_000);
    expect(reports).toHaveLength(1);
  });
});

describe('shutting down', () => {
  test('finishes what waits for a worker, drops what waits for its time, takes nothing new', async () => {
    const seen: string[] = [];
    const { queue, time } = queueOf(async (key) => {
      await settle(1);
      seen.push(key);
      return { outcome: 'Again', afterMs: 10 };
    });
    queue.start();
    queue.addAfter('later', 1000);
    queue.add('a');
    queue.add('b');
    const drained = queue.drain(5000);
    queue.add('c');
    expect(await drained).toBe(true);
    expect(seen).toEqual(['a', 'b']);
    expect(time.pending).toBe(0);
  });

  test('asks the work to stop when its time is up', async () => {
    let aborted = false;
    const { queue, time } = queueOf(
      (_key, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve(DONE);
          });
        }),
    );
    queue.start();
    queue.add('a');
    queue.add('b');
    const drained = queue.drain(5000);
    await time.advance(5000);
    expect(await drained).toBe(false);
    expect(aborted).toBe(true);
    expect(queue.depth).toBe(0);
  });

  test('a queue that was never started has nothing to finish', async () => {
    const { queue } = queueOf(async () => DONE);
    queue.add('a');
    expect(await queue.drain(1000)).toBe(true);
  });
});
