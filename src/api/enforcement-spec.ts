import { z } from 'zod';

const level = z.enum(['Deny', 'Warn', 'Audit']);

/** What admission does about a verdict: refuse, warn, or only note it. */
export type EnforcementLevel = z.infer<typeof level>;

/** What a policy does about workloads. `assumed` and `marginal` have no default of their own: it follows `admission`. */
export const enforcementSchema = z.strictObject({
  admission: level
    .default('Warn')
    .describe(
      'Workloads at risk on evidence. Deny: refused. Warn: admitted with a warning. Audit: noted only.',
    ),
  assumed: level
    .exactOptional()
    .describe(
      'Workloads at risk by an assumption that the finding states. Default: as `admission`, but never more than Warn.',
    ),
  marginal: level
    .exactOptional()
    .describe('Workloads within the margin. Default: as `admission`, but never more than Warn.'),
  unknown: level.default('Audit').describe('Workloads of which too little can be seen to tell.'),
  annotate: z
    .enum(['Enabled', 'Disabled'])
    .default('Enabled')
    .describe('Whether admission writes verdict and findings on the object as annotations.'),
  remediate: z
    .enum(['Off', 'Sysctls'])
    // YAML 1.1, which kubectl reads, takes a plain `Off` for false. See `restoreOff`.
    .meta({ enum: ['Off', 'Sysctls', false], 'x-kubernetes-preserve-unknown-fields': true })
    .default('Off')
    .describe(
      'Sysctls: admission puts keep-alive sysctls into pods that lack them, where the cluster calls these safe. Off: it does not; a plain Off that YAML turns into false means the same.',
    ),
});

/** What a policy does about workloads, as written. */
export type EnforcementSpec = z.infer<typeof enforcementSchema>;
