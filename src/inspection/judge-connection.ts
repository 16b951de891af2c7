import { evaluatePath } from '../evaluation/evaluate-path.ts';
import type { PathModel, WorkloadCircumstances } from '../evaluation/path-model.ts';
import type { PathVerdict } from '../evaluation/path-verdict.ts';
import type { Candidate, Connection } from '../extraction/workload-facts.ts';
import { compareVerdicts, type Basis, type Verdict } from '../findings/verdict.ts';
import type { Membership } from './match-destination.ts';

/** One candidate of a connection with the model's answer. */
export interface CandidateVerdict {
  readonly candidate: Candidate;
  readonly path: PathVerdict;
}

/** Why a connection's verdict is not simply that of its one candidate. */
export type Override =
  | 'None'
  /** Several clients may be behind it and they fare differently. */
  | 'CandidatesDisagree'
  /** Its address cannot be read, and on this path it would not be Protected. */
  | 'AddressUnknown'
  /** It goes elsewhere, or crosses no path. */
  | 'NotOnPath';

/** The verdict of one connection on one policy's path. */
export interface ConnectionVerdict {
  readonly connection: Connection;
  readonly membership: Membership;
  readonly verdict: Verdict;
  readonly basis: Basis;
  readonly override: Override;
  readonly candidates: readonly CandidateVerdict[];
  /** The candidate whose verdict this is: the worst where they agree. */
  readonly decisive?: CandidateVerdict;
}

/**
 * Judges a connection on a path: every candidate, and then what follows from their agreement and from what is
 * known of the address. All candidates agree: that verdict. They differ: Unknown. An address that cannot be read
 * matches every destination, but only a Protected can be concluded from it.
 */
export function judgeConnection(
  connection: Connection,
  membership: Membership,
  path: PathModel,
  circumstances: WorkloadCircumstances,
): ConnectionVerdict {
  if (membership === 'Off') {
    return {
      connection,
      membership,
      verdict: 'NotApplicable',
      basis: 'Evidence',
      override: 'NotOnPath',
      candidates: [],
    };
  }
  const candidates = connection.candidates.map((candidate) => ({
    candidate,
    path: evaluatePath(candidate.model, path, connection.use, circumstances),
  }));
  return combine(connection, membership, candidates);
}

function combine(
  connection: Connection,
  membership: Membership,
  candidates: readonly CandidateVerdict[],
): ConnectionVerdict {
  const decisive = worstCandidate(candidates);
  if (decisive === undefined) {
    return {
      connection,
      membership,
      verdict: 'Unknown',
      basis: 'Evidence',
      override: 'CandidatesDisagree',
      candidates,
    };
  }
  const agree = candidates.every(({ path }) => path.verdict === decisive.path.verdict);
  const shared = { connection, membership, candidates, decisive };
  if (!agree) return { ...shared, verdict: 'Unknown', basis: 'Evidence', override: 'CandidatesDisagree' };
  const verdict = decisive.path.verdict;
  if (membership === 'Unknown' && verdict !== 'Protected' && verdict !== 'NotApplicable') {
    return { ...shared, verdict: 'Unknown', basis: 'Evidence', override: 'AddressUnknown' };
  }
  const basis = candidates.some(({ path }) => path.basis === 'Assumption') ? 'Assumption' : 'Evidence';
  return { ...shared, verdict, basis, override: 'None' };
}

function worstCandidate(candidates: readonly CandidateVerdict[]): CandidateVerdict | undefined {
  let worst: CandidateVerdict | undefined;
  for (const next of candidates) {
    if (worst === undefined || compareVerdicts(next.path.verdict, worst.path.verdict) < 0) worst = next;
  }
  return worst;
}
