import { describe, expect, test } from '@jest/globals';
import { probe } from '../demo/start-pathkeeper.ts';
import { rowsOf } from '../../src/observability/metrics.ts';
import { type Installed, type StatusSeen, until } from './installed.ts';
import { clusterPolicy, deployment, EARLY, LATE, policy } from './manifests.ts';

const atRisk =
  (count: number) =>
  ({ workloads }: StatusSeen): boolean =>
    workloads?.['atRisk'] === count;

/** What becomes of what is running, without anybody applying anything again. */
export function describeController(installed: () => Installed): void {
  describe('the controller', () => {
    test('a policy after its workloads: counted, named, told to whoever applies it', async () => {
      const namespace = await installed().plane.createNamespace('after');
      await installed().apply([
        deployment(namespace, 'bad', { url: LATE }),
        deployment(namespace, 'good', { url: EARLY }),
      ]);
      await installed().untilPods(namespace);
      const { stderr } = await installed().apply(policy(namespace));
      expect(stderr).toMatch(/1 at risk \(Deployment .*\/bad\) of 2 running workloads/);
      const ms = await installed().untilStatus('the status counts', [namespace], atRisk(1));
      told('policy after its workloads', ms);
      const status = await installed().statusOf(namespace);
      // The owner is judged, not each of its Pods.
      expect(status.workloads).toMatchObject({ matched: 2, protected: 1, atRisk: 1 });
      expect(status.worst).toEqual([
        expect.objectContaining({ name: 'bad', verdict: 'AtRisk', code: 'NPP1001', silenceSeconds: 7200 }),
      ]);
      expect(status.observedGeneration).toBe(1);
      expect(conditionsOf(status)).toEqual([
        'Accepted=True Accepted 1',
        'Compliant=False WorkloadsAtRisk 1',
        'Matched=True WorkloadsSelected 1',
      ]);
    });

    test('a policy that selects nothing says so; one that is changed is observed', async () => {
      const namespace = await installed().plane.createNamespace('nothing');
      await installed().apply(policy(namespace));
      await installed().untilStatus('nothing matched', [namespace], ({ conditions = [] }) =>
        conditions.some(({ type, reason }) => type === 'Matched' && reason === 'NoWorkloadsSelected'),
      );
      await installed().apply(policy(namespace, { description: 'another' }));
      await installed().untilStatus('observed', [namespace], ({ observedGeneration, conditions = [] }) => {
        return observedGeneration === 2 && conditions.every((one) => one.observedGeneration === 2);
      });
    });

    test('at most ten of the worst are named, in a stable order', async () => {
      const namespace = await installed().plane.createNamespace('many');
      const names = Array.from({ length: 13 }, (_, index) => `api-${String(index).padStart(2, '0')}`);
      await installed().apply(names.map((name) => deployment(namespace, name, { url: LATE, replicas: 0 })));
      await installed().apply(policy(namespace));
      await installed().untilStatus('all are counted', [namespace], atRisk(13));
      const { worst = [] } = await installed().statusOf(namespace);
      expect(worst.map(({ name }) => name)).toEqual(names.slice(0, 10));
    });

    test('a label of a namespace decides whether a cluster policy applies', async () => {
      const namespace = await installed().plane.createNamespace('labelled');
      await installed().apply(deployment(namespace, 'api', { url: LATE, replicas: 0 }));
      const edge = { namespaceSelector: { matchLabels: { zone: 'edge' } } };
      await installed().applyPolicy(clusterPolicy('edge', edge));
      const here = ['', 'edge', 'cnpp'] as const;
      await installed().untilStatus('none', here, ({ workloads }) => workloads?.['matched'] === 0);
      await installed().kubectl(['label', 'namespace', namespace, 'zone=edge']);
      told('namespace label', await installed().untilStatus('one at risk', here, atRisk(1)));
      await installed().kubectl(['label', 'namespace', namespace, 'zone-']);
      told('namespace label taken away', await installed().untilStatus('none', here, atRisk(0)));
      await installed().deletePolicy('cnpp', 'edge');
    });

    test('a change of a ConfigMap leads to the right status, and events tell of each transition once', async () => {
      const namespace = await installed().plane.createNamespace('config');
      const config = (url: string): object => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings', namespace },
        data: { DATABASE_URL: url },
      });
      const reads = { envFrom: [{ configMapRef: { name: 'settings' } }] };
      await installed().apply([config(EARLY), policy(namespace), deployment(namespace, 'api', reads)]);
      await installed().untilStatus('protected', [namespace], ({ workloads }) => {
        return workloads?.['protected'] === 1;
      });
      await installed().apply(config(LATE));
      told('ConfigMap', await installed().untilStatus('at risk', [namespace], atRisk(1)));
      await until('an event', async () => (await eventsOf(namespace)).length === 1);
      await installed().apply(config(EARLY));
      told('ConfigMap mended', await installed().untilStatus('mended', [namespace], atRisk(0)));
      await until('another event', async () => (await eventsOf(namespace)).length === 2);
      expect(await eventsOf(namespace)).toEqual([
        'FindingResolved Normal api',
        'KeepAliveTooLate Warning api',
      ]);
    });

    test('a workload that goes is no longer counted', async () => {
      const namespace = await installed().plane.createNamespace('gone');
      await installed().apply([deployment(namespace, 'api', { url: LATE }), policy(namespace)]);
      await installed().untilStatus('at risk', [namespace], atRisk(1));
      await installed().kubectl(['delete', 'deployment', 'api', '-n', namespace]);
      const isEmpty = ({ workloads }: StatusSeen): boolean => workloads?.['matched'] === 0;
      told('workload deleted', await installed().untilStatus('nothing matched', [namespace], isEmpty));
    });

    test('metrics are those of the table, in both processes', async () => {
      const { webhook, controller } = installed().pathkeeper;
      for (const running of [webhook, controller]) {
        const { body } = await probe(running, '/metrics');
        const exposed = [...body.matchAll(/^# TYPE (pathkeeper_\S+) /gm)].map(([, name]) => name);
        expect(new Set(exposed)).toEqual(new Set(rowsOf(running.name).map(({ name }) => name)));
      }
      const { body } = await probe(controller, '/metrics');
      expect(body).toMatch(/pathkeeper_leader 1/);
      expect(body).not.toMatch(/pathkeeper_watch_missed_total\{[^}]*\} [1-9]/);
    });
  });

  async function eventsOf(namespace: string): Promise<readonly string[]> {
    const columns = 'REASON:.reason,TYPE:.type,NAME:.involvedObject.name';
    const selector = 'involvedObject.kind=Deployment,reportingComponent=pathkeeper.dev/controller';
    const flags = ['--field-selector', selector, '--no-headers', '-o', `custom-columns=${columns}`];
    const { stdout } = await installed().kubectl(['get', 'events', '-n', namespace, ...flags]);
    return stdout
      .split('\n')
      .map((line) => line.trim().replaceAll(/ +/g, ' '))
      .filter((line) => line !== '' && !line.startsWith('No resources'))
      .toSorted();
  }
}

function conditionsOf({ conditions = [] }: StatusSeen): readonly string[] {
  return conditions
    .map(
      ({ type, status, reason, observedGeneration }) => `${type}=${status} ${reason} ${observedGeneration}`,
    )
    .toSorted();
}

/** Statuses should be right within 2 s on an idle machine: the figure is for people, a slow machine is no failure. */
function told(what: string, milliseconds: number): void {
  console.log(`${what}: the status is right after ${Math.round(milliseconds)} ms`);
}
