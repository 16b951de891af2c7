import { readFile } from 'node:fs/promises';

import { beforeAll, describe, expect, test } from '@jest/globals';

import type { ClusterAccess } from '../controlplane/cluster-access.ts';
import { sharedControlPlane } from '../controlplane/shared-control-plane.ts';
import { wantedKubernetesVersion } from '../controlplane/versions.ts';
import { waitFor } from './wait-for.ts';
import { deployment, job, statefulSet } from './workload-manifests.ts';

let cluster: ClusterAccess;
let namespace: string;

beforeAll(async () => {
  cluster = sharedControlPlane();
  namespace = await cluster.createNamespace('controlplane');
});

/** Runs kubectl in the namespace, expects success, and returns what it printed. */
async function kubectl(args: readonly string[], stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl([`--namespace=${namespace}`, ...args], { stdin });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

/** The names of the Pods in the namespace that begin with the workload's. */
async function podsOf(workload: string): Promise<string[]> {
  const pods = await kubectl(['get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}']);
  return pods.split(' ').filter((name) => name.startsWith(`${workload}-`));
}

test('it is the version that was asked for', async () => {
  const version = JSON.parse(await kubectl(['version', '-o', 'json'])) as {
    serverVersion: { gitVersion: string; major: string; minor: string };
  };
  const [major, minor] = wantedKubernetesVersion().split('.');
  expect(version.serverVersion).toMatchObject({ gitVersion: `v${wantedKubernetesVersion()}`, major, minor });
});

describe('the controllers', () => {
  test('a Deployment makes as many Pods as it asks for, and they go with it', async () => {
    await kubectl(['apply', '-f', '-'], deployment('web', 2));
    const pods = await waitFor('two Pods', async () => {
      const present = await podsOf('web');
      return present.length === 2 ? present : undefined;
    });
    const phase = await kubectl(['get', 'pod', pods[0] ?? '', '-o', 'jsonpath={.status.phase}']);
    expect(phase).toBe('Pending');

    await kubectl(['delete', 'deployment', 'web', '--wait=false']);
    await waitFor('no Pods', async () => ((await podsOf('web')).length === 0 ? true : undefined));
  });

  test.each([
    ['StatefulSet', statefulSet('db'), 'db'],
    ['Job', job('report'), 'report'],
  ])('a %s makes its Pod', async (_kind, manifest, name) => {
    await kubectl(['apply', '-f', '-'], manifest);
    await waitFor(`a Pod of ${name}`, async () => ((await podsOf(name)).length > 0 ? true : undefined));
  });

  test('a namespace that is deleted goes away with what is in it', async () => {
    const doomed = await cluster.createNamespace('doomed');
    const map = ['create', 'configmap', 'settings', `--namespace=${doomed}`];
    expect(await cluster.kubectl(map)).toMatchObject({ code: 0 });
    expect(await cluster.kubectl(['delete', 'namespace', doomed, '--timeout=30s'])).toMatchObject({
      code: 0,
    });
    expect((await cluster.kubectl(['get', 'namespace', doomed])).stderr).toMatch(/not found/);
  });
});

describe('who may do what', () => {
  test('a user without rights is refused, and his name and groups are told right', async () => {
    const kubeconfig = await cluster.userKubeconfig('ada', ['developers']);
    const { code, stderr } = await cluster.kubectl(['get', 'pods', '-n', namespace], { kubeconfig });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/pods is forbidden: User "ada" cannot list resource "pods"/);
    const who = await cluster.kubectl(['auth', 'whoami', '-o', 'json'], { kubeconfig });
    expect(JSON.parse(who.stdout)).toMatchObject({
      status: { userInfo: { username: 'ada', groups: ['developers', 'system:authenticated'] } },
    });
  });

  test('a group that is given the role view may look, and no more', async () => {
    const kubeconfig = await cluster.userKubeconfig('grace', ['viewers']);
    await kubectl(['create', 'rolebinding', 'look', '--clusterrole=view', '--group=viewers']);
    const may = async (verb: string): Promise<string> =>
      (await cluster.kubectl(['auth', 'can-i', verb, 'pods', '-n', namespace], { kubeconfig })).stdout.trim();
    // The aggregated role gets its rules soon after the start.
    await waitFor('the right to list', async () => ((await may('list')) === 'yes' ? true : undefined));
    expect(await may('delete')).toBe('no');
  });

  test('a service account is known by its token', async () => {
    await kubectl(['create', 'serviceaccount', 'robot']);
    const kubeconfig = await cluster.serviceAccountKubeconfig(namespace, 'robot');
    const who = await cluster.kubectl(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'], {
      kubeconfig,
    });
    expect(who.stdout).toBe(`system:serviceaccount:${namespace}:robot`);
  });

  test('nobody is served without credentials of this control plane', async () => {
    const args = ['get', 'pods', '--server', cluster.url, '--insecure-skip-tls-verify'];
    const { code } = await cluster.kubectl(args, { kubeconfig: '/dev/null' });
    expect(code).not.toBe(0);
  });
});

test('helm talks to it', async () => {
  expect(await cluster.helm(['list', '--all-namespaces'])).toMatchObject({ code: 0 });
});

test('the audit log tells of each write', async () => {
  await kubectl(['create', 'configmap', 'audited']);
  const events = (await readFile(cluster.auditLogFile, 'utf8')).trim().split('\n');
  const ours = events
    .map((line) => JSON.parse(line) as { objectRef?: { namespace?: string; name?: string }; verb: string })
    .filter(({ objectRef }) => objectRef?.namespace === namespace && objectRef.name === 'audited');
  expect(ours).toMatchObject([{ verb: 'create' }]);
});
