import type { z } from 'zod';

import { describeIssues } from './describe-issue.ts';
import { nearestName } from './nearest-name.ts';
import { API_GROUP, clusterNetworkPathPolicySchema, networkPathPolicySchema } from './path-policy.ts';
import type { PathPolicy, PathPolicyStatus } from './path-policy.ts';
import { pathPolicyStatusSchema } from './path-policy-status.ts';
import { alternatives, problemAt } from './problem.ts';
import type { Problem } from './problem.ts';
import { pruneNulls } from './prune-nulls.ts';
import { restoreOff } from './restore-off.ts';

/** A policy as read, or everything that is wrong with it. */
export interface ParsedPolicy {
  /** Present exactly where there are no problems. */
  readonly policy?: PathPolicy;
  readonly problems: readonly Problem[];
}

const SCHEMAS = {
  NetworkPathPolicy: networkPathPolicySchema,
  ClusterNetworkPathPolicy: clusterNetworkPathPolicySchema,
};
const KINDS = Object.keys(SCHEMAS);
const PROBLEMS_MAX = 50;

/** Whether an object claims to be a policy: one of our kinds, in whatever version of our group. */
export function isPathPolicy(raw: unknown): boolean {
  if (!isObject(raw)) return false;
  const { apiVersion, kind } = raw;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return false;
  return apiVersion.startsWith(`${API_GROUP}/`) && KINDS.includes(kind);
}

/**
 * Reads a policy as the API server would: nulls count as absent, defaults are filled in, unknown fields are refused.
 * `remediate: false`, which is how kubectl sends a plain `Off`, becomes `Off`.
 * The status is kept where it can be read and is never a problem.
 */
export function parsePolicy(raw: unknown): ParsedPolicy {
  if (!isObject(raw)) return { problems: [problemAt([], 'type', 'must be an object with fields')] };
  const { status, ...rest } = raw;
  const schema = schemaOf(rest['kind']);
  if (schema === undefined) return { problems: [wrongKind(rest['kind'])] };
  const { value, forbidden } = pruneNulls(rest);
  const parsed = schema.safeParse(restoreOff(value), { reportInput: true });
  const { problems, more } = describeIssues(schema, parsed.error?.issues ?? [], PROBLEMS_MAX);
  if (parsed.data === undefined || forbidden.length > 0) {
    return { problems: [...forbidden.slice(0, PROBLEMS_MAX), ...problems, ...andMore(more)] };
  }
  return { policy: withStatus(parsed.data, readStatus(status)), problems: [] };
}

function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function schemaOf(kind: unknown): z.ZodType<PathPolicy> | undefined {
  return typeof kind === 'string' && Object.hasOwn(SCHEMAS, kind)
    ? SCHEMAS[kind as keyof typeof SCHEMAS]
    : undefined;
}

function wrongKind(kind: unknown): Problem {
  const meant = typeof kind === 'string' ? nearestName(kind, KINDS) : undefined;
  const hint = meant === undefined ? '' : `; did you mean '${meant}'?`;
  return problemAt(['kind'], 'allowed-values', `must be ${alternatives(KINDS)}${hint}`);
}

function readStatus(status: unknown): PathPolicyStatus | undefined {
  return status === undefined ? undefined : pathPolicyStatusSchema.safeParse(pruneNulls(status).value).data;
}

function withStatus(policy: PathPolicy, status: PathPolicyStatus | undefined): PathPolicy {
  return status === undefined ? policy : { ...policy, status };
}

function andMore(more: number): readonly Problem[] {
  return more === 0 ? [] : [problemAt([], 'too-many', `has ${more} more problems`)];
}
