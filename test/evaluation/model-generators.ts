import * as fc from 'fast-check';
import type { ConnectionModel, LimitKind, LimitModel } from '../../src/extraction/connection-model.ts';
import type { ConnectionState } from '../../src/findings/verdict.ts';
import type {
  HopModel,
  PathModel,
  StatedKeepAlive,
  WorkloadCircumstances,
} from '../../src/evaluation/path-model.ts';
import { byDefault, hidden, known } from './model-builders.ts';

/** One question to the model. */
export interface Case {
  readonly connection: ConnectionModel;
  readonly path: PathModel;
  readonly use: 'Pooled' | 'Listening';
  readonly circumstances: WorkloadCircumstances;
}

/**
 * All durations of a case are small multiples of one unit, so that equal values, values off by one and values at the
 * edge of a round margin come up all the time. Some units are no whole seconds.
 */
const units = fc.constantFrom(1, 1, 1, 60, 75, 0.1, 0.5);

type Durations = (most?: number) => fc.Arbitrary<number>;

const durationsOf =
  (unit: number): Durations =>
  (most = 24) =>
    fc.integer({ min: 1, max: most }).map((times) => times * unit);

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });

/** Only the fields that are there: the models tell absent from undefined. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** More probes than the policy wants lost: a kernel that gives up before that is no matter of silence. */
function statedKeepAlive(durations: Durations, lostProbes: number): fc.Arbitrary<StatedKeepAlive> {
  return fc.record({
    timeSeconds: durations(30),
    intervalSeconds: durations(6),
    probes: fc.integer({ min: lostProbes + 1, max: lostProbes + 4 }),
  });
}

const onExpiry = fc.constantFrom<HopModel['onExpiry'][]>(
  'Drop',
  'Drop',
  'Reset',
  'DropOrReset',
  'Close',
  'Close',
);

function hops(durations: Durations, lostProbes: number): fc.Arbitrary<readonly HopModel[]> {
  const hop = fc
    .record({
      seconds: durations(),
      none: fc.integer({ min: 0, max: 9 }),
      onExpiry,
      refreshedBy: fc.constantFrom<HopModel['refreshedBy'][]>('Packets', 'Packets', 'Payload'),
      mode: fc.constantFrom<HopModel['mode'][]>('Passthrough', 'Passthrough', 'Terminate'),
      towardWorkload: maybe(statedKeepAlive(durations, lostProbes)),
      towardPeer: maybe(statedKeepAlive(durations, lostProbes)),
      reuseIdleSeconds: maybe(durations()),
    })
    .map(({ seconds, none, ...rest }) => ({
      ...present(rest),
      timers: [
        none === 0
          ? ({ kind: 'None' } as const)
          : ({ kind: 'Seconds', seconds, basis: 'Declared', source: 'policy' } as const),
      ],
    }));
  return fc
    .array(hop, { minLength: 0, maxLength: 4 })
    .map((list) => list.map((one, index): HopModel => ({ name: `hop-${index + 1}`, ...one })));
}

const KINDS: readonly LimitKind[] = [
  'Heartbeat',
  'IdleEviction',
  'MaxLifetime',
  'OperationTimeout',
  'OperationDeadline',
  'IdleLimit',
];

const STATES: readonly ConnectionState[] = ['Pooled', 'InUse', 'Listening'];

function limits(durations: Durations): fc.Arbitrary<readonly LimitModel[]> {
  const limit = fc
    .record({
      kind: fc.constantFrom(...KINDS),
      seconds: fc.oneof(
        { weight: 9, arbitrary: durations(30) },
        { weight: 1, arbitrary: fc.constant('Never' as const) },
      ),
      extra: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: durations(6) }),
      enforced: fc.constantFrom<LimitModel['enforced'][]>('Background', 'Background', 'OnBorrow', 'None'),
      states: fc.subarray([...STATES]),
      closing: fc.constantFrom<LimitModel['closing'][]>('Local', 'RoundTrip'),
      inert: fc.integer({ min: 0, max: 7 }),
    })
    .map(({ kind, seconds, extra, enforced, states, closing, inert }): LimitModel => ({
      kind,
      seconds: known(seconds, kind),
      extraSeconds: known(extra, `${kind} sweep`),
      enforced,
      states,
      closing,
      from: 'client',
      ...(inert === 0 ? { inert: { reason: 'it is spared' } } : {}),
    }));
  return fc.array(limit, { maxLength: 3 });
}

function connections(durations: Durations, lostProbes: number): fc.Arbitrary<ConnectionModel> {
  return fc
    .record({
      on: fc.boolean(),
      keepAlive: statedKeepAlive(durations, lostProbes),
      limits: limits(durations),
      noticesClose: fc.constantFrom<ConnectionModel['noticesClose'][]>(
        'Always',
        'OnBorrow',
        'Never',
        'Fatal',
      ),
      userTimeout: maybe(durations()),
    })
    .map((drawn): ConnectionModel => ({
      recognised: true,
      clients: [{ id: 'client', recognisedBy: 'test' }],
      keepAlive: {
        enabled: known(drawn.on, 'tcpKeepAlive'),
        time: known(drawn.keepAlive.timeSeconds, 'time'),
        interval: known(drawn.keepAlive.intervalSeconds, 'interval'),
        probes: known(drawn.keepAlive.probes, 'probes'),
      },
      limits: drawn.limits,
      noticesClose: drawn.noticesClose,
      listens: 'Never',
      userTimeout: known(drawn.userTimeout ?? 'Never', 'TCP_USER_TIMEOUT'),
    }));
}

function paths(durations: Durations, lostProbes: number): fc.Arbitrary<PathModel> {
  return fc
    .record({
      direction: fc.constantFrom<PathModel['direction'][]>('Outbound', 'Outbound', 'Inbound'),
      hops: hops(durations, lostProbes),
      peer: fc.record({
        keepAlive: maybe(statedKeepAlive(durations, lostProbes)),
        heartbeatSeconds: maybe(durations(30)),
        idleTimeoutSeconds: maybe(durations()),
        onIdle: fc.constantFrom<PathModel['peer']['onIdle'][]>('Close', 'Drop'),
        minimumPingIntervalSeconds: fc.option(durations(6), { nil: undefined, freq: 2 }),
      }),
      marginPercent: fc.constantFrom(0, 0, 10, 10, 25, 50, 90),
      longestQuietOperationSeconds: maybe(durations(30)),
    })
    .map((drawn) => ({
      ...present(drawn),
      peer: present(drawn.peer),
      lostProbes,
      keepAliveProof: 'Assume',
    }));
}

function circumstancesOf(durations: Durations): fc.Arbitrary<WorkloadCircumstances> {
  return fc
    .record({
      time: durations(30),
      interval: durations(6),
      deadline: fc.option(durations(40), { nil: undefined, freq: 8 }),
    })
    .map(({ time, interval, deadline }) => ({
      podKeepAlive: {
        time: byDefault(time, 'net.ipv4.tcp_keepalive_time'),
        interval: byDefault(interval, 'net.ipv4.tcp_keepalive_intvl'),
        probes: byDefault(20, 'net.ipv4.tcp_keepalive_probes'),
      },
      shortLived: false,
      unrecognisedSettings: [],
      ...(deadline === undefined ? {} : { deadlineSeconds: deadline }),
    }));
}

/** Cases in which every setting is known, of a recognised client. */
export const knownCases: fc.Arbitrary<Case> = fc
  .record({ unit: units, lostProbes: fc.constantFrom(0, 1, 1, 2, 3) })
  .chain(({ unit, lostProbes }) => {
    const durations = durationsOf(unit);
    return fc.record({
      connection: connections(durations, lostProbes),
      path: paths(durations, lostProbes),
      use: fc.constantFrom<Case['use'][]>('Pooled', 'Pooled', 'Listening'),
      circumstances: circumstancesOf(durations),
    });
  });

/**
 * Cases of a client that nobody recognises: its pod's keep-alive read, at its default or not to be seen; in a job or
 * not; with and without a setting that nobody recognises; with and without proof demanded.
 */
export const unrecognisedCases: fc.Arbitrary<Case> = fc
  .record({
    question: knownCases,
    pod: fc.constantFrom('Known', 'Defaulted', 'Unknown'),
    shortLived: fc.boolean(),
    named: fc.integer({ min: 0, max: 3 }),
    keepAliveProof: fc.constantFrom<PathModel['keepAliveProof'][]>('Assume', 'Require'),
  })
  .map(({ question, pod, shortLived, named, keepAliveProof }) => {
    const { podKeepAlive } = question.circumstances;
    const time = podKeepAlive.time.state === 'Unknown' ? 7200 : podKeepAlive.time.value;
    const name = podKeepAlive.time.name;
    const read =
      pod === 'Known' ? known(time, name) : pod === 'Unknown' ? hidden<number>(name) : podKeepAlive.time;
    return {
      ...question,
      connection: {
        ...question.connection,
        recognised: false,
        clients: [],
        limits: [],
        noticesClose: 'Unknown',
      },
      path: { ...question.path, keepAliveProof },
      circumstances: {
        ...question.circumstances,
        podKeepAlive: { ...podKeepAlive, time: read },
        shortLived,
        unrecognisedSettings: named === 0 ? ['DB_KEEPALIVE_SECONDS'] : [],
      },
    };
  });
