import { z } from 'zod';

import { integer } from './field-schemas.ts';

const COUNT_MAX = 10_000_000;
const name = (description: string): z.ZodString => z.string().max(253).describe(description);
const count = (description: string): z.ZodInt => integer(description, 0, COUNT_MAX);
const timeout = (description: string): z.ZodInt => integer(description, 0, 2_147_483_647);

const leg = z.strictObject({
  from: name("Where the leg starts: 'workload', or the hop that terminates the leg before it."),
  to: name("Where the leg ends: the hop that terminates it, or 'peer'."),
  limitingHop: name(
    'The hop with the least idle timeout on the leg. None: nothing limits it.',
  ).exactOptional(),
  idleTimeoutSeconds: timeout(
    'Idle timeout of the limiting hop. None: it has none, or nobody knows it.',
  ).exactOptional(),
  onExpiry: z
    .enum(['Drop', 'Reset', 'Close', 'DropOrReset'])
    .exactOptional()
    .describe('What becomes of the next packet there.'),
  refreshedBy: z.enum(['Packets', 'Payload']).exactOptional().describe('What starts its timer anew.'),
});

const workloads = z.strictObject({
  matched: count('Workloads that the policy selects.'),
  protected: count('Workloads that are heard, or close, early enough.'),
  marginal: count('Workloads that fit, but not with the margin or the tolerated losses.'),
  atRisk: count('Workloads that are silent for as long as the path remembers, or longer.'),
  unknown: count('Workloads of which too little can be seen to tell.'),
  notApplicable: count('Workloads that do not use the path.'),
});

const worst = z.strictObject({
  kind: name('Kind of the workload.'),
  namespace: name('Namespace of the workload.'),
  name: name('Name of the workload.'),
  verdict: z
    .enum(['AtRisk', 'Marginal', 'Unknown', 'Protected', 'NotApplicable'])
    .describe('Verdict of its worst connection.'),
  basis: z.enum(['Evidence', 'Assumption']).describe('What the verdict rests on.'),
  code: z.string().max(16).describe('Code of the finding that decided.'),
  silenceSeconds: timeout('Longest silence. None: unbounded, or not what decided.').exactOptional(),
});

const condition = z.strictObject({
  type: z.string().max(316).describe('Accepted, Matched, Compliant or PathVerified.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether the condition holds.'),
  observedGeneration: integer(
    'Generation of the policy that was judged.',
    0,
    Number.MAX_SAFE_INTEGER,
  ).exactOptional(),
  lastTransitionTime: z
    .string()
    .max(64)
    .meta({ format: 'date-time' })
    .describe('When the status last changed.'),
  reason: z.string().max(1024).describe('Why, in one word.'),
  message: z.string().max(32_768).describe('Why, for people.'),
});

/** Status of either kind of policy; written whole, from observation. */
export const pathPolicyStatusSchema = z.strictObject({
  observedGeneration: integer(
    'Generation of the policy that this status describes.',
    0,
    Number.MAX_SAFE_INTEGER,
  ).exactOptional(),
  legs: z
    .array(leg.describe('One leg.'))
    .max(17)
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .exactOptional()
    .describe('The legs of the path, from the workload outward.'),
  workloads: workloads.exactOptional().describe('How many workloads have which verdict.'),
  worst: z
    .array(worst.describe('One workload.'))
    .max(10)
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .exactOptional()
    .describe('The worst workloads, worst first; at most 10.'),
  conditions: z
    .array(condition.describe('One condition.'))
    .max(8)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
    .exactOptional()
    .describe('Accepted, Matched, Compliant and PathVerified.'),
});

/** Status of either kind of policy. */
export type PathPolicyStatus = z.infer<typeof pathPolicyStatusSchema>;
