/**
 * Follows a real API server over a bad network while objects come, change and go, and fails if the watch has missed
 * anything, or does not hold what there is in the end.
 *
 *     npm run soak                     60 seconds
 *     npm run soak -- 3600 12345       an hour, with this seed
 *
 * It needs the control plane's programs (`make controlplane`).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { Collection } from '../../src/kubernetes/collection.ts';
import type { WatchEvent } from '../../src/kubernetes/watch-event.ts';
import { renderFault } from '../../src/faults/render-fault.ts';
import { connectCluster } from '../../src/kubernetes/connect-cluster.ts';
import { objectKey } from '../../src/kubernetes/resource.ts';
import { CONFIG_MAPS } from '../../src/kubernetes/resources.ts';
import { WATCH_EVENT_TYPES } from '../../src/kubernetes/watch-event.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.ts';
import { ChaosProxy } from './chaos-proxy.ts';

const NAMESPACES = 4;
const NAMES = 150;
const CHURNERS = 4;
const SETTLE_MS = 60_000;

interface Run {
  readonly plane: ControlPlane;
  readonly random: () => number;
  readonly untilMs: number;
  readonly namespaces: readonly string[];
  /** Straight to the server: who changes the objects. */
  readonly writer: Cluster;
  writes: number;
}

/** mulberry32: small, good enough, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<T>(run: Pick<Run, 'random'>, list: readonly T[]): T {
  return list[Math.floor(run.random() * list.length)] as T;
}

/** One change after the other; a server that is away, or an object that another churner has just made, is part of it. */
async function churn(run: Run): Promise<void> {
  while (performance.now() < run.untilMs) {
    const namespace = pick(run, run.namespaces);
    const name = `settings-${Math.floor(run.random() * NAMES)}`;
    const object = {
      metadata: { name, namespace, labels: { even: String(run.random() < 0.5) } },
      data: { n: `${run.writes} żółć 🛰` },
    };
    const change =
      run.random() < 0.3
        ? run.writer.remove({ resource: CONFIG_MAPS, namespace, name })
        : run.writer.apply(CONFIG_MAPS, object);
    try {
      await change;
      run.writes += 1;
    } catch {
      await delay(50);
    }
  }
}

async function disturb(run: Run, proxy: ChaosProxy): Promise<void> {
  while (performance.now() < run.untilMs) {
    await delay(200 + run.random() * 1500);
    if (run.random() < 0.3) proxy.freeze();
    else proxy.cut();
  }
}

/** The server itself goes away and comes back, each half minute, politely or not. */
async function restart(run: Run): Promise<void> {
  for (;;) {
    await delay(30_000, undefined, { ref: false });
    if (performance.now() + 15_000 > run.untilMs) return;
    await run.plane.stopApiServer({ kill: run.random() < 0.5 });
    await delay(run.random() * 3000);
    await run.plane.startApiServer();
  }
}

/** Key and version of everything that a collection ought to hold. */
async function reality(run: Run, labelSelector?: string): Promise<string> {
  const lists = await Promise.all(
    run.namespaces.map((namespace) =>
      run.writer.list(CONFIG_MAPS, {
        namespace,
        timeoutMs: 30_000,
        ...(labelSelector === undefined ? {} : { labelSelector }),
      }),
    ),
  );
  return lines(lists.flat().map(({ metadata }) => [objectKey(metadata), metadata.resourceVersion ?? '']));
}

function lines(entries: Iterable<readonly [string, string]>): string {
  return [...entries]
    .map(([key, version]) => `${key} ${version}`)
    .sort()
    .join('\n');
}

async function agrees(collection: Collection<string>, wanted: string): Promise<boolean> {
  for (const giveUpAt = performance.now() + SETTLE_MS; performance.now() < giveUpAt; await delay(100)) {
    if (lines(collection.entries()) === wanted) return true;
  }
  return false;
}

async function soak(plane: ControlPlane, seconds: number, random: () => number): Promise<boolean> {
  const counts = new Map<string, number>(WATCH_EVENT_TYPES.map((type) => [type, 0]));
  const onWatchEvent = (event: WatchEvent): void => {
    counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
    if (event.type === 'Missed') console.error(`MISSED ${event.what} ${event.key}`);
    if (event.type === 'CallbackFailed') console.error(`CALLBACK ${renderFault(event.error)}`);
  };
  const proxy = await ChaosProxy.start(Number(new URL(plane.url).port), random);
  const direct = await connectCluster({
    source: { from: 'Kubeconfig', files: [plane.kubeconfigPath] },
    userAgent: 'soak',
  });
  const kubeconfig = join(plane.folder, 'soak.kubeconfig');
  const text = await readFile(plane.kubeconfigPath, 'utf8');
  await writeFile(kubeconfig, text.replaceAll(plane.url, `https://127.0.0.1:${proxy.port}`), { mode: 0o600 });
  const followed = await connectCluster({
    source: { from: 'Kubeconfig', files: [kubeconfig] },
    userAgent: 'soak',
    onWatchEvent,
    // The times of an hour in a minute; a frozen connection is found in seconds.
    watchTuning: {
      silenceMs: 4000,
      openTimeoutMs: 3000,
      watchSeconds: [5, 15],
      stableMs: 2000,
      backoff: { baseMs: 50, capMs: 1000 },
      compareEveryMs: 700,
      compareAgainMs: 300,
      pageObjects: 40,
    },
  });
  try {
    const namespaces = await Promise.all(
      Array.from({ length: NAMESPACES }, () => plane.createNamespace('soak')),
    );
    const run: Run = {
      plane,
      random,
      namespaces,
      writer: direct,
      untilMs: performance.now() + seconds * 1000,
      writes: 0,
    };
    const project = ({
      metadata,
    }: {
      metadata: { resourceVersion?: string; namespace?: string };
    }): string | undefined =>
      namespaces.includes(metadata.namespace ?? '') ? metadata.resourceVersion : undefined;
    const everything = followed.watch({ resource: CONFIG_MAPS, project });
    const even = followed.watch({ resource: CONFIG_MAPS, project, labelSelector: 'even=true' });
    const churners = Array.from({ length: CHURNERS }, () => churn(run));
    await Promise.all([...churners, disturb(run, proxy), restart(run)]);
    const whole = await agrees(everything, await reality(run));
    const half = await agrees(even, await reality(run, 'even=true'));
    console.log(
      `${run.writes} changes; ${[...counts].map(([type, count]) => `${type} ${count}`).join(', ')}`,
    );
    const missed = counts.get('Missed') ?? 0;
    const compared = counts.get('Compare') ?? 0;
    console.log(`holds what there is: ${whole && half}; compared ${compared} times; missed ${missed}`);
    return whole && half && missed === 0 && compared > 0 && run.writes > 0;
  } finally {
    await followed.close();
    await direct.close();
    await proxy.stop();
  }
}

const [seconds = '60', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
console.log(`soak: ${seconds} s, seed ${seed}`);
const plane = await startControlPlane({ controllers: false });
try {
  if (!(await soak(plane, Number(seconds), seeded(Number(seed))))) process.exitCode = 1;
} finally {
  await plane.stop();
}
