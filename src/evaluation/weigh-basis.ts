import type { Basis, Verdict } from '../findings/verdict.ts';
import type { Judgement } from './judge-silence.ts';
import type { VerdictReason } from './path-verdict.ts';
import type { Situation } from './situation.ts';

/** A judgement with what it rests on. */
export interface Weighed {
  readonly verdict: Verdict;
  readonly basis: Basis;
  readonly reason: VerdictReason;
  /** In words, what was taken for granted. */
  readonly assumption?: string;
  readonly missing?: string;
}

/** What a judgement rests on. */
export interface Grounds {
  /** In words, what is taken for granted of the workload. */
  readonly assumptions: readonly string[];
  /** In words, what is taken for granted of the path. */
  readonly pathAssumption?: string;
  /** The setting that decides was read in the workload: the judgement rests on no default. */
  readonly given: boolean;
}

/**
 * Tells evidence from assumption, and lets an assumption count only as far as it may: a policy can demand proof of
 * a protection, and a risk that rests on a default is no refusal where a setting that nobody recognises speaks of
 * the matter, or where the workload ends by itself.
 */
export function weigh(situation: Situation, judgement: Judgement, grounds: Grounds): Weighed {
  const { verdict, reason, missing } = judgement;
  if (verdict === 'Unknown') {
    return { verdict, basis: 'Evidence', reason, ...(missing === undefined ? {} : { missing }) };
  }
  const weighed = { verdict, reason, ...rest(grounds) };
  return verdict === 'Protected'
    ? demandProof(situation, weighed, grounds)
    : spareDoubtful(situation, weighed, grounds);
}

function rest(grounds: Grounds): Pick<Weighed, 'basis' | 'assumption'> {
  const words = [...grounds.assumptions];
  if (grounds.pathAssumption !== undefined) words.push(grounds.pathAssumption);
  return words.length === 0
    ? { basis: 'Evidence' }
    : { basis: 'Assumption', assumption: [...new Set(words)].join('; ') };
}

function demandProof(situation: Situation, weighed: Weighed, grounds: Grounds): Weighed {
  const assumed = grounds.assumptions.length > 0;
  return assumed && situation.path.keepAliveProof === 'Require'
    ? { ...weighed, verdict: 'Unknown', reason: 'ProofRequired' }
    : weighed;
}

/** Marginal goes the way of AtRisk: a longer timeout must not make an Unknown worse. */
function spareDoubtful(situation: Situation, weighed: Weighed, grounds: Grounds): Weighed {
  const { connection, circumstances } = situation;
  if (!grounds.given && circumstances.unrecognisedSettings.length > 0) {
    const missing = circumstances.unrecognisedSettings.join(', ');
    return { ...weighed, verdict: 'Unknown', reason: 'UnrecognisedSetting', missing };
  }
  const endsBeforeLong = circumstances.shortLived && !connection.recognised;
  return endsBeforeLong && weighed.basis === 'Assumption'
    ? { ...weighed, verdict: 'Unknown', reason: 'ShortLived' }
    : weighed;
}
