import { beforeAll, describe, expect, test } from '@jest/globals';

import { parsePolicy } from '../../src/api/parse-policy.ts';
import type { PathPolicyStatus } from '../../src/api/path-policy.ts';
import { restoreOff } from '../../src/api/restore-off.ts';
import { badPolicies, goodPolicies } from '../api/policy-files.ts';
import type { CommandResult } from '../controlplane/run-command.ts';
import { sharedControlPlane } from '../controlplane/shared-control-plane.ts';
import { installCrds } from './install-crds.ts';

const cluster = sharedControlPlane();
let namespace: string;

beforeAll(async () => {
  await installCrds(cluster);
  namespace = await cluster.createNamespace('policies');
});

function tryOut(path: string): Promise<CommandResult> {
  return cluster.kubectl(['create', '--dry-run=server', '-o', 'json', '-n', namespace, '-f', path]);
}

describe('the API server accepts, and fills in the same defaults', () => {
  test.each(goodPolicies())('$name', async ({ path, object }) => {
    const { code, stdout, stderr } = await tryOut(path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const stored = JSON.parse(stdout) as { spec: unknown };
    expect((restoreOff(stored) as typeof stored).spec).toEqual(parsePolicy(object).policy?.spec);
    // What is stored is read as what was written.
    expect(parsePolicy(stored).policy?.spec).toEqual(parsePolicy(object).policy?.spec);
  });
});

describe('the API server refuses, and says why', () => {
  test.each(badPolicies())('$name', async ({ path, server }) => {
    const { code, stderr } = await tryOut(path);
    expect(stderr).toContain(server);
    expect(code).toBe(1);
  });
});

describe('a policy among its kind', () => {
  const status: PathPolicyStatus = {
    observedGeneration: 1,
    legs: [
      {
        from: 'workload',
        to: 'peer',
        limitingHop: 'firewall',
        idleTimeoutSeconds: 3600,
        onExpiry: 'DropOrReset',
        refreshedBy: 'Packets',
      },
    ],
    workloads: { matched: 12, protected: 8, marginal: 1, atRisk: 2, unknown: 1, notApplicable: 0 },
    worst: [
      {
        kind: 'Deployment',
        namespace: 'orders',
        name: 'api',
        verdict: 'AtRisk',
        basis: 'Evidence',
        code: 'NPP1001',
        silenceSeconds: 7200,
      },
    ],
    conditions: [
      {
        type: 'Compliant',
        status: 'False',
        observedGeneration: 1,
        lastTransitionTime: '2026-01-02T03:04:05Z',
        reason: 'WorkloadsAtRisk',
        message: 'two workloads are at risk',
      },
    ],
  };

  test('shows its status in columns, under its short name and its category', async () => {
    const policy = {
      apiVersion: 'pathkeeper.dev/v1alpha1',
      kind: 'NetworkPathPolicy',
      metadata: { name: 'orders' },
      spec: { podSelector: {}, path: { hops: [{ name: 'firewall', idleTimeoutSeconds: 3600 }] } },
    };
    const created = await cluster.kubectl(['create', '-n', namespace, '-f', '-'], {
      stdin: JSON.stringify(policy),
    });
    expect(created.stderr).toBe('');
    const patch = JSON.stringify({ status });
    const patched = await cluster.kubectl([
      'patch',
      'npp',
      'orders',
      '-n',
      namespace,
      '--subresource=status',
      '--type=merge',
      '-p',
      patch,
      '-o',
      'json',
    ]);
    expect(patched.stderr).toBe('');
    expect((JSON.parse(patched.stdout) as { status: unknown }).status).toEqual(status);

    const listed = await cluster.kubectl(['get', 'pathkeeper', '-n', namespace, '-o', 'wide']);
    const [head, row] = listed.stdout.split('\n').map((line) => line.split(/\s{2,}/));
    expect(head?.slice(0, 7)).toEqual([
      'NAME',
      'MATCHED',
      'AT RISK',
      'COMPLIANT',
      'IDLE TIMEOUT',
      'LIMITING HOP',
      'ACCEPTED',
    ]);
    expect(row?.slice(1, 6)).toEqual(['12', '2', 'False', '3600', 'firewall']);
  });

  test('explains its fields', async () => {
    const { stdout } = await cluster.kubectl(['explain', 'cnpp.spec.path.hops.idleTimer']);
    expect(stdout).toContain('nobody knows after how long');
  });
});
