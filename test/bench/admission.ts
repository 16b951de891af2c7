/*
 * The admission handler against a bare HTTPS echo of the same reviews, in one run: throughput, median, 99th percentile and
 * CPU time per request, as ratios. The two take turns, so that a noisy machine is as noisy for both.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { sampleReview } from './sample-reviews.ts';

const REVIEWS = Array.from({ length: 500 }, (_, index) => Buffer.from(sampleReview(index)));
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? '3');
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? '2');

interface Served {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: AsyncIterator<string>;
  readonly port: number;
}

interface Figures {
  readonly perSecond: number;
  readonly median: number;
  readonly p99: number;
  readonly cpuMicroseconds: number;
}

async function serve(kind: 'echo' | 'pathkeeper', policies: number): Promise<Served> {
  const script = fileURLToPath(new URL('./admission-server.js', import.meta.url));
  const child = spawn(process.execPath, [script, kind, String(policies)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const reader: Interface = createInterface({ input: child.stdout });
  const lines = reader[Symbol.asyncIterator]();
  const { value } = await lines.next();
  return { process: child, lines, port: Number(value) };
}

async function cpuOf(served: Served): Promise<number> {
  served.process.stdin.write('cpu\n');
  return Number((await served.lines.next()).value);
}

function post(port: number, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        path: '/validate?timeout=10s',
        method: 'POST',
        agent,
        rejectUnauthorized: false,
        headers: { 'content-type': 'application/json', 'content-length': body.length },
      },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        response.on('data', () => undefined);
        response.on('end', resolve);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

async function load(served: Served, connections: number, seconds: number): Promise<Figures> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const cpuBefore = await cpuOf(served);
  const end = performance.now() + seconds * 1000;
  const started = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const body = REVIEWS[next++ % REVIEWS.length] as Buffer;
        const sent = performance.now();
        await post(served.port, agent, body);
        times.push(performance.now() - sent);
      }
    }),
  );
  const elapsed = (performance.now() - started) / 1000;
  const cpu = (await cpuOf(served)) - cpuBefore;
  agent.destroy();
  times.sort((left, right) => left - right);
  return {
    perSecond: times.length / elapsed,
    median: times[Math.floor(times.length / 2)] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
    cpuMicroseconds: cpu / times.length,
  };
}

function middle(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

function summary(all: readonly Figures[]): Figures {
  return {
    perSecond: middle(all.map(({ perSecond }) => perSecond)),
    median: middle(all.map(({ median }) => median)),
    p99: middle(all.map(({ p99 }) => p99)),
    cpuMicroseconds: middle(all.map(({ cpuMicroseconds }) => cpuMicroseconds)),
  };
}

const echo = await serve('echo', 0);
console.log(
  `admission: ${REVIEWS.length} reviews of ${Math.round((REVIEWS[0]?.length ?? 0) / 100) / 10} KB, ${ROUNDS} rounds of ${SECONDS} s each, medians`,
);
console.log(
  '| policies | connections | echo/s | pathkeeper/s | ratio | p50 ms (echo) | p99 ms (echo) | p99 ratio | CPU us (echo) | CPU ratio |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const policies of [1, 10, 200]) {
  const own = await serve('pathkeeper', policies);
  await load(own, 8, 2);
  await load(echo, 8, 1);
  for (const connections of [1, 8, 32]) {
    const echoes: Figures[] = [];
    const owns: Figures[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      echoes.push(await load(echo, connections, SECONDS));
      owns.push(await load(own, connections, SECONDS));
    }
    const a = summary(echoes);
    const b = summary(owns);
    console.log(
      `| ${policies} | ${connections} | ${a.perSecond.toFixed(0)} | ${b.perSecond.toFixed(0)} | ${(b.perSecond / a.perSecond).toFixed(2)} | ${b.median.toFixed(2)} (${a.median.toFixed(2)}) | ${b.p99.toFixed(2)} (${a.p99.toFixed(2)}) | ${(b.p99 / a.p99).toFixed(2)} | ${b.cpuMicroseconds.toFixed(0)} (${a.cpuMicroseconds.toFixed(0)}) | ${(b.cpuMicroseconds / a.cpuMicroseconds).toFixed(2)} |`,
    );
  }
  own.process.stdin.end();
  await once(own.process, 'exit');
}
echo.process.stdin.end();
await once(echo.process, 'exit');
