import type { ClientReference, ConnectionModel, NoticesClose } from '../connection-model.ts';
import type { Seconds, Setting } from '../setting.ts';
import type { PodKeepAlive } from '../workload-facts.ts';
import type { Behaviour } from './build-behaviour.ts';

/** An entry with what it does on a connection. */
export interface Part {
  readonly reference: ClientReference;
  readonly behaviour: Behaviour;
}

const NO_USER_TIMEOUT: Setting<Seconds> = {
  state: 'Defaulted',
  name: 'TCP_USER_TIMEOUT',
  value: 'Never',
  reason: 'not set',
  assumed: false,
};

/** The order in which one's answer to a close overrides another's. */
const BETTER_NOTICE: readonly NoticesClose[] = ['Always', 'OnBorrow', 'Unknown', 'Fatal', 'Never'];

/**
 * One connection from all that acts on it, pool before driver: the driver's keep-alive, everybody's limits; what
 * closes with a round trip does so for the pool's limits on borrowing too; a pool that looks before use, or a
 * driver that always reads, notices a close.
 */
export function joinBehaviours(
  parts: readonly Part[],
  keepAlive: ConnectionModel['keepAlive'],
): ConnectionModel {
  const behaviours = parts.map((part) => part.behaviour);
  const roundTrip = behaviours.some((behaviour) => behaviour.closing === 'RoundTrip');
  const asksPeer = behaviours.find((behaviour) => behaviour.asksPeer !== undefined)?.asksPeer;
  return {
    recognised: true,
    clients: parts.map((part) => part.reference),
    keepAlive,
    ...(asksPeer === undefined ? {} : { asksPeer }),
    limits: behaviours
      .flatMap((behaviour) => behaviour.limits)
      .map((limit) =>
        roundTrip && limit.enforced === 'OnBorrow' ? { ...limit, closing: 'RoundTrip' as const } : limit,
      ),
    noticesClose: noticeOf(behaviours),
    listens: listensOf(behaviours),
    userTimeout:
      behaviours.findLast((behaviour) => behaviour.userTimeout !== undefined)?.userTimeout ?? NO_USER_TIMEOUT,
  };
}

function noticeOf(behaviours: readonly Behaviour[]): NoticesClose {
  const notices = behaviours.flatMap((behaviour) => behaviour.noticesClose ?? []);
  return BETTER_NOTICE.find((notice) => notices.includes(notice)) ?? 'Unknown';
}

function listensOf(behaviours: readonly Behaviour[]): ConnectionModel['listens'] {
  if (behaviours.some((behaviour) => behaviour.listens === 'Always')) return 'Always';
  return behaviours.some((behaviour) => behaviour.listens === 'Sometimes') ? 'Sometimes' : 'Never';
}

/** A client that nobody recognises: only the kernel's times of its pod are known. */
export function unrecognisedModel(pod: PodKeepAlive): ConnectionModel {
  return {
    recognised: false,
    clients: [],
    keepAlive: {
      enabled: {
        state: 'Defaulted',
        name: 'SO_KEEPALIVE',
        value: true,
        reason: 'the client is not recognised; it is taken to ask for keep-alive',
        assumed: true,
      },
      ...pod,
    },
    limits: [],
    noticesClose: 'Unknown',
    listens: 'Never',
    userTimeout: NO_USER_TIMEOUT,
  };
}

/**
 * The same where the connection string cannot be seen: it may make the client speak at any time, so that nothing
 * may be concluded from its silence, but only from what protects without it.
 */
export function unseenModel(
  pod: PodKeepAlive,
  unseen: Extract<Setting<Seconds>, { state: 'Unknown' }>,
): ConnectionModel {
  return {
    ...unrecognisedModel(pod),
    limits: [
      {
        kind: 'Heartbeat',
        seconds: unseen,
        extraSeconds: {
          state: 'Defaulted',
          name: unseen.name,
          value: 0,
          reason: 'acts at once',
          assumed: false,
        },
        enforced: 'Background',
        states: ['Pooled', 'InUse', 'Listening'],
        closing: 'Local',
        from: 'workload',
      },
    ],
  };
}
