import type { ClientLimit } from '../../catalogue/client-behaviour.ts';
import type { LimitModel } from '../connection-model.ts';
import type { Seconds, Setting } from '../setting.ts';
import { checkConditions } from './check-condition.ts';
import type { EntryReader } from './entry-reader.ts';
import { asSetting, readSeconds } from './read-quantity.ts';

/** On which side of the program a connection is: opened by it, or accepted. */
export type Side = 'Opened' | 'Accepted';

/** The members of the silence set that this version of an entry contributes on this side. */
export function buildLimits(reader: EntryReader, side: Side): readonly LimitModel[] {
  return reader.entry.limits.flatMap((limit) => {
    const isHere = limit.side === 'Both' || limit.side === side;
    const built = isHere && reader.holds(limit) ? buildLimit(limit, reader) : undefined;
    return built === undefined ? [] : [built];
  });
}

function buildLimit(limit: ClientLimit, reader: EntryReader): LimitModel | undefined {
  const seconds = readSeconds(limit.value, reader);
  const base = {
    kind: limit.kind,
    extraSeconds: extraOf(limit, seconds, reader),
    enforced: limit.enforced,
    states: limit.states,
    closing: limit.closing,
    from: reader.entry.id,
  };
  const { answer, by } = checkConditions(limit.when, reader);
  if (answer === 'Holds') return { ...base, seconds, ...inertWhenNone(limit, seconds) };
  if (answer !== 'Fails') return { ...base, seconds: hidden(seconds, answer) };
  if (limit.otherwise === undefined) return undefined;
  const inert = { reason: limit.otherwise, ...(by === undefined ? {} : { setting: asSetting(by, shown) }) };
  return { ...base, seconds, inert };
}

/** What nothing enforces bounds nothing; `otherwise` says why. */
function inertWhenNone(limit: ClientLimit, seconds: Setting<Seconds>): Pick<LimitModel, 'inert'> {
  if (limit.enforced !== 'None' || limit.otherwise === undefined) return {};
  return seconds.state === 'Known' ? { inert: { reason: limit.otherwise } } : {};
}

/** The value of the setting on which a condition failed, as far as it may be shown. */
function shown(value: unknown): unknown {
  const members = value as { kind?: string; amount?: number; on?: boolean } | undefined;
  if (members?.kind === 'Number') return members.amount;
  return members?.kind === 'Boolean' ? members.on : undefined;
}

/** A limit of which it cannot be seen whether it acts. */
function hidden(
  seconds: Setting<Seconds>,
  by: Extract<Setting<unknown>, { state: 'Unknown' }>,
): Setting<Seconds> {
  if (seconds.state === 'Unknown' || seconds.value === 'Never') return seconds;
  const { cause, reason, place } = by;
  return {
    state: 'Unknown',
    name: seconds.name,
    cause,
    reason: `Whether it acts depends on ${by.name}. ${reason}`,
    ...(place === undefined ? {} : { place }),
  };
}

/** What sweep and jitter add at worst. */
function extraOf(limit: ClientLimit, seconds: Setting<Seconds>, reader: EntryReader): Setting<number> {
  const sweeps = limit.sweep.map((quantity) => readSeconds(quantity, reader));
  const unseen = sweeps.find((sweep) => sweep.state === 'Unknown');
  if (unseen !== undefined) return unseen;
  const jitter = (numberOf(seconds) * limit.jitterPercent) / 100;
  const value = sweeps.reduce((sum, sweep) => sum + numberOf(sweep), jitter);
  const given = sweeps.find((sweep) => sweep.state === 'Known');
  if (given?.state === 'Known') return { ...given, value };
  return {
    state: 'Defaulted',
    name: sweeps[0]?.name ?? seconds.name,
    value,
    reason: value === 0 ? 'acts at once' : 'its check interval or jitter',
    assumed: sweeps.some((sweep) => sweep.state === 'Defaulted' && sweep.assumed),
  };
}

function numberOf(seconds: Setting<Seconds>): number {
  return seconds.state === 'Unknown' || seconds.value === 'Never' ? 0 : seconds.value;
}
