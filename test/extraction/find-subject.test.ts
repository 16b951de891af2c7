import { describe, expect, test } from '@jest/globals';
import { findSubject, referencedObjects } from '../../src/extraction/extract-workload.ts';
import { deployment, subjectOf } from './workload-builder.ts';

const POD_SPEC = { containers: [] };
const TEMPLATE = { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } }, spec: POD_SPEC };

describe('workloads', () => {
  test.each([
    ['v1', 'Pod', { spec: POD_SPEC }, ''],
    ['apps/v1', 'Deployment', { spec: { template: TEMPLATE } }, '/spec/template'],
    ['apps/v1', 'StatefulSet', { spec: { template: TEMPLATE } }, '/spec/template'],
    ['apps/v1', 'DaemonSet', { spec: { template: TEMPLATE } }, '/spec/template'],
    ['apps/v1', 'ReplicaSet', { spec: { template: TEMPLATE } }, '/spec/template'],
    ['v1', 'ReplicationController', { spec: { template: TEMPLATE } }, '/spec/template'],
    ['batch/v1', 'Job', { spec: { template: TEMPLATE } }, '/spec/template'],
    [
      'batch/v1',
      'CronJob',
      { spec: { jobTemplate: { spec: { template: TEMPLATE } } } },
      '/spec/jobTemplate/spec/template',
    ],
  ])('%s %s', (apiVersion, kind, rest, pointer) => {
    const subject = findSubject({ apiVersion, kind, metadata: { name: 'n', namespace: 'ns' }, ...rest });
    expect(subject).toMatchObject({
      kind,
      name: 'n',
      namespace: 'ns',
      templatePointer: pointer,
      podSpec: POD_SPEC,
    });
    if (pointer !== '') expect(subject?.templateLabels).toEqual({ a: 'b' });
  });

  test('a kind that is configured, and only that', () => {
    const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: { template: TEMPLATE } };
    const path = { apiGroup: 'argoproj.io', kind: 'Rollout', path: 'spec.template' };
    expect(findSubject(rollout)).toBeUndefined();
    expect(findSubject(rollout, [path])).toMatchObject({
      kind: 'Rollout',
      templatePointer: '/spec/template',
    });
    expect(findSubject({ ...rollout, apiVersion: 'other/v1' }, [path])).toBeUndefined();
  });

  test('the controller that made it', () => {
    const ownerReferences = [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: '1' },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'app-5f', uid: '2', controller: true },
    ];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ownerReferences }, spec: POD_SPEC };
    expect(findSubject(pod)?.owner).toEqual({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'app-5f',
      uid: '2',
    });
  });

  test.each([
    [undefined],
    [null],
    [1],
    ['text'],
    [[]],
    [{}],
    [{ apiVersion: 'apps/v1', kind: 'Deployment' }],
    [{ apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec: 'x' } } }],
    [{ apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec: [] } } }],
    [{ apiVersion: 'v1', kind: 'Service', spec: {} }],
    [{ apiVersion: 'extensions/v1', kind: 'Deployment', spec: { template: TEMPLATE } }],
    [{ apiVersion: 5, kind: 6 }],
    [JSON.parse('{"__proto__": {"apiVersion": "v1", "kind": "Pod"}}')],
  ])('%j is none', (object) => {
    expect(findSubject(object)).toBeUndefined();
  });
});

describe('objects that a workload references', () => {
  test('in env, envFrom, volumes and projections of every container', () => {
    const source = (name: string): object => ({
      name: 'X',
      valueFrom: { configMapKeyRef: { name, key: 'k' } },
    });
    const object = deployment([], {
      containers: [
        {
          env: [
            source('by-key'),
            { name: 'S', valueFrom: { secretKeyRef: { name: 'secret-key', key: 'k' } } },
          ],
          envFrom: [{ configMapRef: { name: 'all' } }, { secretRef: { name: 'secret-all' } }],
        },
      ],
      initContainers: [{ env: [source('of-init')] }],
      ephemeralContainers: [{ env: [source('of-ephemeral')] }],
      volumes: [
        { name: 'a', configMap: { name: 'mounted' } },
        { name: 'b', secret: { secretName: 'secret-mounted' } },
        {
          name: 'c',
          projected: {
            sources: [{ configMap: { name: 'projected' } }, { secret: { name: 'secret-projected' } }],
          },
        },
        { name: 'd', emptyDir: {} },
      ],
    });
    expect(referencedObjects(subjectOf(object))).toEqual({
      configMaps: ['all', 'by-key', 'mounted', 'of-ephemeral', 'of-init', 'projected'],
      secrets: ['secret-all', 'secret-key', 'secret-mounted', 'secret-projected'],
    });
  });

  test('hostile references are passed over', () => {
    const object = deployment([], {
      containers: [null, { env: 'x', envFrom: [{ configMapRef: { name: 5 } }] }],
      volumes: [null, { projected: { sources: 'x' } }, { configMap: [] }],
    });
    expect(referencedObjects(subjectOf(object))).toEqual({ configMaps: [], secrets: [] });
  });
});
