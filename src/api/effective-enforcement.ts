import type { EnforcementLevel, EnforcementSpec } from './enforcement-spec.ts';

/** Enforcement with the defaults filled in that depend on another field. */
export type EffectiveEnforcement = Required<EnforcementSpec>;

/**
 * Fills in the defaults that a CRD cannot express because they depend on another field: `assumed` and `marginal`
 * follow `admission`, but never deny unless they say so themselves.
 */
export function effectiveEnforcement(spec: { readonly enforcement: EnforcementSpec }): EffectiveEnforcement {
  const { enforcement } = spec;
  const atMostWarn: EnforcementLevel = enforcement.admission === 'Deny' ? 'Warn' : enforcement.admission;
  return {
    ...enforcement,
    assumed: enforcement.assumed ?? atMostWarn,
    marginal: enforcement.marginal ?? atMostWarn,
  };
}
