import type { Timeline, TimelineEvent, TimelineFate } from '../evaluation/timeline-event.ts';

/** How a timeline is written. */
export interface TimelineWords {
  /** Time of day of the last packet, in seconds since midnight. */
  readonly startSeconds: number;
  /** What workload and far end are called; by default `workload` and `peer`. */
  readonly workload?: string;
  readonly peer?: string;
}

/**
 * The story of a silent connection as lines that a person reads: when, who, what.
 *
 * Example: `11:00:00  internal-firewall  forgets the connection: silent for 3600 s`.
 */
export function renderTimeline(timeline: Timeline, words: TimelineWords): string {
  const called = (name: string): string => nameOf(name, words);
  const rows = timeline.events.map((event) => [
    clock(words.startSeconds + event.atSeconds),
    who(event, called),
    what(event, called),
  ]);
  if (timeline.truncated) rows.push(['...', '', 'and so on: what repeats is not told to the end']);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([when = '', party = '', text = '']) =>
      `${when.padEnd(widths[0] ?? 0)}  ${party.padEnd(widths[1] ?? 0)}  ${text}`.trimEnd(),
    )
    .join('\n');
}

function nameOf(name: string, words: TimelineWords): string {
  if (name === 'workload') return words.workload ?? name;
  return name === 'peer' ? (words.peer ?? name) : name;
}

const DAY = 86_400;

/** `13:15:24.6`; from the second day on with the days that have passed. */
function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10) / 10;
  const days = Math.floor(tenths / DAY);
  const rest = tenths - days * DAY;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const fraction = Math.round((rest % 1) * 10);
  const tail = fraction === 0 ? '' : `.${fraction}`;
  const time = `${two(rest / 3600)}:${two((rest % 3600) / 60)}:${two(rest % 60)}${tail}`;
  return days === 0 ? time : `${time} +${days} d`;
}

function who(event: TimelineEvent, called: Called): string {
  return 'from' in event ? `${called(event.from)} -> ${called(event.to)}` : called(event.who);
}

/** Something that was sent, by the clock or by whoever uses the connection again. */
type SentEvent = Extract<TimelineEvent, { readonly fate: TimelineFate }>;
type Called = (name: string) => string;

function what(event: TimelineEvent, called: Called): string {
  return 'fate' in event ? sent(event, called) : happened(event);
}

function sent(event: SentEvent, called: Called): string {
  const name = event.kind === 'Sends' ? SENT[event.what] : repeated(event);
  const closed = event.kind === 'Probe' && event.fate.kind === 'Reset' ? ', which closes this end' : '';
  return `${name}: ${fateOf(event.fate, called)}${closed}`;
}

function repeated(event: Exclude<SentEvent, { readonly kind: 'Sends' }>): string {
  const name = REPEATED[event.kind];
  if (event.times === 1) return `${event.further ? 'another' : 'first'} ${name}`;
  return `${event.times} more ${name}s, one every ${round(event.everySeconds)} s`;
}

function happened(event: Exclude<TimelineEvent, SentEvent>): string {
  if (event.kind === 'LastPacket') return 'last packet; from here on the connection is silent';
  if (event.kind === 'Ends') return ENDS[event.how](event.setting);
  if (event.kind === 'WaitsOn') return 'still waits: nobody tells it that the connection is dead';
  if (event.kind === 'Fails') return `${FAILS[event.because]} after ${event.afterSeconds} s`;
  if (event.kind === 'GivesUp') {
    return `its kernel gives up after ${event.probes} unanswered probes: this end is closed, the other is not told`;
  }
  const silent = `it has heard nothing for ${event.afterSeconds} s`;
  return event.kind === 'Forgets'
    ? `forgets the connection: ${silent}`
    : `closes the connection: ${silent}; both ends are told`;
}

const SENT = {
  Request: 'next request',
  Answer: 'the answer',
  Message: 'a message',
} as const;

const FAILS = {
  Reset: 'fails at once with a reset,',
  SocketTimeout: 'fails: its own timeout ends the wait',
  UserTimeout: 'fails: TCP_USER_TIMEOUT ends the wait',
  Retransmissions: 'fails: the kernel stops retransmitting',
} as const;

const ENDS: Readonly<Record<Extract<TimelineEvent, { kind: 'Ends' }>['how'], (setting: string) => string>> = {
  Evicted: (setting) => `closes the connection (${setting}); both ends are told`,
  OperationTimedOut: (setting) => `gives up waiting (${setting}) and closes the connection`,
  WorkloadEnds: (setting) => `ends (${setting}), and its connections with it`,
  Discarded: (setting) => `throws the old connection away before use (${setting}) and opens a new one`,
};

const REPEATED = { Probe: 'keep-alive probe', Heartbeat: 'heartbeat' } as const;

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function fateOf(fate: TimelineFate, called: Called): string {
  if (fate.kind === 'Arrived') return 'it arrives';
  if (fate.kind === 'Lost') return 'lost on the way';
  const forgotten = `${called(fate.by)} no longer knows the connection`;
  return fate.kind === 'Dropped' ? `${forgotten} and drops it` : `${forgotten} and answers with a reset`;
}
