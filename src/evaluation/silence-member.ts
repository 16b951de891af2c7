import type { Setting } from '../extraction/setting.ts';
import type { DecidingMember, VerdictReason } from './path-verdict.ts';
import { earliest, isDuration, NEVER, secondsOf } from './span.ts';
import type { Span } from './span.ts';

/** Something that ends a silence, or would if it were switched on. */
export interface Member {
  readonly described: DecidingMember;
  /** When it acts, counted from the last that was heard, with sweep and jitter at their worst. */
  readonly plain: Span;
  /** The same when as many keep-alive probes are lost in a row as the policy wants tolerated. */
  readonly lossy: Span;
  /** In words, where it rests on something that was taken for granted. */
  readonly assumption?: string;
  /** Every setting of the workload that decides it was read in the workload: it rests on no default. */
  readonly given: boolean;
  /** What of it could not be seen. */
  readonly hidden?: Hidden;
}

/** The longest silence that a hop sees. */
export interface Silence {
  readonly plain: Span;
  readonly lossy: Span;
}

/** Silence lasts until the first member acts. With losses another may be first: each is taken with its own. */
export function silenceOf(members: readonly Member[]): Silence {
  return {
    plain: earliest(members.map((member) => member.plain)),
    lossy: earliest(members.map((member) => member.lossy)),
  };
}

/** A member in the verdict's words, that acts by itself and without a sweep. */
export function describeMember(
  { kind, name, from }: Pick<DecidingMember, 'kind' | 'name' | 'from'>,
  span: Span,
): DecidingMember {
  return { kind, name, nominalSeconds: secondsOf(span.most), extraSeconds: 0, lazy: false, from };
}

/** A member that rests on no setting of the workload: what the policy states, what a hop does. */
export function statedMember(
  whose: Pick<DecidingMember, 'kind' | 'name' | 'from'>,
  plain: Span,
  lossy: Span = plain,
): Member {
  return { described: describeMember(whose, plain), plain, lossy, given: false };
}

const NOTHING = describeMember({ kind: 'Nothing', name: '', from: '' }, NEVER);

/** The member that acts first for certain; none where nothing does. The first of equals. */
export function firstToAct(members: readonly Member[]): Member | undefined {
  let first: Member | undefined;
  for (const member of members) {
    if (member.plain.most < (first?.plain.most ?? Infinity)) first = member;
  }
  return first;
}

/** A member in the verdict's words. */
export function describeDecider(member: Member | undefined): DecidingMember {
  return member?.described ?? NOTHING;
}

/** What could not be seen of a member. */
export interface Hidden {
  readonly name: string;
  readonly reason: VerdictReason;
}

const NOTHING_HIDDEN: Hidden = { name: '', reason: 'SettingUnknown' };

/** What of the members could not be seen, the one that may act first before the others. */
export function firstHidden(members: readonly Member[]): Hidden {
  let first = { hidden: NOTHING_HIDDEN, least: Infinity };
  for (const { hidden, plain } of members) {
    if (hidden !== undefined && plain.least < first.least) first = { hidden, least: plain.least };
  }
  return first.hidden;
}

/** In words, everything that the members take for granted. */
export function assumptionsOf(members: readonly Member[]): readonly string[] {
  return members.flatMap((member) => (member.assumption === undefined ? [] : [member.assumption]));
}

/** In words, what is taken for granted where a default stands in that applications usually set in code. */
function assumptionOf(settings: readonly Setting<unknown>[]): string | undefined {
  const words = settings.flatMap((setting) =>
    setting.state === 'Defaulted' && setting.assumed
      ? [`${setting.name} is taken as ${String(setting.value)}: ${setting.reason}`]
      : [],
  );
  return words.length === 0 ? undefined : words.join('; ');
}

/** The first of the settings that cannot be seen, or whose number is no duration. */
function hiddenOf(settings: readonly Setting<unknown>[]): Member['hidden'] {
  const hidden = settings.find((setting) => setting.state === 'Unknown' || isMalformed(setting.value));
  return hidden === undefined ? undefined : { name: hidden.name, reason: 'SettingUnknown' };
}

function isMalformed(value: unknown): boolean {
  return typeof value === 'number' && !isDuration(value);
}

/**
 * What a member rests on.
 *
 * @param deciding the settings that say whether and when it acts
 * @param further settings that only add to it: a sweep, an interval
 */
export function restOn(
  deciding: readonly Setting<unknown>[],
  further: readonly Setting<unknown>[] = [],
): Pick<Member, 'given'> & Partial<Pick<Member, 'assumption' | 'hidden'>> {
  const settings = [...deciding, ...further];
  const assumption = assumptionOf(settings);
  const hidden = hiddenOf(settings);
  return {
    given: deciding.every((setting) => setting.state === 'Known'),
    ...(assumption === undefined ? {} : { assumption }),
    ...(hidden === undefined ? {} : { hidden }),
  };
}
