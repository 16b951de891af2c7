import type { ConnectionModel, KeepAliveModel, LimitModel } from '../../src/extraction/connection-model.ts';
import type { HopModel, IdleTimer } from '../../src/evaluation/path-model.ts';
import { hidden, known } from './model-builders.ts';
import type { Case } from './model-generators.ts';

/** One fact of a case that may be hidden, and facts that may be behind it, the extremes among them. */
export interface Slot {
  readonly hide: (question: Case) => Case;
  readonly reveal: readonly ((question: Case) => Case)[];
}

/** Longer than anything. */
const AGES = 1e9;

/** Every fact of a case that can be hidden. */
export function slotsOf(question: Case): readonly Slot[] {
  return [
    ...keepAliveSlots(question),
    ...question.connection.limits.flatMap((limit, index) => limitSlots(limit, index)),
    noticeSlot(),
    ...question.path.hops.flatMap((hop, index) => timerSlots(hop, index)),
  ];
}

/** The case with some facts hidden. */
export function hideAll(question: Case, slots: readonly Slot[]): Case {
  return slots.reduce((changed, slot) => slot.hide(changed), question);
}

/** The case with every combination of facts that may be behind what is hidden. */
export function worldsOf(question: Case, slots: readonly Slot[]): readonly Case[] {
  let worlds: readonly Case[] = [question];
  for (const slot of slots) {
    worlds = worlds.flatMap((world) => slot.reveal.map((reveal) => reveal(world)));
  }
  return worlds;
}

function withConnection(question: Case, changes: Partial<ConnectionModel>): Case {
  return { ...question, connection: { ...question.connection, ...changes } };
}

function keepAliveSlots(question: Case): readonly Slot[] {
  const change = (changes: Partial<KeepAliveModel>) => (one: Case) =>
    withConnection(one, { keepAlive: { ...one.connection.keepAlive, ...changes } });
  const { time, interval } = question.connection.keepAlive;
  return [
    {
      hide: change({ enabled: hidden() }),
      reveal: [change({ enabled: known(true) }), change({ enabled: known(false) })],
    },
    {
      hide: change({ time: hidden() }),
      reveal: [change({ time: known(0) }), change({ time: known(AGES) }), change({ time })],
    },
    {
      hide: change({ interval: hidden() }),
      reveal: [change({ interval: known(0) }), change({ interval: known(AGES) }), change({ interval })],
    },
  ];
}

function limitSlots(limit: LimitModel, index: number): readonly Slot[] {
  const change = (changes: Partial<LimitModel>) => (one: Case) =>
    withConnection(one, {
      limits: one.connection.limits.map((other, at) => (at === index ? { ...other, ...changes } : other)),
    });
  const { seconds, extraSeconds } = limit;
  return [
    {
      hide: change({ seconds: hidden() }),
      reveal: [change({ seconds: known(0) }), change({ seconds: known('Never') }), change({ seconds })],
    },
    {
      hide: change({ extraSeconds: hidden() }),
      reveal: [
        change({ extraSeconds: known(0) }),
        change({ extraSeconds: known(AGES) }),
        change({ extraSeconds }),
      ],
    },
  ];
}

function noticeSlot(): Slot {
  const change = (noticesClose: ConnectionModel['noticesClose']) => (one: Case) =>
    withConnection(one, { noticesClose });
  return { hide: change('Unknown'), reveal: [change('Always'), change('Never')] };
}

function timerSlots(hop: HopModel, index: number): readonly Slot[] {
  const timer = hop.timers[0];
  if (timer?.kind !== 'Seconds') return [];
  const change = (timers: readonly IdleTimer[]) => (one: Case) => ({
    ...one,
    path: {
      ...one.path,
      hops: one.path.hops.map((other, at) => (at === index ? { ...other, timers } : other)),
    },
  });
  const lasting = (seconds: number): IdleTimer => ({ ...timer, seconds });
  const { seconds } = timer;
  return [
    {
      hide: change([{ kind: 'Unknown', reason: 'nobody knows' }]),
      reveal: [change([lasting(0.001)]), change([lasting(AGES * 10)]), change([timer])],
    },
    {
      hide: change([{ kind: 'Unknown', atLeastSeconds: seconds, reason: 'it survives that' }]),
      reveal: [change([timer]), change([lasting(seconds * 2)]), change([lasting(AGES * 10)])],
    },
    {
      hide: change([timer, lasting(seconds * 2)]),
      reveal: [change([timer]), change([lasting(seconds * 2)])],
    },
  ];
}
