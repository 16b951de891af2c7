import { distinct } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { canServe, canSign, canSucceed, checkMaterial, isLongExpired } from './check-material.ts';
import type { RenewalInput } from './check-material.ts';
import type { RenewalFailure, RenewalReason } from './renewal-reasons.ts';
import { valueOf } from './stored-material.ts';

/*
 * How an authority is replaced without a refused request. Every arrow is one write; the long wait is in the middle,
 * when both are trusted and the old one still serves.
 *
 *                 authority   next   previous   bundles hold        served, signed by
 *   steady        A           –      –          A                   A
 *   introduced    A           B      –          A, then A B         A
 *                 ( every replica watches the bundles; B must have been in all of them for propagationSeconds )
 *   promoted      B           –      A          A B                 A, then B
 *   retired       B           –      –          A B, then B         B        (when A has expired: nothing valid is signed by it)
 */

export type AuthorityStep = 'Keep' | 'Create' | 'Promote';
export type NextStep = 'Keep' | 'Create' | 'Drop';
export type LeafStep = 'Keep' | 'Issue';

/** What to make of the Secret, and why. */
export type RenewalPlan =
  | { readonly action: 'Keep' }
  /** Another replica may hold, in memory, what the Secret lost: it gets a moment to put it back. */
  | { readonly action: 'Wait'; readonly failures: readonly RenewalFailure[] }
  /** This replica holds, in memory, what the Secret lost. */
  | { readonly action: 'Restore'; readonly failures: readonly RenewalFailure[] }
  | {
      readonly action: 'Write';
      readonly failures: readonly RenewalFailure[];
      readonly authority: AuthorityStep;
      readonly next: NextStep;
      readonly leaf: LeafStep;
      readonly previous: readonly Certificate[];
    };

/** What the plan depends on beside the material. */
export interface RenewalSituation {
  /** This replica remembers material from this Secret that still can sign and serve. */
  readonly canRestore: boolean;
  /** Somebody was here before us and may be alive: the bundles trust an authority that the Secret does not name. */
  readonly mayBeRestored: boolean;
  /** False for a while after this process made a certificate because of its own clock or options. */
  readonly mayReissue: boolean;
}

const LEAF_REASONS: ReadonlySet<RenewalReason> = new Set([
  'CertificateMissing',
  'CertificateCorrupt',
  'PrivateKeyMismatch',
  'IssuerDiffers',
  'CertificateExpired',
  'CertificateNotYetValid',
  'RenewalDue',
  'DnsNamesDiffer',
  'CaExpiresBeforeLeaf',
]);

/** Reasons that rest on this replica's clock or options, in which another replica may differ and undo the change. */
const OPINIONS: ReadonlySet<RenewalReason> = new Set([
  'CertificateNotYetValid',
  'RenewalDue',
  'DnsNamesDiffer',
]);

type Reasons = ReadonlySet<RenewalReason>;

interface Steps {
  readonly authority: AuthorityStep;
  readonly next: NextStep;
  readonly leaf: LeafStep;
}

/** Decides the next change of the Secret. Pure: same input, same plan. */
export function planRenewal(input: RenewalInput, situation: RenewalSituation): RenewalPlan {
  const failures = checkMaterial(input);
  if (failures.length === 0) return { action: 'Keep' };
  const reasons: Reasons = new Set(failures.map(({ reason }) => reason));
  if (canSign(input.stored, input.now)) {
    return write(input, failures, stepsWithSigner(input, reasons, situation));
  }
  if (situation.canRestore && isLoss(reasons)) return { action: 'Restore', failures };
  const steps = stepsWithoutSigner(input, reasons);
  if (steps.authority === 'Create' && situation.mayBeRestored) return { action: 'Wait', failures };
  return write(input, failures, steps);
}

/** A key taken out of a Secret that is otherwise whole is a wish for a new authority, not an accident. */
function isLoss(reasons: Reasons): boolean {
  return reasons.has('AuthorityCorrupt') || !reasons.has('AuthorityKeyMissing');
}

function stepsWithSigner(input: RenewalInput, reasons: Reasons, situation: RenewalSituation): Steps {
  if (reasons.has('NextPublished') && canSucceed(input.stored, input.now)) {
    return { authority: 'Promote', next: 'Drop', leaf: 'Issue' };
  }
  return { authority: 'Keep', next: nextStep(input, reasons), leaf: leafStep(reasons, situation) };
}

function nextStep(input: RenewalInput, reasons: Reasons): NextStep {
  if (canSucceed(input.stored, input.now)) return 'Keep';
  if (reasons.has('AuthorityRenewalDue')) return 'Create';
  return reasons.has('NextCorrupt') || reasons.has('NextExpired') ? 'Drop' : 'Keep';
}

function leafStep(reasons: Reasons, { mayReissue }: RenewalSituation): LeafStep {
  const found = [...reasons].filter((reason) => LEAF_REASONS.has(reason));
  return found.some((reason) => mayReissue || !OPINIONS.has(reason)) ? 'Issue' : 'Keep';
}

/**
 * Nobody can sign. Where the stored certificate still serves, there is time to introduce a successor as usual;
 * where it does not, nothing is lost by being quick.
 */
function stepsWithoutSigner(input: RenewalInput, reasons: Reasons): Steps {
  const { stored, now } = input;
  if (canServe(stored, now)) {
    if (!canSucceed(stored, now)) return { authority: 'Keep', next: 'Create', leaf: 'Keep' };
    if (!reasons.has('NextPublished')) return { authority: 'Keep', next: 'Keep', leaf: 'Keep' };
    return { authority: 'Promote', next: 'Drop', leaf: 'Issue' };
  }
  return { authority: canSucceed(stored, now) ? 'Promote' : 'Create', next: 'Drop', leaf: 'Issue' };
}

/** The plan for these steps; `Keep` where they leave the Secret as it is. */
function write(input: RenewalInput, failures: readonly RenewalFailure[], steps: Steps): RenewalPlan {
  const stored = valueOf(input.stored.previous) ?? [];
  const previous = previousAuthorities(input, steps.authority);
  const isSame =
    steps.authority === 'Keep' &&
    steps.next === 'Keep' &&
    steps.leaf === 'Keep' &&
    input.stored.previous.state !== 'Corrupt' &&
    fingerprints(previous) === fingerprints(stored);
  return isSame ? { action: 'Keep' } : { action: 'Write', failures, ...steps, previous };
}

function fingerprints(certificates: readonly Certificate[]): string {
  return certificates.map(({ fingerprint }) => fingerprint).join();
}

/** Authorities that sign nothing more but stay trusted until they have expired: the retired one, and any still served by. */
function previousAuthorities(input: RenewalInput, step: AuthorityStep): Certificate[] {
  const { stored, servingIssuer } = input;
  const authority = valueOf(stored.authority);
  const next = valueOf(stored.next)?.certificate;
  const isKept = step === 'Keep';
  const named = new Set([
    isKept ? authority?.fingerprint : undefined,
    step === 'Create' ? undefined : next?.fingerprint,
  ]);
  const candidates = [...(valueOf(stored.previous) ?? []), isKept ? undefined : authority, servingIssuer];
  const kept = candidates
    .filter((one) => one !== undefined)
    .filter((one) => one.isAuthority && !named.has(one.fingerprint))
    .filter((one) => !isLongExpired(one, input.now, input.lifetimes));
  return distinct(kept).slice(-MOST_PREVIOUS);
}

/** One is usual; more come only from repeated requests for a new authority. The newest are kept. */
const MOST_PREVIOUS = 8;
