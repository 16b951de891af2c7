import { Controller } from '../../src/controller/controller.ts';
import type { Finding } from '../../src/findings/finding.ts';
import { EventRecorder } from '../../src/kubernetes/event-recorder.ts';
import type { WorkloadEntry } from '../../src/report/policy-status.ts';
import { FakeTime } from '../kubernetes/fake-time.ts';
import { resourceOf, scenarioCluster } from './scenario-cluster.ts';
import { keyOf, policiesOf, type Scenario } from './scenario.ts';

/** The status that the controller wrote, as far as the tests read it. */
export interface WrittenStatus {
  readonly workloads: Readonly<Record<string, number>>;
  readonly worst: readonly {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly verdict: string;
    readonly basis: string;
    readonly code: string;
  }[];
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
}

/** What the controller found out about a scenario that lies in the cluster. */
export interface ControllerRun {
  /** Policy key to status. */
  readonly statuses: ReadonlyMap<string, WrittenStatus | undefined>;
  /** Policy key to what it counts of each workload. */
  readonly entries: ReadonlyMap<string, readonly WorkloadEntry[]>;
  /** Workload key to the findings of which it told. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
}

/** Lets the controller judge a scenario and write its statuses. */
export async function throughController(scenario: Scenario): Promise<ControllerRun> {
  const shown = await scenarioCluster(scenario);
  const { cluster, state } = shown;
  const time = new FakeTime(scenario.now.toISOString());
  const events = new EventRecorder({
    cluster,
    time,
    controller: 'pathkeeper.dev/controller',
    instance: 'test',
  });
  const findings = new Map<string, Finding[]>();
  const failures: unknown[] = [];
  const controller = new Controller({
    cluster,
    state,
    time,
    events,
    onFinished: ({ cause }) => void (cause === undefined || failures.push(cause)),
    onTransition: ({ workload, finding }) =>
      void findings.set(workload, [...(findings.get(workload) ?? []), finding]),
  });
  controller.start();
  await time.advance(3000);
  const statuses = new Map<string, WrittenStatus | undefined>();
  const entries = new Map<string, readonly WorkloadEntry[]>();
  for (const [key, policy] of policiesOf(scenario.objects)) {
    const { namespace, name } = policy.metadata;
    const stored = cluster.peek(resourceOf(policy), namespace === undefined ? name : `${namespace}/${name}`);
    statuses.set(key, stored?.['status'] as WrittenStatus | undefined);
    entries.set(key, controller.ledger.entries(keyOf(policy).replace('/', ':')));
  }
  const closing = Promise.all([controller.stop(), events.close(100)]);
  await time.advance(2000);
  await closing;
  await shown.close();
  if (failures.length > 0) throw failures[0];
  return { statuses, entries, findings };
}
