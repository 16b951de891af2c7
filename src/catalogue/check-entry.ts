import type { z } from 'zod';
import { CLIENT_CHECKS } from './check-client.ts';
import { DEVICE_CHECKS } from './check-device.ts';
import { clientEntrySchema, type ClientEntry } from './client-entry.ts';
import { deviceEntrySchema, type DeviceEntry } from './device-entry.ts';
import type { EntryComplaint } from './entry-problem.ts';
import { explainIssue } from './explain-issue.ts';

/** What a value of one entry is held against: its shape, then what a well-formed entry can still get wrong. */
export interface EntryRules<Entry> {
  readonly schema: z.ZodType<Entry>;
  readonly checks: readonly ((entry: Entry) => readonly EntryComplaint[])[];
}

export const DEVICE_RULES: EntryRules<DeviceEntry> = { schema: deviceEntrySchema, checks: DEVICE_CHECKS };
export const CLIENT_RULES: EntryRules<ClientEntry> = { schema: clientEntrySchema, checks: CLIENT_CHECKS };

/** An entry of the right shape, or what is wrong with it. */
export interface ShapedEntry<Entry> {
  readonly entry?: Entry;
  readonly complaints: readonly EntryComplaint[];
}

/** Holds a value against the schema alone. */
export function shapeEntry<Entry>(value: unknown, rules: EntryRules<Entry>): ShapedEntry<Entry> {
  const parsed = rules.schema.safeParse(value);
  if (parsed.success) return { entry: parsed.data, complaints: [] };
  return { complaints: parsed.error.issues.flatMap((issue) => explainIssue(issue, rules.schema, value)) };
}

/** Everything that a well-formed entry gets wrong by itself. */
export function checkEntry<Entry>(entry: Entry, rules: EntryRules<Entry>): readonly EntryComplaint[] {
  return rules.checks.flatMap((check) => check(entry));
}
