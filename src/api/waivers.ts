import { z } from 'zod';

import { formed, text } from './field-schemas.ts';
import { entryProblem, readAnnotationList } from './read-annotation-list.ts';
import { withRules } from './rule.ts';

const DAY_MS = 86_400_000;

/** An entry of the annotation `pathkeeper.dev/waivers`. */
export const waiverSchema = z.strictObject({
  policy: formed('`namespace/name` or `name`; a ClusterNetworkPathPolicy by `name`.', {
    id: 'waiver-policy',
    pattern: '^[a-z0-9][-a-z0-9.]*(/[a-z0-9][-a-z0-9.]*)?$',
    maxLength: 317,
    message: "must name a policy: 'namespace/name' or 'name'",
  }),
  reason: withRules(text('Why, for whoever reads it later.', 500), {
    id: 'waiver-reason',
    message: 'must say why, for whoever reads it later',
    check: (value) => value.trim() !== '',
  }),
  until: withRules(z.string().max(10, { abort: true }).describe('Last day on which it counts, in UTC.'), {
    id: 'waiver-until',
    message: "must be a day of the calendar, such as '2027-02-28'",
    check: (value) => dayOf(value) !== undefined,
  }),
});

/** A waiver as its author wrote it: findings of this policy are recorded and no longer enforced, until that day has passed. */
export type Waiver = Readonly<z.infer<typeof waiverSchema>>;

/** Waivers that can be read, and what is wrong with the others. */
export interface WaiverReading {
  readonly waivers: readonly Waiver[];
  readonly problems: readonly string[];
}

/**
 * Reads the annotation `pathkeeper.dev/waivers`: a YAML list. What names no real day and what lies more than a year ahead
 * is a problem that names its entry. A waiver that has ended is not: see {@link isInForce}.
 */
export function readWaivers(annotation: string, now: Date): WaiverReading {
  const { entries, problems } = readAnnotationList(
    annotation,
    waiverSchema,
    '`policy`, `reason` and `until`',
  );
  const latest = dayAYearAfter(now);
  const tooLong = entries.filter(({ value }) => value.until > latest);
  return {
    waivers: entries.filter((entry) => !tooLong.includes(entry)).map(({ value }) => value),
    problems: [
      ...problems,
      ...tooLong.map(({ number, value }) =>
        entryProblem(
          number,
          `\`until\` ${value.until} is more than a year ahead; at most ${latest} is allowed`,
        ),
      ),
    ],
  };
}

/** Whether a waiver still counts: to the end of its day, in UTC. The day after, it no longer does. */
export function isInForce(waiver: Waiver, now: Date): boolean {
  return now.getTime() < (dayOf(waiver.until) ?? 0) + DAY_MS;
}

/** Start of a day of the calendar, written `YYYY-MM-DD`, as milliseconds since 1970 in UTC; undefined for what is none. */
function dayOf(written: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return undefined;
  const start = Date.parse(`${written}T00:00:00Z`);
  return !Number.isNaN(start) && writtenDay(new Date(start)) === written ? start : undefined;
}

/** The same day of the next year; for 29 February, 1 March. Days written like this compare as text. */
function dayAYearAfter(now: Date): string {
  return writtenDay(new Date(Date.UTC(now.getUTCFullYear() + 1, now.getUTCMonth(), now.getUTCDate())));
}

function writtenDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
