import { describe, expect, test } from '@jest/globals';
import { metricOf, probe } from '../demo/start-pathkeeper.ts';
import { NAMESPACE } from '../demo/installed-chart.ts';
import { type Installed, until } from './installed.ts';
import { clusterPolicy, deployment, EARLY, LATE, pod, policy } from './manifests.ts';

const DENY = { enforcement: { admission: 'Deny', assumed: 'Deny' } };

/** What a person who applies something sees, and what is stored. */
export function describeAdmission(installed: () => Installed): void {
  describe('admission of workloads', () => {
    test('Warn: what is wrong and what to change, each line under 256 characters', async () => {
      const { namespace, apply } = await space('warn');
      await installed().applyPolicy(policy(namespace));
      const { code, stderr } = await apply(deployment(namespace, 'api', { url: LATE }));
      expect(code).toBe(0);
      const warnings = warningsIn(stderr);
      expect(warnings[0]).toMatch(
        /^\[NPP1001\] container app, psycopg2 to db\.example:5432: .*7200 s.*nat-gateway.*350 s/,
      );
      expect(warnings[1]).toMatch(/fix: add keepalives_idle=240/);
      for (const warning of warnings) expect(warning.length).toBeLessThan(256);
    });

    test('what speaks early enough is accepted in silence, however strict the policy', async () => {
      const { namespace, apply } = await space('silent');
      await installed().applyPolicy(
        policy(namespace, { enforcement: { ...DENY.enforcement, unknown: 'Deny', marginal: 'Deny' } }),
      );
      const answer = await apply(deployment(namespace, 'api', { url: EARLY }));
      expect(answer).toMatchObject({ code: 0, stderr: '' });
      expect(await installed().annotationsOf(namespace, 'api')).toMatchObject({
        'pathkeeper.dev/verdict': 'Protected',
      });
    });

    test('Deny: refused, with no warning beside it, and nothing stored', async () => {
      const { namespace, apply } = await space('deny');
      await installed().applyPolicy(policy(namespace, DENY));
      const refused = await apply(deployment(namespace, 'api', { url: LATE }));
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/denied the request: \[NPP1001\].*Fix: add keepalives_idle=240/s);
      expect(warningsIn(refused.stderr)).toEqual([]);
      expect((await installed().kubectl(['get', 'all', '-n', namespace, '-o', 'name'])).stdout).toBe('');
    });

    test('Pods of a Deployment are not warned about again; one that is applied itself is', async () => {
      const { namespace, apply } = await space('pods');
      await installed().applyPolicy(policy(namespace));
      await apply(deployment(namespace, 'api', { url: LATE }));
      await installed().untilPods(namespace);
      const { body } = await probe(installed().pathkeeper.webhook, '/metrics');
      expect(body).toMatch(/reviews_total\{path="\/validate",kind="Pod",decision="Allowed"\} [1-9]/);
      expect(body).toMatch(/reviews_total\{path="\/validate",kind="Pod",decision="Warned"\} 0/);
      const own = await apply(pod(namespace, 'one', { url: LATE }));
      expect(warningsIn(own.stderr)[0]).toMatch(/NPP1001/);
    });

    test('Deny refuses Pods of what was there before the policy, too', async () => {
      const { namespace, apply } = await space('later');
      await apply(deployment(namespace, 'api', { url: LATE, replicas: 0 }));
      await installed().applyPolicy(policy(namespace, DENY));
      await installed().kubectl(['scale', 'deployment', 'api', '--replicas=1', '-n', namespace]);
      await until('the ReplicaSet says why it makes no Pod', async () => {
        const { stdout } = await installed().kubectl(['get', 'events', '-n', namespace]);
        return /FailedCreate.*denied the request: \[NPP1001\]/.test(stdout);
      });
      expect((await apply(pod(namespace, 'one', { url: LATE }))).stderr).toMatch(/denied.*NPP1001/);
    });

    test('Audit: only annotations and the audit log tell, and the same again when nothing changed', async () => {
      const { namespace, apply } = await space('audit');
      await installed().applyPolicy(policy(namespace, { enforcement: { admission: 'Audit' } }));
      const api = deployment(namespace, 'api', { url: LATE });
      expect(await apply(api)).toMatchObject({ code: 0, stderr: '' });
      const first = await installed().annotationsOf(namespace, 'api');
      expect(first).toMatchObject({
        'pathkeeper.dev/verdict': 'AtRisk',
        'pathkeeper.dev/findings': `NPP1001 ${namespace}/nat:nat-gateway`,
      });
      await until('the audit log has it', () => installed().isAudited(namespace, 'verdict', 'AtRisk'));
      expect((await apply(api)).stdout).toMatch(/unchanged/);
      expect(await installed().annotationsOf(namespace, 'api')).toEqual(first);
    });

    test('annotations follow a change', async () => {
      const { namespace, apply } = await space('follow');
      await installed().applyPolicy(policy(namespace));
      await apply(deployment(namespace, 'api', { url: LATE }));
      const { stderr } = await apply(deployment(namespace, 'api', { url: EARLY }));
      expect(stderr).toBe('');
      const after = await installed().annotationsOf(namespace, 'api');
      expect(after).toMatchObject({ 'pathkeeper.dev/verdict': 'Protected' });
      expect(after).not.toHaveProperty('pathkeeper.dev/findings');
    });

    test('a dry run is judged and leaves nothing', async () => {
      const { namespace, apply } = await space('dry');
      await installed().applyPolicy(policy(namespace));
      const answer = await apply(deployment(namespace, 'api', { url: LATE }), '--dry-run=server');
      expect(answer.stderr).toMatch(/NPP1001/);
      expect((await installed().kubectl(['get', 'all', '-n', namespace, '-o', 'name'])).stdout).toBe('');
    });

    test('our own namespace and the control plane’s are never touched', async () => {
      const spared = { podSelector: { matchLabels: { app: 'spared' } }, ...DENY };
      await installed().applyPolicy(clusterPolicy('everything', spared));
      for (const namespace of [NAMESPACE, 'kube-system']) {
        const own = deployment(namespace, 'spared', { url: LATE, replicas: 0 });
        const { code, stderr } = await installed().apply(own);
        expect(code).toBe(0);
        expect(stderr).not.toContain('NPP');
        const annotations = await installed().annotationsOf(namespace, 'spared');
        expect(annotations).not.toHaveProperty('pathkeeper.dev/verdict');
        await installed().kubectl(['delete', 'deployment', 'spared', '-n', namespace]);
      }
      const { namespace, apply } = await space('elsewhere');
      expect((await apply(deployment(namespace, 'spared', { url: LATE }))).code).toBe(1);
      await installed().deletePolicy('cnpp', 'everything');
    });

    test('an update of status or scale does not reach the webhook, one of the template does', async () => {
      const { namespace, apply } = await space('quiet');
      await installed().applyPolicy(policy(namespace));
      await apply(deployment(namespace, 'api', { url: EARLY, replicas: 0 }));
      await until('the Deployment’s controller has nothing more to do', async () => {
        const { status } = await installed().get<{ status: { observedGeneration?: number } }>(
          'deployment',
          namespace,
          'api',
        );
        return status.observedGeneration !== undefined;
      });
      const patch = async (subresource: string, body: object): Promise<number> => {
        const before = await installed().reviews();
        const how = subresource === '' ? [] : ['--subresource', subresource];
        const flags = [...how, '--type=merge', '-p', JSON.stringify(body)];
        const result = await installed().kubectl(['patch', 'deployment', 'api', '-n', namespace, ...flags]);
        expect(result).toMatchObject({ code: 0, stderr: '' });
        return (await installed().reviews()) - before;
      };
      expect(await patch('status', { status: { collisionCount: 3 } })).toBe(0);
      expect(await patch('scale', { spec: { replicas: 0 } })).toBe(0);
      const template = { metadata: { annotations: { a: 'b' } } };
      // Validated and mutated; the ReplicaSet that follows may be there already.
      expect(await patch('', { spec: { template } })).toBeGreaterThanOrEqual(2);
    });

    test('an update that changes nothing of what is judged is not warned about again', async () => {
      const { namespace, apply } = await space('same');
      await installed().applyPolicy(policy(namespace));
      await apply(deployment(namespace, 'api', { url: LATE, replicas: 0 }));
      const grown = await apply(deployment(namespace, 'api', { url: LATE, replicas: 1 }));
      expect(grown).toMatchObject({ code: 0, stderr: '' });
      expect(grown.stdout).toMatch(/configured/);
    });

    test('what is being deleted is judged like anything else', async () => {
      const { namespace, apply } = await space('going');
      await installed().applyPolicy(policy(namespace));
      const api = deployment(namespace, 'api', { url: EARLY, replicas: 0 }) as { metadata: object };
      const held = { ...api, metadata: { ...api.metadata, finalizers: ['example.com/held'] } };
      await apply(held);
      await installed().kubectl(['delete', 'deployment', 'api', '-n', namespace, '--wait=false']);
      const late = deployment(namespace, 'api', { url: LATE, replicas: 0 });
      const changed = await apply({ ...late, metadata: held.metadata });
      expect(warningsIn(changed.stderr)[0]).toMatch(/NPP1001/);
      const release = ['patch', 'deployment', 'api', '-n', namespace, '--type=merge'];
      await installed().kubectl([...release, '-p', '{"metadata":{"finalizers":null}}']);
    });
  });

  describe('remediation', () => {
    const REMEDIATE = { enforcement: { ...DENY.enforcement, remediate: 'Sysctls' } };

    test('adds the sysctls where nobody set them, and the stored result is what is judged', async () => {
      const { namespace, apply } = await space('remediate');
      await installed().applyPolicy(policy(namespace, REMEDIATE));
      const answer = await apply(deployment(namespace, 'api', { url: LATE }));
      expect(answer).toMatchObject({ code: 0, stderr: '' });
      expect((await sysctlsOf(namespace, 'api'))[0]).toEqual({
        name: 'net.ipv4.tcp_keepalive_time',
        value: '240',
      });
      expect(await installed().annotationsOf(namespace, 'api')).toMatchObject({
        'pathkeeper.dev/verdict': 'Protected',
      });
      // Applied again it is the same object: what was added does not come and go.
      expect((await apply(deployment(namespace, 'api', { url: LATE }))).stdout).toMatch(/unchanged/);
    });

    test('never changes what somebody set, nor a pod with hostNetwork; those are judged as they are', async () => {
      const { namespace, apply } = await space('keep');
      await installed().applyPolicy(policy(namespace, REMEDIATE));
      const sysctls = [{ name: 'net.ipv4.tcp_keepalive_time', value: '900' }];
      expect((await apply(deployment(namespace, 'set', { url: LATE, sysctls }))).stderr).toMatch(
        /NPP1001.*15 min/,
      );
      await installed().deletePolicy('npp', 'nat', namespace);
      const warn = { enforcement: { remediate: 'Sysctls' } };
      await installed().applyPolicy(policy(namespace, warn, 'warn'));
      await apply(deployment(namespace, 'set', { url: LATE, sysctls }));
      expect(await sysctlsOf(namespace, 'set')).toEqual(sysctls);
      // It lives by the node's value, which cannot be seen.
      await apply(deployment(namespace, 'host', { url: LATE, hostNetwork: true }));
      expect(await sysctlsOf(namespace, 'host')).toEqual([]);
      expect(await installed().annotationsOf(namespace, 'host')).toMatchObject({
        'pathkeeper.dev/verdict': 'Unknown',
      });
    });
  });

  describe('admission of policies', () => {
    test('a wrong device is refused with a suggestion, an end that is no hop with a hint; a range is warned about', async () => {
      const { namespace, apply } = await space('policies');
      const through = (hop: object): object => policy(namespace, { path: { hops: [hop] } });
      const wrong = await apply(through({ name: 'nat', device: 'aws-nat-gatewy' }));
      expect(wrong.stderr).toMatch(/NPP5001.*did you mean 'aws-nat-gateway'/);
      const end = await apply(through({ name: 'db', device: 'mysql-wait-timeout' }));
      expect(end.stderr).toMatch(/NPP5008.*peer/);
      const range = await apply(through({ name: 'nlb', device: 'aws-nlb-tcp', idleTimeoutSeconds: 9000 }));
      expect(range.code).toBe(0);
      expect(warningsIn(range.stderr)[0]).toMatch(/^\[NPP5002\].*60 to 6000 s/);
    });

    test('a dry run tells how many are at risk, and stores nothing', async () => {
      const { namespace, apply } = await space('dry-policy');
      const { webhook } = installed().pathkeeper;
      const known = await metricOf(webhook, 'pathkeeper_workloads');
      await apply(deployment(namespace, 'api', { url: LATE }));
      await until('the webhook knows the workload', async () => {
        return (await metricOf(webhook, 'pathkeeper_workloads')) > known;
      });
      const { stderr } = await apply(policy(namespace), '--dry-run=server');
      expect(stderr).toMatch(/1 at risk \(Deployment .*\/api\) of 1 running workload/);
      expect((await installed().kubectl(['get', 'npp', '-n', namespace, '-o', 'name'])).stdout).toBe('');
    });
  });

  async function space(prefix: string) {
    const namespace = await installed().plane.createNamespace(prefix);
    return { namespace, apply: installed().apply.bind(installed()) };
  }

  async function sysctlsOf(namespace: string, name: string): Promise<readonly object[]> {
    const { spec } = await installed().get<{
      spec: { template: { spec: { securityContext?: { sysctls?: object[] } } } };
    }>('deployment', namespace, name);
    return spec.template.spec.securityContext?.sysctls ?? [];
  }
}

function warningsIn(stderr: string): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('Warning: '))
    .map((line) => line.slice('Warning: '.length));
}
