import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../controlplane/project-root.ts';
import { NAMESPACE, pointWebhooksAt, RELEASE } from '../demo/installed-chart.ts';
import { type Installed, until } from './installed.ts';
import { policy } from './manifests.ts';

const CHART = join(projectRoot(), 'charts', 'pathkeeper');

const WEBHOOKS = ['validatingwebhookconfiguration', 'mutatingwebhookconfiguration'] as const;

/** The release as helm and the API server see it. The last of its tests uninstalls it. */
export function describeChart(installed: () => Installed): void {
  describe('the chart', () => {
    test('passes helm’s own linter', async () => {
      const { code, stdout } = await installed().plane.helm(['lint', CHART, '--strict']);
      expect({ code, stdout }).toMatchObject({ code: 0 });
    });

    test('its pods are admitted where only restricted ones are', async () => {
      await until('all pods are there', async () => {
        const { stdout } = await installed().kubectl(['get', 'pods', '-n', NAMESPACE, '-o', 'name']);
        return stdout.trim().split('\n').length === 3;
      });
    });

    test.each([
      ['certificates by cert-manager', ['certificates.source=Files', 'certificates.secretName=tls']],
      ['Secrets read', ['readSecrets=On', 'excludedNamespaces={a,b}', 'webhook.failurePolicy=Fail']],
      ['one replica, placed', ['webhook.replicas=1', 'webhook.nodeSelector.zone=a', 'controller.replicas=3']],
      [
        'annotations and pull secrets',
        ['podAnnotations.a=b', 'imagePullSecrets[0].name=pull', 'webhook.priorityClassName=high'],
      ],
    ])('every object of it is accepted: %s', async (_what, values) => {
      const { plane } = installed();
      const flags = values.flatMap((value) => ['--set', value]);
      const kube = `--kube-version=${plane.kubernetes}`;
      const names = ['template', 'other', CHART, '--namespace', NAMESPACE, kube];
      const rendered = await plane.helm([...names, ...flags]);
      expect(rendered).toMatchObject({ code: 0 });
      const accepted = await installed().kubectl(['create', '--dry-run=server', '-f', '-'], rendered.stdout);
      expect(accepted).toMatchObject({ code: 0, stderr: '' });
    });

    test.each([
      ['a name that it does not know', 'webhok.replicas=2', /webhok/],
      ['a value that is not allowed', 'readSecrets=Perhaps', /readSecrets/],
      ['a number out of range', 'webhook.timeoutSeconds=60', /timeoutSeconds/],
      ['mounted certificates without a Secret', 'certificates.source=Files', /certificates\.secretName/],
    ])('is not rendered with %s', async (_what, value, complaint) => {
      const { plane } = installed();
      const kube = `--kube-version=${plane.kubernetes}`;
      const { code, stderr } = await plane.helm(['template', 'other', CHART, kube, '--set', value]);
      expect(code).toBe(1);
      expect(stderr).toMatch(complaint);
    });

    test('an upgrade changes what its values change, and leaves the authority in the webhook configurations', async () => {
      const { plane } = installed();
      await pointWebhooksAt(plane, undefined);
      const before = await bundles();
      expect(before).toHaveLength(3);
      const values = ['--set', 'logLevel=debug', '--set', 'webhook.replicas=3'];
      const upgraded = await plane.helm(['upgrade', RELEASE, CHART, '--namespace', NAMESPACE, ...values]);
      expect(upgraded).toMatchObject({ code: 0 });
      expect(await bundles()).toEqual(before);
      const deployment = await installed().get<{
        spec: { replicas: number; template: { spec: { containers: { env: object[] }[] } } };
      }>('deployment', NAMESPACE, `${RELEASE}-webhook`);
      expect(deployment.spec.replicas).toBe(3);
      expect(deployment.spec.template.spec.containers[0]?.env).toContainEqual({
        name: 'PATHKEEPER_LOG_LEVEL',
        value: 'debug',
      });
    });

    test('its users may do what their roles say', async () => {
      const { plane } = installed();
      const namespace = await plane.createNamespace('roles');
      const bind = async (user: string, role: string): Promise<string> => {
        const flags = [`--clusterrole=${role}`, `--user=${user}`, '-n', namespace];
        expect(await installed().kubectl(['create', 'rolebinding', user, ...flags])).toMatchObject({
          code: 0,
        });
        return plane.userKubeconfig(user);
      };
      const [editor, viewer] = [await bind('editor', 'edit'), await bind('viewer', 'view')];
      const stdin = JSON.stringify(policy(namespace));
      const create = ['create', '-f', '-', '-n', namespace];
      expect((await plane.kubectl(create, { kubeconfig: viewer, stdin })).stderr).toMatch(/forbidden/);
      expect(await plane.kubectl(create, { kubeconfig: editor, stdin })).toMatchObject({ code: 0 });
      const get = ['get', 'npp', 'nat', '-n', namespace];
      expect(await plane.kubectl(get, { kubeconfig: viewer })).toMatchObject({ code: 0 });
    });

    test('an uninstall leaves nothing but the CRDs and what people wrote, though the processes run', async () => {
      const { plane } = installed();
      const secret = `secret/${RELEASE}-webhook-tls`;
      const lease = `lease.coordination.k8s.io/${RELEASE}-controller`;
      expect(await inNamespace()).toEqual(expect.arrayContaining([secret, lease]));
      const uninstalled = await plane.helm(['uninstall', RELEASE, '--namespace', NAMESPACE]);
      expect(uninstalled).toMatchObject({ code: 0 });
      // The rest is the garbage collector's.
      const everyNamespaceHas = ['configmap/kube-root-ca.crt', 'serviceaccount/default'];
      await until('the namespace is empty', async () => {
        return JSON.stringify(await inNamespace()) === JSON.stringify(everyNamespaceHas);
      });
      // The API server keeps an APIService for the group of the CRDs.
      const ours = (await named(['--namespaced=false'], [])).filter(
        (name) => name.includes('pathkeeper') && !name.startsWith('apiservice'),
      );
      expect(ours).toEqual([
        'customresourcedefinition.apiextensions.k8s.io/clusternetworkpathpolicies.pathkeeper.dev',
        'customresourcedefinition.apiextensions.k8s.io/networkpathpolicies.pathkeeper.dev',
        `namespace/${NAMESPACE}`,
      ]);
      expect((await installed().kubectl(['get', 'npp', '-A', '-o', 'name'])).stdout).not.toBe('');
    });
  });

  /** Every bundle of every webhook. */
  async function bundles(): Promise<readonly string[]> {
    const found = WEBHOOKS.map(async (kind) => {
      const { webhooks } = await installed().get<{ webhooks: { clientConfig: { caBundle: string } }[] }>(
        kind,
        '',
        RELEASE,
      );
      return webhooks.map(({ clientConfig }) => clientConfig.caBundle);
    });
    return (await Promise.all(found)).flat();
  }

  /** What there is in the release's namespace, as `kind/name`. Events go by themselves. */
  async function inNamespace(): Promise<readonly string[]> {
    const names = await named(['--namespaced=true'], ['-n', NAMESPACE]);
    return names.filter((name) => !name.startsWith('event'));
  }

  /** All objects of all kinds that can be listed. */
  async function named(kinds: readonly string[], where: readonly string[]): Promise<readonly string[]> {
    const served = await installed().kubectl(['api-resources', '--verbs=list', '-o', 'name', ...kinds]);
    const resources = served.stdout.trim().split('\n').join(',');
    const { code, stdout, stderr } = await installed().kubectl(['get', resources, ...where, '-o', 'name']);
    if (code !== 0) throw new Error(stderr);
    return [...new Set(stdout.trim().split('\n'))].toSorted();
  }
}
