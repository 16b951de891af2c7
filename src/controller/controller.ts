import { setImmediate } from 'node:timers/promises';
import { inspectWorkload } from '../inspection/inspect-workload.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { ClusterState } from '../kubernetes/cluster-state.ts';
import type { EventRecorder } from '../kubernetes/event-recorder.ts';
import type { KnownPolicy } from '../kubernetes/policy-store.ts';
import { CLUSTER_NETWORK_PATH_POLICIES, NETWORK_PATH_POLICIES } from '../kubernetes/policy-resources.ts';
import type { StateChange } from '../kubernetes/state-change.ts';
import { StatusWriter } from '../kubernetes/status-writer.ts';
import type { Time } from '../kubernetes/time.ts';
import { WorkQueue, type WorkOutcome, type WorkReport } from '../kubernetes/work-queue.ts';
import { workloadKey } from '../kubernetes/workload-store.ts';
import { policyStatus } from '../report/policy-status.ts';
import { affectedWorkloads } from './affected-workloads.ts';
import { eventOf } from './finding-event.ts';
import { VerdictLedger, type LedgerChange } from './verdict-ledger.ts';

export interface ControllerOptions {
  readonly cluster: Cluster;
  readonly state: ClusterState;
  readonly time: Time;
  readonly events: EventRecorder;
  readonly onFinished?: (report: WorkReport) => void;
  /** Told of each finding that appears or goes: logs hang on it. */
  readonly onTransition?: (transition: LedgerChange['transitions'][number]) => void;
}

/** Fields of a policy's status that the controller owns; the probe owns `PathVerified`. */
const OWN_FIELDS = ['observedGeneration', 'legs', 'workloads', 'worst'] as const;
const OWN_CONDITIONS = ['Accepted', 'Matched', 'Compliant'] as const;

/** A status is written this long after the first of a burst of changes, so that many workloads cost one write. */
const GATHER_MS = 200;
/** Waivers end by the calendar: every workload is looked at again that often. */
const AGAIN_MS = 15 * 60_000;

/**
 * Judges every workload when something that bears on it changes, and writes what it found into the status of the
 * policies. Only keys travel; each piece of work reads the present state. Two queues: one judges workloads, one writes
 * statuses.
 */
export class Controller {
  readonly ledger = new VerdictLedger();
  readonly #options: ControllerOptions;
  readonly #workloads: WorkQueue;
  readonly #policies: WorkQueue;
  readonly #writers: ReadonlyMap<string, StatusWriter>;
  #unsubscribe: () => void = () => undefined;
  /** Workloads known at the start that have not been judged yet. */
  readonly #pending = new Set<string>();

  constructor(options: ControllerOptions) {
    this.#options = options;
    const shared = {
      time: options.time,
      ...(options.onFinished === undefined ? {} : { onFinished: options.onFinished }),
    };
    this.#workloads = new WorkQueue({
      ...shared,
      name: 'workloads',
      workers: 4,
      work: (key) => this.#judge(key),
    });
    this.#policies = new WorkQueue({
      ...shared,
      name: 'policies',
      workers: 4,
      work: (key, signal) => this.#report(key, signal),
    });
    this.#writers = new Map(
      [NETWORK_PATH_POLICIES, CLUSTER_NETWORK_PATH_POLICIES].map((resource) => [
        resource.kind,
        new StatusWriter({
          cluster: options.cluster,
          time: options.time,
          resource,
          conditions: OWN_CONDITIONS,
          fields: OWN_FIELDS,
        }),
      ]),
    );
  }

  /** The queues, for metrics. */
  get queues(): readonly WorkQueue[] {
    return [this.#workloads, this.#policies];
  }

  /** Starts to judge and to write; the state must be synced. */
  start(): void {
    const { state } = this.#options;
    this.#unsubscribe = state.subscribe((change) => this.#changed(change));
    for (const subject of state.workloads.all()) {
      const key = workloadKey(subject);
      this.#pending.add(key);
      this.#workloads.add(key);
    }
    for (const policy of state.policies.all()) this.#policies.addAfter(keyOf(policy), GATHER_MS);
    this.#workloads.start();
    this.#policies.start();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await Promise.all([this.#workloads.drain(1000), this.#policies.drain(1000)]);
  }

  #changed(change: StateChange): void {
    for (const key of affectedWorkloads(change, this.#options.state)) this.#workloads.add(key);
    if (change.what === 'Policy') this.#policies.addAfter(change.key, GATHER_MS);
  }

  async #judge(key: string): Promise<WorkOutcome> {
    // Judging waits for nothing where everything is cached: without a pause ten thousand workloads would keep timers and
    // sockets (the lease's among them) waiting until the last is done.
    await setImmediate();
    const { state, time } = this.#options;
    const subject = state.workloads.get(key);
    this.#pending.delete(key);
    if (subject === undefined) {
      this.#apply(this.ledger.remove(key));
      return { outcome: 'Done' };
    }
    const inspection = await inspectWorkload(subject, state.context(time.date()));
    this.#apply(this.ledger.record(key, inspection));
    return inspection.policies.length === 0 ? { outcome: 'Done' } : { outcome: 'Again', afterMs: AGAIN_MS };
  }

  #apply(change: LedgerChange): void {
    for (const key of change.policies) this.#policies.addAfter(key, GATHER_MS);
    for (const transition of change.transitions) {
      this.#options.onTransition?.(transition);
      const event = eventOf(transition);
      if (event !== undefined) this.#options.events.record(event);
    }
  }

  async #report(key: string, signal: AbortSignal): Promise<WorkOutcome> {
    const known = this.#options.state.policies.get(key);
    if (known === undefined) return { outcome: 'Done' };
    const desired = policyStatus({
      generation: known.generation,
      review: known.review,
      problems: known.problems,
      entries: this.ledger.entries(key),
      pending: this.#pending.size > 0,
    });
    const { name, namespace, uid, resourceVersion, status } = known;
    const writer = this.#writers.get(known.resource.kind);
    await writer?.write({ name, namespace, uid, resourceVersion, status }, desired, signal);
    return this.#pending.size > 0 ? { outcome: 'Again', afterMs: GATHER_MS } : { outcome: 'Done' };
  }
}

function keyOf(known: KnownPolicy): string {
  const name = known.namespace === undefined ? known.name : `${known.namespace}/${known.name}`;
  return `${known.resource.kind}:${name}`;
}
