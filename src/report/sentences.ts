import type { FindingCode } from '../findings/finding-codes.ts';
import type { Consequence, Finding } from '../findings/finding.ts';
import { spellDuration, speakDuration } from './duration.ts';

/*
 * Findings are data; here they become sentences for somebody who has never heard of connection tracking.
 * A sentence says what is wrong in numbers; what it feels like and what to change are sentences of their own.
 */

/** Container, client and target of a finding: `container api, libpq to db.corp.example:5432`. */
export function subjectOfFinding(finding: Finding): string {
  const container = finding.container === undefined ? '' : `container ${finding.container}`;
  const client = finding.client?.id ?? (finding.silenceSeconds === undefined ? '' : 'unrecognised client');
  const target = finding.target === undefined ? '' : ` to ${finding.target}`;
  return [container, `${client}${target}`].filter((part) => part !== '').join(', ');
}

/** What is wrong, in numbers: one sentence without a full stop. */
export function problemOf(finding: Finding): string {
  return PROBLEMS[finding.code](finding);
}

/** What the application feels, in seconds: one sentence without a full stop; empty where nothing can be said. */
export function consequenceSentence(finding: Finding): string {
  if (finding.verdict !== 'AtRisk' && finding.verdict !== 'Marginal') return '';
  const special = CONSEQUENCES[finding.code];
  if (special !== undefined) return special;
  return finding.consequence === undefined ? '' : feel(finding.consequence, finding);
}

function feel(consequence: Consequence, finding: Finding): string {
  if (finding.state === 'Listening') return listenerFeels(consequence);
  const what = finding.state === 'InUse' ? 'the caller' : 'the next request';
  switch (consequence.onExpiry) {
    case 'Reset':
      return `${what} then fails at once with a connection reset`;
    case 'Close':
      return `${what} then fails at once: connection closed`;
    case 'Drop':
      return `${what} then ${hang(consequence)}`;
    case 'DropOrReset':
      return `${what} then fails with a reset, or ${hang(consequence)}`;
  }
}

function listenerFeels(consequence: Consequence): string {
  if (consequence.hangSeconds === null) return 'messages then stop arriving and nobody is told';
  return `messages then stop arriving, noticed after ${speakDuration(consequence.hangSeconds)}`;
}

function hang(consequence: Consequence): string {
  if (consequence.hangSeconds === null) return 'hangs without end';
  return `hangs for ${speakDuration(consequence.hangSeconds)}${HANG_ENDS[consequence.endedBy]}`;
}

const HANG_ENDS: Readonly<Record<Consequence['endedBy'], string>> = {
  Reset: '',
  Close: '',
  SocketTimeout: ' (its socket timeout)',
  UserTimeout: ' (its TCP_USER_TIMEOUT)',
  Retransmissions: ' until the kernel gives up',
  KeepAlive: ' until keep-alive gives up',
  Nothing: '',
};

const CONSEQUENCES: Readonly<Partial<Record<FindingCode, string>>> = {
  NPP1006: 'the next request on such a connection fails at once',
  NPP1009: 'the server answers with an error and closes the connection',
  NPP2001: 'a peer that sends after that gets no answer, and the server holds a dead connection',
  NPP2002: 'now and then a request is sent into the closing connection and fails (502)',
};

type Sentence = (finding: Finding) => string;

const silence = (finding: Finding): string =>
  finding.silenceSeconds == null ? 'without limit' : `for up to ${spellDuration(finding.silenceSeconds)}`;
const timeout = (finding: Finding): string =>
  finding.idleTimeoutSeconds === undefined
    ? 'a time nobody knows'
    : spellDuration(finding.idleTimeoutSeconds);
const hop = (finding: Finding): string =>
  finding.hop === 'peer' ? 'the far end' : (finding.hop ?? 'the path');
const forgets = (finding: Finding): string =>
  `${hop(finding)} forgets a silent connection after ${timeout(finding)}`;
const detail = (finding: Finding, name: string): string => String(finding.details?.[name] ?? '');
const missing = (finding: Finding): string => {
  const why = detail(finding, 'why');
  return why === '' ? detail(finding, 'missing') : `${detail(finding, 'missing')} (${why})`;
};

const PROBLEMS: Readonly<Record<FindingCode, Sentence>> = {
  NPP1001: (f) =>
    `the first keep-alive comes after ${spellDuration(f.silenceSeconds ?? 0)}, but ${forgets(f)}`,
  NPP1002: (f) =>
    `nothing is sent on an idle connection (no keep-alive, heartbeat or eviction), but ${forgets(f)}`,
  NPP1003: (f) =>
    `${detail(f, 'decidedBy')} acts only after ${spellDuration(f.silenceSeconds ?? 0)}, but ${forgets(f)}`,
  NPP1004: (f) => `while a request waits for its answer nothing is sent ${silence(f)}, but ${forgets(f)}`,
  NPP1005: (f) => `while it waits for messages nothing is sent ${silence(f)}, but ${forgets(f)}`,
  NPP1006: (f) =>
    `${hop(f)} closes a connection idle for ${timeout(f)}, and this client does not notice before its next request`,
  NPP1007: (f) =>
    `keep-alive probes do not count at ${hop(f)}, which looks at payload only; nothing else is sent, and ${forgets(f)}`,
  NPP1008: (f) =>
    `behind ${detail(f, 'legFrom')} the workload's keep-alive is not heard; toward ${detail(f, 'legTo')} nothing is sent ${silence(f)}, but ${forgets(f)}`,
  NPP1009: (f) =>
    `it pings every ${spellDuration(f.silenceSeconds ?? 0)}, but the peer accepts one ping in ${timeout(f)}`,
  NPP1010: (f) =>
    `something is heard only after ${spellDuration(f.silenceSeconds ?? 0)}, within the last ${detail(f, 'marginPercent')} % before ${hop(f)} forgets the connection (${timeout(f)})`,
  NPP1011: (f) =>
    `a keep-alive after ${spellDuration(f.silenceSeconds ?? 0)} is in time, but if ${detail(f, 'lostProbes')} probe is lost ${hop(f)} forgets the connection (${timeout(f)})`,
  NPP2001: (f) => `an accepted connection is silent ${silence(f)}, but ${forgets(f)}`,
  NPP2002: (f) =>
    `the server closes an idle connection after ${spellDuration(f.silenceSeconds ?? 0)}, but ${hop(f)} reuses it for ${timeout(f)}`,
  NPP2003: (f) =>
    `an accepted connection is silent ${silence(f)}, close to the ${timeout(f)} after which ${hop(f)} forgets it`,
  NPP3001: (f) => `cannot tell: ${missing(f)} cannot be seen here`,
  NPP3002: (f) => `cannot tell which client it is, and they differ (${detail(f, 'candidates')})`,
  NPP3003: (f) => `cannot tell: the idle timeout of ${hop(f)} is not known, and it is silent ${silence(f)}`,
  NPP3004: (f) => `cannot tell: ${detail(f, 'what')} cannot be read (${detail(f, 'why')})`,
  NPP3005: (f) =>
    `cannot tell: ${hop(f)} counts payload only, and whether this client sends any when idle cannot be seen`,
  NPP3006: (f) =>
    `cannot tell: setting ${detail(f, 'missing')} may decide, but is not one that Pathkeeper knows`,
  NPP3007: (f) => `cannot tell: no connection to the policy's destinations is visible (${detail(f, 'why')})`,
  NPP3008: () => `cannot tell: the policy demands proof of keep-alive, and nothing here proves it`,
  NPP3009: (f) =>
    `cannot tell: a ${detail(f, 'kind') || 'Job'} ends by itself, and its client is not recognised`,
  NPP3010: (f) =>
    `cannot tell: ${hop(f)} closes a connection idle for ${timeout(f)}; whether the client notices is not known`,
  NPP3011: (f) =>
    `cannot tell: the server is not recognised, and most have an idle limit of their own (${forgets(f)})`,
  NPP3012: (f) =>
    `cannot tell whether policy ${detail(f, 'policy')} applies: the labels of namespace ${detail(f, 'namespace')} are not given`,
  NPP4001: (f) =>
    `${detail(f, 'sysctl') || 'the keep-alive sysctl'} has no effect: no recognised connection asks for keep-alive`,
  NPP4002: (f) => `${detail(f, 'setting')} never acts: ${detail(f, 'why')}`,
  NPP4003: (f) =>
    `${detail(f, 'sysctl')} has no effect on a pod with hostNetwork: it lives by the node's value`,
  NPP4004: (f) =>
    `${detail(f, 'sysctl')} is not a safe sysctl before Kubernetes 1.29 (this cluster: ${detail(f, 'version')}): the pod will not start`,
  NPP4005: (f) => `${detail(f, 'setting')} is ignored: ${detail(f, 'why')}`,
  NPP4006: (f) =>
    `${detail(f, 'setting')} acts only when a connection is borrowed; until then the peer keeps a half-open one`,
  NPP5001: (f) =>
    `hop ${hop(f)}: no device '${detail(f, 'device')}' in the catalogue${did(detail(f, 'nearest'))}`,
  NPP5002: (f) =>
    `hop ${hop(f)}: ${timeout(f)} is outside what ${detail(f, 'device')} accepts (${detail(f, 'range')})`,
  NPP5003: (f) => `annotation pathkeeper.dev/waivers: ${detail(f, 'problem')}`,
  NPP5004: (f) => `the waiver for ${detail(f, 'waives')} ended on ${detail(f, 'until')}`,
  NPP5005: (f) =>
    `the waiver for ${detail(f, 'waives')} names no policy that applies here${did(detail(f, 'nearest'))}`,
  NPP5006: (f) => `annotation pathkeeper.dev/connections: ${detail(f, 'problem')}`,
  NPP5007: (f) => detail(f, 'problem'),
  NPP5008: (f) =>
    `hop ${hop(f)}: '${detail(f, 'device')}' is an end of the connection, not a hop; say what it does in \`peer\``,
  NPP5009: (f) => `hop ${hop(f)}: ${detail(f, 'problem')}`,
};

function did(nearest: string): string {
  return nearest === '' ? '' : `; did you mean '${nearest}'?`;
}
