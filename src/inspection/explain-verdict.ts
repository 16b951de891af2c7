import type { HopVerdict, LegVerdict, PathVerdict } from '../evaluation/path-verdict.ts';
import type { ConnectionModel } from '../extraction/connection-model.ts';
import type { Connection } from '../extraction/workload-facts.ts';
import type { FindingCode } from '../findings/finding-codes.ts';
import type { Consequence, Finding } from '../findings/finding.ts';
import type { Place } from '../findings/place.ts';
import { compareVerdicts } from '../findings/verdict.ts';
import { collectEvidence, placeOf, settingNamed } from './collect-evidence.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import type { CandidateVerdict, ConnectionVerdict } from './judge-connection.ts';

/** A finding before remedies, with what they are made from. */
export interface ExplainedVerdict {
  readonly finding: Finding;
  readonly hop?: HopVerdict;
  readonly candidate?: CandidateVerdict;
}

/**
 * Turns a connection's verdict into findings: for each state and leg the hop that decided, the worst first.
 * A Protected connection has none.
 */
export function explainVerdict(
  verdict: ConnectionVerdict,
  policy: CompiledPolicy,
): readonly ExplainedVerdict[] {
  const { decisive } = verdict;
  if (verdict.override === 'NotOnPath' || decisive === undefined) return [];
  if (verdict.override !== 'None') return [cannotTell(verdict, policy, decisive)];
  return decidingHops(decisive.path).map((hop) => ({
    finding: findingOf(hop, verdict, decisive, policy),
    hop,
    candidate: decisive,
  }));
}

/** One hop for each state and leg: worst verdict, then least timeout, then nearest. */
function decidingHops(path: PathVerdict): readonly HopVerdict[] {
  const chosen = new Map<string, HopVerdict>();
  for (const hop of path.hops) {
    if (hop.verdict === 'Protected' || hop.verdict === 'NotApplicable') continue;
    const key = `${hop.state}/${hop.leg}`;
    const best = chosen.get(key);
    if (best === undefined || isWorse(hop, best)) chosen.set(key, hop);
  }
  return [...chosen.values()].sort(
    (left, right) =>
      Number(right.enforced) - Number(left.enforced) ||
      compareVerdicts(left.verdict, right.verdict) ||
      left.leg - right.leg,
  );
}

function isWorse(left: HopVerdict, right: HopVerdict): boolean {
  const order = compareVerdicts(left.verdict, right.verdict);
  if (order !== 0) return order < 0;
  return (left.idleTimeoutSeconds ?? Infinity) < (right.idleTimeoutSeconds ?? Infinity);
}

function findingOf(
  hop: HopVerdict,
  verdict: ConnectionVerdict,
  decisive: CandidateVerdict,
  policy: CompiledPolicy,
): Finding {
  const { model } = decisive.candidate;
  const decided = settingNamed(model, hop.missing ?? hop.decidedBy.name);
  const place = (decided === undefined ? undefined : placeOf(decided)) ?? verdict.connection.place;
  return {
    ...subjectOf(verdict.connection, model, policy),
    code: codeOf(hop, verdict.connection),
    verdict: hop.verdict,
    basis: hop.basis,
    ...(hop.assumption === undefined ? {} : { assumption: hop.assumption }),
    hop: hop.hop,
    leg: hop.leg,
    state: hop.state,
    silenceSeconds: hop.silenceSeconds,
    ...(hop.idleTimeoutSeconds === undefined ? {} : { idleTimeoutSeconds: hop.idleTimeoutSeconds }),
    evidence: collectEvidence(model, hop),
    consequence: consequenceOf(hop),
    fixes: [],
    ...(place === undefined ? {} : { place }),
    enforced: hop.enforced,
    details: detailsOf(
      hop,
      policy,
      decisive.path.legs,
      decided?.state === 'Unknown' ? decided.reason : undefined,
    ),
  };
}

function detailsOf(
  hop: HopVerdict,
  policy: CompiledPolicy,
  legs: readonly LegVerdict[],
  why: string | undefined,
): Record<string, string | number> {
  const leg = legs[hop.leg - 1];
  return {
    decidedBy: hop.decidedBy.name,
    decidedByKind: hop.decidedBy.kind,
    reason: hop.reason,
    refreshedBy: hop.refreshedBy,
    marginPercent: policy.path.marginPercent,
    lostProbes: policy.path.lostProbes,
    ...(hop.silenceWithLossesSeconds === null
      ? {}
      : { silenceWithLossesSeconds: hop.silenceWithLossesSeconds }),
    ...(leg === undefined ? {} : { legFrom: leg.from, legTo: leg.to }),
    ...(hop.missing === undefined ? {} : { missing: hop.missing }),
    ...(why === undefined ? {} : { why }),
    ...(hop.decidedBy.lazy ? { lazy: 'true' } : {}),
  };
}

function subjectOf(
  connection: Connection,
  model: ConnectionModel,
  policy: CompiledPolicy,
): Pick<Finding, 'policy' | 'container'> & { client?: { id: string; version?: string }; target?: string } {
  const client = model.clients.at(-1);
  const target = targetOf(connection);
  return {
    policy: policy.reference,
    container: connection.container,
    ...(client === undefined
      ? {}
      : {
          client:
            client.version === undefined ? { id: client.id } : { id: client.id, version: client.version },
        }),
    ...(target === undefined ? {} : { target }),
  };
}

function targetOf(connection: Connection): string | undefined {
  const { address } = connection;
  if (address.state !== 'Known' || address.secret === true) return undefined;
  return address.port === undefined ? address.host : `${address.host}:${address.port}`;
}

function consequenceOf(hop: HopVerdict): Consequence {
  return { onExpiry: hop.onExpiry, hangSeconds: hop.hangSeconds, endedBy: hop.hangEndedBy };
}

function cannotTell(
  verdict: ConnectionVerdict,
  policy: CompiledPolicy,
  decisive: CandidateVerdict,
): ExplainedVerdict {
  const { connection } = verdict;
  const disagree = verdict.override === 'CandidatesDisagree';
  const shared = subjectOf(connection, decisive.candidate.model, policy);
  const hop = decisive.path.deciding;
  const finding: Finding = {
    ...shared,
    code: disagree ? 'NPP3002' : 'NPP3001',
    verdict: 'Unknown',
    basis: 'Evidence',
    ...(hop === undefined
      ? {}
      : { hop: hop.hop, leg: hop.leg, state: hop.state, silenceSeconds: hop.silenceSeconds }),
    ...(hop?.idleTimeoutSeconds === undefined ? {} : { idleTimeoutSeconds: hop.idleTimeoutSeconds }),
    evidence: hop === undefined ? [] : collectEvidence(decisive.candidate.model, hop),
    fixes: [],
    ...placeField(connection.place),
    enforced: true,
    details: disagree ? disagreement(verdict) : addressDetails(connection),
  };
  return { finding };
}

function placeField(place: Place | undefined): { place?: Place } {
  return place === undefined ? {} : { place };
}

function disagreement(verdict: ConnectionVerdict): Record<string, string> {
  const parts = verdict.candidates.map(({ candidate, path }) => {
    const ids = candidate.model.clients.map(({ id, version }) =>
      version === undefined ? id : `${id} ${version}`,
    );
    return `${ids.length === 0 ? 'an unrecognised client' : ids.join(' with ')}: ${path.verdict}`;
  });
  const decidedBy = verdict.candidates.find(({ candidate }) => candidate.decidedBy !== undefined)?.candidate
    .decidedBy;
  return { candidates: parts.join('; '), ...(decidedBy === undefined ? {} : { decidedBy }) };
}

function addressDetails(connection: Connection): Record<string, string> {
  const reason =
    connection.address.state === 'Unknown' ? connection.address.reason : 'its port cannot be read';
  return { missing: 'the address', why: reason };
}

/** Which code a reason has: by direction, state and what decided. */
function codeOf(hop: HopVerdict, connection: Connection): FindingCode {
  const fixed = CODE_OF_REASON[hop.reason];
  if (fixed !== undefined) return fixed;
  if (connection.direction === 'Inbound') return hop.verdict === 'Marginal' ? 'NPP2003' : 'NPP2001';
  if (hop.reason === 'WithinMargin') return 'NPP1010';
  if (hop.reason === 'LossesNotTolerated') return 'NPP1011';
  return outboundCode(hop);
}

const CODE_OF_REASON: Readonly<Partial<Record<HopVerdict['reason'], FindingCode>>> = {
  CloseNotNoticed: 'NPP1006',
  OperationLost: 'NPP1004',
  PingTooEager: 'NPP1009',
  ClosesBeforeProxy: 'NPP2002',
  SettingUnknown: 'NPP3001',
  TimerUnknown: 'NPP3003',
  TimersDisagree: 'NPP3003',
  HeartbeatNotVisible: 'NPP3005',
  UnrecognisedSetting: 'NPP3006',
  ProofRequired: 'NPP3008',
  ShortLived: 'NPP3009',
  CloseNoticeUnknown: 'NPP3010',
  ServerNotRecognised: 'NPP3011',
};

function outboundCode(hop: HopVerdict): FindingCode {
  if (hop.leg > 1) return 'NPP1008';
  if (hop.state === 'InUse') return 'NPP1004';
  if (hop.state === 'Listening') return 'NPP1005';
  switch (hop.decidedBy.kind) {
    case 'KeepAlive':
    case 'PeerKeepAlive':
    case 'HopKeepAlive':
      return 'NPP1001';
    case 'Nothing':
      return hop.refreshedBy === 'Payload' && hop.unheard.some(({ kind }) => kind === 'KeepAlive')
        ? 'NPP1007'
        : 'NPP1002';
    default:
      return 'NPP1003';
  }
}
