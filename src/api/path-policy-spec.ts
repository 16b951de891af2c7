import { z } from 'zod';

import { destinationSchema, listenerSchema } from './destination.ts';
import { enforcementSchema } from './enforcement-spec.ts';
import { integer, seconds, text } from './field-schemas.ts';
import { hopSchema } from './hop.ts';
import { labelSelectorSchema } from './label-selector.ts';
import { peerSchema } from './peer.ts';
import { withRules } from './rule.ts';
import type { Rule } from './rule.ts';
import { uniqueBy } from './unique-items.ts';

const hops = uniqueBy(z.array(hopSchema.describe('One stateful device.')).max(16), 'name', 'hop-name-unique');

const path = z.strictObject({
  hops: hops
    .default([])
    .describe('The stateful devices in order from the workload outward, whichever end opens the connection.'),
});

const tolerance = z.strictObject({
  marginPercent: integer(
    'Part of the idle timeout, in percent, by which something must be heard earlier.',
    0,
    90,
  ).default(10),
  lostProbes: integer('Keep-alive probes that may be lost in a row without harm.', 0, 10).default(1),
});

const fields = z.strictObject({
  description: text('What the path is, for people; shown in messages.', 256).exactOptional(),
  podSelector: labelSelectorSchema.describe(
    "Workloads by the labels of their pod template; {} selects every one in the policy's reach.",
  ),
  direction: z
    .enum(['Outbound', 'Inbound'])
    .default('Outbound')
    .describe('Outbound: the workload opens the connections. Inbound: it accepts them.'),
  destinations: z
    .array(destinationSchema.describe('One destination.'))
    .max(64)
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .exactOptional()
    .describe('Where the path leads; Outbound only. None: every connection of the workload.'),
  listeners: uniqueBy(z.array(listenerSchema.describe('One port.')).max(32), 'port', 'listener-port-unique')
    .exactOptional()
    .describe('What the workload serves over this path; Inbound only. None: everything.'),
  path: path.prefault({}).describe('The path between the workload and the destination.'),
  peer: peerSchema.exactOptional().describe('The far end, as far as it is known.'),
  tolerance: tolerance.prefault({}).describe('How close to the idle timeout is too close.'),
  longestQuietOperationSeconds: seconds(
    'The longest wait for an answer to expect: bounds silence while a connection is in use, and enforces that state. None: that state is reported, not enforced.',
  ).exactOptional(),
  keepAliveProof: z
    .enum(['Assume', 'Require'])
    .default('Assume')
    .describe(
      "Assume: a client that nobody recognises is taken to use the kernel's keep-alive of its pod. Require: such a client is Unknown.",
    ),
  enforcement: enforcementSchema.prefault({}).describe('What to do about workloads.'),
});

type Fields = z.infer<typeof fields>;

const commonRules: readonly Rule<Fields>[] = [
  {
    id: 'destinations-need-outbound',
    message: '`destinations` may only be given with `direction: Outbound`; an Inbound policy has `listeners`',
    field: 'destinations',
    reason: 'FieldValueForbidden',
    cel: "!has(self.destinations) || self.direction == 'Outbound'",
    check: (spec) => spec.destinations === undefined || spec.direction === 'Outbound',
  },
  {
    id: 'listeners-need-inbound',
    message: '`listeners` may only be given with `direction: Inbound`; an Outbound policy has `destinations`',
    field: 'listeners',
    reason: 'FieldValueForbidden',
    cel: "!has(self.listeners) || self.direction == 'Inbound'",
    check: (spec) => spec.listeners === undefined || spec.direction === 'Inbound',
  },
  {
    id: 'nothing-to-judge',
    message:
      '`path.hops` may only be empty where `peer.idleTimeoutSeconds` or `peer.minimumPingIntervalSeconds` gives something to judge',
    field: 'path',
    reason: 'FieldValueRequired',
    cel: 'size(self.path.hops) > 0 || (has(self.peer) && (has(self.peer.idleTimeoutSeconds) || has(self.peer.minimumPingIntervalSeconds)))',
    check: ({ path: { hops: listed }, peer }) =>
      listed.length > 0 ||
      peer?.idleTimeoutSeconds !== undefined ||
      peer?.minimumPingIntervalSeconds !== undefined,
  },
];

/** Spec of a NetworkPathPolicy. */
export const pathPolicySpecSchema = withRules(fields, ...commonRules, {
  id: 'idle-timeout-from-own-namespace',
  message:
    "`idleTimeoutFrom.namespace` must be left out: a NetworkPathPolicy reads in its own namespace only; a ClusterNetworkPathPolicy may name another's",
  field: 'path',
  reason: 'FieldValueForbidden',
  cel: '!self.path.hops.exists(hop, has(hop.idleTimeoutFrom) && has(hop.idleTimeoutFrom.namespace))',
  check: (spec) => spec.path.hops.every((hop) => hop.idleTimeoutFrom?.namespace === undefined),
});

/** Spec of a ClusterNetworkPathPolicy: the same, with a namespace selector. */
export const clusterPathPolicySpecSchema = withRules(
  fields.extend({
    namespaceSelector: labelSelectorSchema
      .exactOptional()
      .describe('Namespaces by their labels. None, or {}: every namespace.'),
  }),
  ...commonRules,
  {
    id: 'idle-timeout-from-needs-namespace',
    message:
      '`idleTimeoutFrom.namespace` must be given: a ClusterNetworkPathPolicy has no namespace of its own',
    field: 'path',
    reason: 'FieldValueRequired',
    cel: '!self.path.hops.exists(hop, has(hop.idleTimeoutFrom) && !has(hop.idleTimeoutFrom.namespace))',
    check: (spec) =>
      spec.path.hops.every(
        (hop) => hop.idleTimeoutFrom === undefined || hop.idleTimeoutFrom.namespace !== undefined,
      ),
  },
  {
    id: 'service-needs-namespace',
    message: '`service.namespace` must be given: a ClusterNetworkPathPolicy has no namespace of its own',
    field: 'destinations',
    reason: 'FieldValueRequired',
    cel: '!has(self.destinations) || !self.destinations.exists(to, has(to.service) && !has(to.service.namespace))',
    check: (spec) =>
      (spec.destinations ?? []).every(
        ({ service }) => service === undefined || service.namespace !== undefined,
      ),
  },
);

/** What a policy of either kind says, with the defaults filled in that stand alone (see `effectiveEnforcement` for the others). */
export type PathPolicySpec = z.infer<typeof pathPolicySpecSchema>;
