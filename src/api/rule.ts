import { z } from 'zod';

/** Why a value is refused, in the API server's own words for it. */
type RefusalReason =
  'FieldValueInvalid' | 'FieldValueForbidden' | 'FieldValueRequired' | 'FieldValueDuplicate';

/**
 * One rule on a value, declared once for its three readers: `check` for files and the webhook, `cel` or
 * `keywords` for the API server, `message` for people. JSON Schema generation drops refinements silently, so
 * `withRules` is the only way in which a schema of this folder may be refined; a test enumerates them.
 */
export interface Rule<Value> {
  /** Kebab case, unique within the API; what tests and machines compare. */
  readonly id: string;
  /** What must hold, and what is allowed, for the person who wrote the value. */
  readonly message: string;
  /** True where the value is good. `value` has its defaults already, as `self` has on the API server. */
  readonly check: (value: Value) => boolean;
  /** The same condition for the API server, where `self` is the value. */
  readonly cel?: string;
  /** Schema keywords by which the API server enforces the same, where no expression is needed. */
  readonly keywords?: Readonly<Record<string, unknown>>;
  /** Field below the value that is to blame. */
  readonly field?: string;
  readonly reason?: RefusalReason;
}

/** A rule of the API server's own (`x-kubernetes-validations`). */
export interface ValidationRule {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath?: string;
  readonly reason?: string;
}

const rulesOfCheck = new WeakMap<object, Rule<never>>();

/** Refines a schema with rules and leaves their twins for the API server in its metadata. */
export function withRules<S extends z.ZodType>(schema: S, ...rules: readonly Rule<z.output<S>>[]): S {
  let refined: z.ZodType = schema;
  for (const rule of rules) refined = withRule(refined, rule as Rule<unknown>);
  return refined as S;
}

function withRule(schema: z.ZodType, rule: Rule<unknown>): z.ZodType {
  const refined = schema.refine(rule.check, {
    error: rule.message,
    params: { rule: rule.id },
    ...(rule.field === undefined ? {} : { path: [rule.field] }),
  });
  const check = refined.def.checks?.at(-1);
  if (check !== undefined) rulesOfCheck.set(check, rule);
  return refined.meta({ ...schema.meta(), ...rule.keywords, ...celKeywords(schema, rule) });
}

function celKeywords(schema: z.ZodType, rule: Rule<unknown>): Record<string, unknown> {
  if (rule.cel === undefined) return {};
  const before = (schema.meta()?.['x-kubernetes-validations'] ?? []) as readonly ValidationRule[];
  const own: ValidationRule = {
    rule: rule.cel,
    message: rule.message,
    ...(rule.field === undefined ? {} : { fieldPath: `.${rule.field}` }),
    ...(rule.reason === undefined ? {} : { reason: rule.reason }),
  };
  return { 'x-kubernetes-validations': [...before, own] };
}

/** The rule behind a check of a schema; undefined for zod's own checks and for a refinement that bypassed `withRules`. */
export function ruleOfCheck(check: object): Rule<never> | undefined {
  return rulesOfCheck.get(check);
}
