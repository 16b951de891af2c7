import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { Resource } from '../../src/kubernetes/resource.ts';
import { CONTRACT_KIND } from '../kubernetes/cluster-contract.ts';
import { waitFor } from './wait-for.ts';

const CRDS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

const CONDITIONS = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['type'],
    'x-kubernetes-preserve-unknown-fields': true,
    properties: { type: { type: 'string' } },
  },
};

/** Makes the kind of the contract, and waits until it is served. Applied: it may be there from another suite. */
export async function createContractKind(cluster: Cluster): Promise<void> {
  const { group, plural, kind } = CONTRACT_KIND;
  const schema = {
    type: 'object',
    properties: {
      spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      status: {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { conditions: CONDITIONS },
      },
    },
  };
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    subresources: { status: {} },
    schema: { openAPIV3Schema: schema },
  };
  const names = { plural, kind, singular: kind.toLowerCase() };
  await cluster.apply(CRDS, {
    metadata: { name: `${plural}.${group}` },
    spec: { group, names, scope: 'Namespaced', versions: [version] },
  });
  await waitFor('the kind of the contract to be served', async () => {
    const served = await cluster.serves(CONTRACT_KIND);
    // Discovery may come before the handler.
    return served && (await cluster.list(CONTRACT_KIND).catch(() => undefined)) !== undefined
      ? true
      : undefined;
  });
}

/** What is not in a namespace must be tidied away: the control plane is everybody's. */
export async function removeContractKind(cluster: Cluster): Promise<void> {
  await cluster.remove({ resource: CRDS, name: `${CONTRACT_KIND.plural}.${CONTRACT_KIND.group}` });
}
