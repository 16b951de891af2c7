import { describe, expect, test } from '@jest/globals';
import { RELEASE } from '../demo/installed-chart.ts';
import { metricOf, probe, untilReady, type PathkeeperProcess } from '../demo/start-pathkeeper.ts';
import { type Installed, until } from './installed.ts';
import { deployment, LATE, policy } from './manifests.ts';

/** Certificates taken away, replicas that go, and an API server that is not there. In this order: each builds on the last. */
export function describeOutages(installed: () => Installed): void {
  describe('what goes wrong around it', () => {
    test('an authority that somebody takes out of the webhook configuration is put back', async () => {
      const configuration = ['validatingwebhookconfiguration', RELEASE];
      const patch = '[{"op":"replace","path":"/webhooks/0/clientConfig/caBundle","value":""}]';
      await installed().kubectl(['patch', ...configuration, '--type=json', '-p', patch]);
      const output = 'jsonpath={.webhooks[*].clientConfig.caBundle}';
      const ms = await until(
        'every bundle is there',
        async () => {
          const { stdout } = await installed().kubectl(['get', ...configuration, '-o', output]);
          const bundles = stdout.trim().split(/\s+/);
          return bundles.length === 2 && bundles.every((bundle) => bundle.length > 100);
        },
        60_000,
      );
      console.log(`authority put back after ${(ms / 1000).toFixed(1)} s`);
      await untilWarned('authority');
    });

    test('one of two controllers writes; the other does when the first goes, at once', async () => {
      const { pathkeeper } = installed();
      const second = await pathkeeper.startAnother('controller');
      await untilReady(second);
      expect(await metricOf(pathkeeper.controller, 'pathkeeper_leader')).toBe(1);
      expect(await metricOf(second, 'pathkeeper_leader')).toBe(0);
      expect(await pathkeeper.controller.stop()).toEqual({ code: 0, how: 'exit code 0' });
      const ms = await until('the second one writes', async () => {
        return (await metricOf(second, 'pathkeeper_leader')) === 1;
      });
      console.log(`lease handed over after ${Math.round(ms)} ms`);
      await untilStatus('second');
    });

    test('an API server that is gone: not ready but alive, and no writer; all is well when it is back', async () => {
      const { plane, pathkeeper } = installed();
      const writer = controllers().findLast((one) => one.exit() === undefined);
      await plane.stopApiServer({ kill: true });
      await until('the webhook says that it is out of touch', async () => {
        return /not followed for \d+ s: .*networkpathpolicies/.test(
          (await probe(pathkeeper.webhook, '/readyz')).body,
        );
      });
      await until('the webhook is not ready', async () => {
        return (await probe(pathkeeper.webhook, '/readyz')).status === 503;
      });
      expect((await probe(pathkeeper.webhook, '/healthz')).status).toBe(200);
      // It cannot renew its lease: another replica, which can, may be writing already.
      await until('the writer has ended', () => writer?.exit() !== undefined);
      expect(writer?.exit()).toEqual({ code: 3, how: 'exit code 3' });
      await plane.startApiServer();
      // The kubelet starts it anew.
      await untilReady(await pathkeeper.startAnother('controller'));
      await untilWarned('again');
      await untilStatus('again');
    });
  });

  function controllers(): readonly PathkeeperProcess[] {
    return installed()
      .pathkeeper.processes()
      .filter(({ name }) => name === 'controller');
  }

  /** The API server asks the webhook, and believes its certificate. */
  async function untilWarned(prefix: string): Promise<void> {
    const namespace = await installed().plane.createNamespace(prefix);
    await installed().applyPolicy(policy(namespace));
    await until('the API server asks the webhook', async () => {
      const answer = await installed().apply(deployment(namespace, 'api', { url: LATE }), '--dry-run=server');
      return answer.stderr.includes('NPP1001');
    });
  }

  /** Somebody writes statuses. */
  async function untilStatus(prefix: string): Promise<void> {
    const namespace = await installed().plane.createNamespace(prefix);
    await installed().apply([policy(namespace), deployment(namespace, 'api', { url: LATE })]);
    await installed().untilStatus('at risk', [namespace], ({ workloads }) => workloads?.['atRisk'] === 1);
  }
}
