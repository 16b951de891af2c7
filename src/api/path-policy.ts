import { z } from 'zod';

import { clusterPathPolicySpecSchema, pathPolicySpecSchema } from './path-policy-spec.ts';
import { objectName } from './field-schemas.ts';
import { pathPolicyStatusSchema } from './path-policy-status.ts';

export type { PathPolicySpec } from './path-policy-spec.ts';
export type { PathPolicyStatus } from './path-policy-status.ts';
export type { Hop } from './hop.ts';
export type { KeepAliveSpec } from './keep-alive-spec.ts';
export type { LabelSelector } from './label-selector.ts';
export type { Peer } from './peer.ts';

/** Group of Pathkeeper's own kinds. */
export const API_GROUP = 'pathkeeper.dev';
/** Version of the kinds in this folder. */
export const API_VERSION = 'v1alpha1';
const apiVersion = z.literal(`${API_GROUP}/${API_VERSION}`);

/** What Pathkeeper reads of a policy's metadata; the rest is not kept. */
const metadataSchema = z.object({
  name: objectName('Name of the policy.', 'object-name', 'orders-to-oracle'),
  namespace: z.string().exactOptional(),
  uid: z.string().exactOptional(),
  resourceVersion: z.string().exactOptional(),
  generation: z.int().exactOptional(),
  deletionTimestamp: z.string().exactOptional(),
});

/** A policy of one namespace. */
export const networkPathPolicySchema = z.strictObject({
  apiVersion,
  kind: z.literal('NetworkPathPolicy'),
  metadata: metadataSchema,
  spec: pathPolicySpecSchema.describe('The path, and what to do about workloads that use it.'),
  status: pathPolicyStatusSchema.exactOptional().describe('What was found; written by the operator.'),
});

/** A policy of the cluster. */
export const clusterNetworkPathPolicySchema = z.strictObject({
  apiVersion,
  kind: z.literal('ClusterNetworkPathPolicy'),
  metadata: metadataSchema,
  spec: clusterPathPolicySpecSchema.describe('The path, and what to do about workloads that use it.'),
  status: pathPolicyStatusSchema.exactOptional().describe('What was found; written by the operator.'),
});

/** A policy of one namespace. */
export type NetworkPathPolicy = z.infer<typeof networkPathPolicySchema>;
/** A policy of the cluster. */
export type ClusterNetworkPathPolicy = z.infer<typeof clusterNetworkPathPolicySchema>;
/** Either kind of policy. */
export type PathPolicy = NetworkPathPolicy | ClusterNetworkPathPolicy;
