import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import type { HopModel, PathModel, StatedKeepAlive } from '../../src/evaluation/path-model.ts';
import { compareVerdicts } from '../../src/findings/verdict.ts';
import type { Verdict } from '../../src/findings/verdict.ts';
import { keepAlive, known, limit } from './model-builders.ts';
import { knownCases, unrecognisedCases } from './model-generators.ts';
import type { Case } from './model-generators.ts';
import { hideAll, slotsOf } from './possible-worlds.ts';
import { propertyOptions } from './property-options.ts';

const cases = fc.oneof(knownCases, unrecognisedCases);

function verdictOf({ connection, path, use, circumstances }: Case): Verdict {
  return evaluatePath(connection, path, use, circumstances).verdict;
}

/**
 * What was open between AtRisk and Marginal may turn out to be surely Marginal: that is more knowledge and no new
 * risk, although Unknown stands behind Marginal in the order.
 */
function isNewKnowledge(before: Verdict, after: Verdict, question: Case): boolean {
  return before === 'Unknown' && after === 'Marginal' && hides(question);
}

function hides(question: Case): boolean {
  return JSON.stringify(question).includes('"state":"Unknown"') || hidesTimer(question.path);
}

function hidesTimer(path: PathModel): boolean {
  return path.hops.some(
    (hop) => hop.timers.length > 1 || hop.timers.some((timer) => timer.kind === 'Unknown'),
  );
}

function expectNotWorse(before: Case, after: Case): void {
  const [was, is] = [verdictOf(before), verdictOf(after)];
  if (compareVerdicts(is, was) >= 0 || isNewKnowledge(was, is, before)) return;
  throw new Error(`${was} turns into ${is}`);
}

function withPath(question: Case, changes: Partial<PathModel>): Case {
  return { ...question, path: { ...question.path, ...changes } };
}

function withHop(question: Case, index: number, change: (hop: HopModel) => HopModel): Case {
  const hops = question.path.hops.map((hop, at) => (at === index ? change(hop) : hop));
  return withPath(question, { hops });
}

/** A hop that closes protects the others by closing: a longer timeout of its own is no relief for them. */
function lengthen(question: Case, pick: number, by: number): Case {
  const forgetting = question.path.hops.flatMap((hop, index) => (hop.onExpiry === 'Close' ? [] : [index]));
  const index = forgetting[pick % Math.max(1, forgetting.length)];
  if (index === undefined) return question;
  return withHop(question, index, (hop) => ({
    ...hop,
    timers: hop.timers.map((timer) =>
      timer.kind === 'Seconds' ? { ...timer, seconds: timer.seconds + by } : timer,
    ),
  }));
}

const lengthened = fc.record({ question: cases, pick: fc.nat(), by: fc.integer({ min: 1, max: 40 }) });

test('a longer hop timeout never makes a verdict worse', () => {
  fc.assert(
    fc.property(lengthened, ({ question, pick, by }) => {
      expectNotWorse(question, lengthen(question, pick, by));
    }),
    propertyOptions(10_000),
  );
});

test('a longer hop timeout never makes a verdict worse, whatever is hidden', () => {
  const arbitrary = fc.record({
    drawn: lengthened,
    hide: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ drawn: { question, pick, by }, hide }) => {
      const slots = slotsOf(question);
      const chosen = hide.flatMap((index) => slots[index % slots.length] ?? []);
      const before = hideAll(question, chosen);
      expectNotWorse(before, lengthen(before, pick, by));
    }),
    propertyOptions(5_000),
  );
});

/**
 * A hop that closes and that packets refresh protects other hops as long as it hears nothing: there an earlier
 * keep-alive, which only some hops hear, can keep open what would have been closed in time.
 */
function closesByPackets(question: Case): boolean {
  return question.path.hops.some((hop) => hop.onExpiry === 'Close' && hop.refreshedBy === 'Packets');
}

const openCases = cases.filter((question) => !closesByPackets(question));

function earlier(stated: StatedKeepAlive, divisor: number): StatedKeepAlive {
  return { ...stated, timeSeconds: stated.timeSeconds / divisor };
}

test('an earlier keep-alive of the workload never makes a verdict worse', () => {
  const arbitrary = fc.record({ question: openCases, divisor: fc.integer({ min: 1, max: 30 }) });
  fc.assert(
    fc.property(arbitrary, ({ question, divisor }) => {
      const { connection, circumstances } = question;
      const { time } = connection.keepAlive;
      const podTime = circumstances.podKeepAlive.time;
      const after: Case = {
        ...question,
        connection: {
          ...connection,
          keepAlive: {
            ...connection.keepAlive,
            time: time.state === 'Unknown' ? time : { ...time, value: time.value / divisor },
          },
        },
        circumstances: {
          ...circumstances,
          podKeepAlive: {
            ...circumstances.podKeepAlive,
            time: podTime.state === 'Unknown' ? podTime : { ...podTime, value: podTime.value / divisor },
          },
        },
      };
      expectNotWorse(question, after);
    }),
    propertyOptions(5_000),
  );
});

test('an earlier keep-alive of peer or proxy never makes a verdict worse', () => {
  const arbitrary = fc.record({ question: openCases, divisor: fc.integer({ min: 1, max: 30 }) });
  fc.assert(
    fc.property(arbitrary, ({ question, divisor }) => {
      const { peer, hops } = question.path;
      const after = withPath(question, {
        peer: peer.keepAlive === undefined ? peer : { ...peer, keepAlive: earlier(peer.keepAlive, divisor) },
        hops: hops.map((hop) => ({
          ...hop,
          ...(hop.towardPeer === undefined ? {} : { towardPeer: earlier(hop.towardPeer, divisor) }),
          ...(hop.towardWorkload === undefined
            ? {}
            : { towardWorkload: earlier(hop.towardWorkload, divisor) }),
        })),
      });
      expectNotWorse(question, after);
    }),
    propertyOptions(5_000),
  );
});

test('switching a keep-alive on never makes a verdict worse', () => {
  fc.assert(
    fc.property(
      fc.record({ question: knownCases, time: fc.integer({ min: 1, max: 30 }) }),
      ({ question, time }) => {
        if (closesByPackets(question)) return;
        const off = { ...keepAlive(time, 1, 20), enabled: known(false) };
        const before = { ...question, connection: { ...question.connection, keepAlive: off } };
        const on = { ...question, connection: { ...question.connection, keepAlive: keepAlive(time, 1, 20) } };
        expectNotWorse(before, on);
      },
    ),
    propertyOptions(5_000),
  );
});

test('one more heartbeat never makes a verdict worse, where pings are not counted', () => {
  fc.assert(
    fc.property(
      fc.record({ question: cases, seconds: fc.integer({ min: 1, max: 30 }) }),
      ({ question, seconds }) => {
        const { minimumPingIntervalSeconds: counted, ...peer } = question.path.peer;
        const before = counted === undefined ? question : withPath(question, { peer });
        const limits = [...before.connection.limits, limit('Heartbeat', seconds)];
        expectNotWorse(before, { ...before, connection: { ...before.connection, limits } });
      },
    ),
    propertyOptions(5_000),
  );
});

test('a wider margin and more lost probes never make a verdict better', () => {
  const arbitrary = fc.record({
    question: knownCases,
    margin: fc.integer({ min: 0, max: 90 }),
    lost: fc.integer({ min: 0, max: 10 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ question, margin, lost }) => {
      const { marginPercent, lostProbes } = question.path;
      const strict = withPath(question, {
        marginPercent: Math.max(margin, marginPercent),
        lostProbes: Math.max(lost, lostProbes),
      });
      expectNotWorse(strict, question);
    }),
    propertyOptions(5_000),
  );
});

test('the same question gets the same answer', () => {
  fc.assert(
    fc.property(cases, ({ connection, path, use, circumstances }) => {
      const first = evaluatePath(connection, path, use, circumstances);
      expect(evaluatePath(connection, path, use, circumstances)).toEqual(first);
    }),
    propertyOptions(1_000),
  );
});
