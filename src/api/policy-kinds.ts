import type { z } from 'zod';

import { clusterNetworkPathPolicySchema, networkPathPolicySchema } from './path-policy.ts';

/** A kind of our API as the API server knows it. */
export interface ApiKind {
  readonly kind: string;
  readonly plural: string;
  readonly shortName: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly description: string;
  /** Schema of a whole object, with `spec` and, where there is one, `status`. */
  readonly schema: z.ZodObject;
  readonly columns: readonly PrinterColumn[];
}

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly description: string;
  readonly jsonPath: string;
  /** Above 0: only with `-o wide`. */
  readonly priority?: number;
}

const columns: readonly PrinterColumn[] = [
  {
    name: 'Matched',
    type: 'integer',
    description: 'Workloads that the policy selects.',
    jsonPath: '.status.workloads.matched',
  },
  {
    name: 'At Risk',
    type: 'integer',
    description: 'Workloads that are silent for as long as the path remembers, or longer.',
    jsonPath: '.status.workloads.atRisk',
  },
  {
    name: 'Compliant',
    type: 'string',
    description: 'Whether every selected workload that uses the path is heard, or closes, early enough.',
    jsonPath: '.status.conditions[?(@.type=="Compliant")].status',
  },
  {
    name: 'Idle Timeout',
    type: 'integer',
    description: 'Seconds that the limiting hop of the first leg remembers a silent connection.',
    jsonPath: '.status.legs[0].idleTimeoutSeconds',
  },
  {
    name: 'Limiting Hop',
    type: 'string',
    description: 'The hop with the least idle timeout on the first leg.',
    jsonPath: '.status.legs[0].limitingHop',
    priority: 1,
  },
  {
    name: 'Accepted',
    type: 'string',
    description: 'Whether the policy can be applied.',
    jsonPath: '.status.conditions[?(@.type=="Accepted")].status',
    priority: 1,
  },
  {
    name: 'Age',
    type: 'date',
    description: 'When the policy was made.',
    jsonPath: '.metadata.creationTimestamp',
  },
];

/** The kinds of policy. */
export const POLICY_KINDS: readonly ApiKind[] = [
  {
    kind: 'NetworkPathPolicy',
    plural: 'networkpathpolicies',
    shortName: 'npp',
    scope: 'Namespaced',
    description:
      'Describes a network path that workloads of its namespace use, and says what to do about workloads whose connections stay silent for longer than the path remembers them. It configures no network.',
    schema: networkPathPolicySchema,
    columns,
  },
  {
    kind: 'ClusterNetworkPathPolicy',
    plural: 'clusternetworkpathpolicies',
    shortName: 'cnpp',
    scope: 'Cluster',
    description:
      'Describes a network path that workloads of many namespaces use, and says what to do about workloads whose connections stay silent for longer than the path remembers them. It configures no network.',
    schema: clusterNetworkPathPolicySchema,
    columns,
  },
];
