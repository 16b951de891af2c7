import { parse } from 'yaml';
import { z } from 'zod';

/** A waiver as its author wrote it: findings of this policy are recorded and no longer enforced, until that day has passed. */
export interface Waiver {
  /** `namespace/name` or `name`; a ClusterNetworkPathPolicy by `name`. */
  readonly policy: string;
  readonly reason: string;
  /** Last day on which it counts, `YYYY-MM-DD`, in UTC. */
  readonly until: string;
}

/** Waivers that can be read, and what is wrong with the others. */
export interface WaiverReading {
  readonly waivers: readonly Waiver[];
  readonly problems: readonly string[];
}

const MOST_CHARACTERS = 16_384;
const DAY_MS = 86_400_000;
/** "At most a year ahead", leap years included. */
const LONGEST_MS = 366 * DAY_MS;

const waiverSchema = z.strictObject({
  policy: z
    .string('must name a policy: namespace/name or name')
    .regex(/^[a-z0-9.-]+(\/[a-z0-9.-]+)?$/, 'must name a policy: namespace/name or name')
    .max(317),
  reason: z.string('must say why, for whoever reads it later').min(1, 'must say why').max(500),
  until: z
    .string('must be a day in quotes, such as "2027-02-28"')
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day, such as "2027-02-28"'),
});

/**
 * Reads the annotation `pathkeeper.dev/waivers`: a YAML list. Nothing in it is ever ignored in silence: what cannot be read,
 * what names no real day and what lies more than a year ahead is a problem that names its entry.
 */
export function readWaivers(text: string, now: Date): WaiverReading {
  if (text.length > MOST_CHARACTERS)
    return { waivers: [], problems: [`is longer than ${MOST_CHARACTERS} characters`] };
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0, schema: 'core' });
  } catch (error) {
    return { waivers: [], problems: [`is no YAML: ${firstLine(error)}`] };
  }
  if (value === null || value === undefined) return { waivers: [], problems: [] };
  if (!Array.isArray(value)) {
    return { waivers: [], problems: ['must be a list of entries with policy, reason and until'] };
  }
  const waivers: Waiver[] = [];
  const problems: string[] = [];
  for (const [index, entry] of value.entries()) {
    const parsed = waiverSchema.safeParse(entry);
    if (!parsed.success)
      problems.push(...parsed.error.issues.map((issue) => `entry ${index + 1}: ${describe(issue)}`));
    else problems.push(...problemsOf(parsed.data, index, now));
    if (parsed.success && problemsOf(parsed.data, index, now).length === 0) waivers.push(parsed.data);
  }
  return { waivers, problems };
}

/** Whether a waiver still counts: to the end of its day. The day after, it no longer does. */
export function isInForce(waiver: Waiver, now: Date): boolean {
  return now.getTime() < Date.parse(`${waiver.until}T00:00:00Z`) + DAY_MS;
}

function problemsOf(waiver: Waiver, index: number, now: Date): readonly string[] {
  const end = Date.parse(`${waiver.until}T00:00:00Z`);
  if (Number.isNaN(end) || new Date(end).toISOString().slice(0, 10) !== waiver.until) {
    return [`entry ${index + 1}: until '${waiver.until}' is no day of the calendar`];
  }
  return end - now.getTime() > LONGEST_MS
    ? [`entry ${index + 1}: until ${waiver.until} is more than a year ahead`]
    : [];
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `unknown field ${issue.keys.map((key) => `'${key.slice(0, 60)}'`).join(', ')}; allowed are policy, reason and until`;
  }
  return path === '' ? 'must have policy, reason and until' : `${path} ${issue.message}`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
