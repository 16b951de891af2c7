import { randomUUID } from 'node:crypto';
import { Controller } from '../controller/controller.ts';
import { renderFault } from '../faults/render-fault.ts';
import { EventRecorder } from '../kubernetes/event-recorder.ts';
import { Lease } from '../kubernetes/lease.ts';
import { startProbeServer } from '../observability/probe-server.ts';
import type { ControllerOptions } from '../options/service-options.ts';
import { problemOf } from '../report/sentences.ts';
import { startBase, stateChecks, untilSignal, type ServiceBase } from './service-base.ts';

/** Exit code after the lease was lost: the kubelet starts the process anew, as a candidate. */
const LEASE_LOST = 3;

/** `pathkeeper controller`: judges running workloads and reports on policies until it is told to stop, or loses its lease. */
export async function runController(options: ControllerOptions): Promise<number> {
  const base = await startBase('controller', options);
  const events = new EventRecorder({
    cluster: base.cluster,
    time: base.time,
    controller: 'pathkeeper.dev/controller',
    instance: base.identity,
    onOutcome: (outcome) => base.metrics.count('pathkeeper_events_total', { outcome }),
  });
  const controller = createController(base, events);
  const probes = await startProbeServer({
    port: options.metricsPort,
    address: options.bindAddress,
    metrics: base.metrics,
    live: [],
    ready: stateChecks(base.state),
  });
  const lost = Promise.withResolvers<number>();
  const lease = options.leaderElection === 'On' ? createLease(options, base, lost.resolve) : undefined;
  const stopped = untilSignal().then(() => 0);
  await base.state.whenSynced();
  base.logger.info({ probePort: probes.port }, 'following the cluster');
  lease?.start();
  const held = lease === undefined ? Promise.resolve(true) : lease.whenHeld();
  const writing = startWhenHeld(held, controller, base);
  const code = await Promise.race([stopped, lost.promise, writing.then(() => stopped)]);
  base.logger.info({ code }, 'stopping');
  await controller.stop();
  await events.close(1000);
  await lease?.release();
  await Promise.all([probes.close(), base.state.stop()]);
  await base.cluster.close();
  return code;
}

async function startWhenHeld(
  held: Promise<boolean>,
  controller: Controller,
  base: ServiceBase,
): Promise<void> {
  if (!(await held)) return;
  base.metrics.set('pathkeeper_leader', 1);
  base.logger.info('writing');
  controller.start();
}

function createController(base: ServiceBase, events: EventRecorder): Controller {
  const { logger, metrics } = base;
  const controller = new Controller({
    cluster: base.cluster,
    state: base.state,
    time: base.time,
    events,
    onFinished: ({ queue, key, outcome, cause, milliseconds }) => {
      metrics.count('pathkeeper_queue_outcomes_total', { queue, outcome });
      metrics.observe('pathkeeper_work_duration_seconds', milliseconds / 1000, { queue });
      if (cause !== undefined) logger.warn({ queue, key, outcome, error: renderFault(cause) }, 'work failed');
    },
    onTransition: ({ workload, finding, change }) =>
      logger.info(
        { workload, code: finding.code, verdict: finding.verdict, change, problem: problemOf(finding) },
        'finding changed',
      ),
  });
  metrics.onScrape(() => {
    for (const queue of controller.queues) {
      metrics.set('pathkeeper_queue_depth', queue.depth, { queue: queue.name });
      metrics.set('pathkeeper_queue_oldest_seconds', queue.oldestAgeMs() / 1000, { queue: queue.name });
    }
    readVerdicts(controller, base);
  });
  return controller;
}

function readVerdicts(controller: Controller, { metrics }: ServiceBase): void {
  const counts = new Map<string, number>();
  for (const { verdict, basis } of controller.ledger.verdicts()) {
    counts.set(`${verdict}|${basis}`, (counts.get(`${verdict}|${basis}`) ?? 0) + 1);
  }
  for (const verdict of ['AtRisk', 'Marginal', 'Unknown', 'Protected', 'NotApplicable'] as const) {
    for (const basis of ['Evidence', 'Assumption'] as const) {
      metrics.set('pathkeeper_workload_verdicts', counts.get(`${verdict}|${basis}`) ?? 0, { verdict, basis });
    }
  }
}

function createLease(options: ControllerOptions, base: ServiceBase, lost: (code: number) => void): Lease {
  return new Lease({
    cluster: base.cluster,
    time: base.time,
    namespace: options.namespace,
    name: options.lease,
    owner: base.owner,
    times: {
      durationMs: options.leaseDuration,
      renewWithinMs: options.leaseRenewWithin,
      everyMs: options.leaseRetry,
    },
    identity: `${base.identity}_${randomUUID()}`,
    onLost: (fault) => {
      base.logger.error({ error: renderFault(fault) }, 'lease lost');
      lost(LEASE_LOST);
    },
    onFailed: (fault) => base.logger.warn({ error: renderFault(fault) }, 'lease not renewed'),
  });
}
