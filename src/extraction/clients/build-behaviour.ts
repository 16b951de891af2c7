import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { KeepAliveModel, LimitModel, NoticesClose } from '../connection-model.ts';
import type { Seconds, Setting } from '../setting.ts';
import type { PodKeepAlive } from '../workload-facts.ts';
import { buildKeepAlive } from './build-keep-alive.ts';
import { buildLimits, type Side } from './build-limit.ts';
import { checkConditions } from './check-condition.ts';
import type { EntryReader } from './entry-reader.ts';
import { readSeconds } from './read-quantity.ts';

/** What one version of one entry does to a connection. */
export interface Behaviour {
  readonly keepAlive: KeepAliveModel | undefined;
  readonly asksPeer: KeepAliveModel | undefined;
  readonly limits: readonly LimitModel[];
  /** Undefined: what the entry behind it says. */
  readonly noticesClose: NoticesClose | undefined;
  readonly listens: ClientEntry['listens'];
  readonly closing: ClientEntry['closing'];
  readonly userTimeout: Setting<Seconds> | undefined;
}

/** The kernel of the far end, of which nothing is known: Linux as it comes. */
const FAR_KERNEL: PodKeepAlive = {
  time: farDefault('net.ipv4.tcp_keepalive_time', 7200),
  interval: farDefault('net.ipv4.tcp_keepalive_intvl', 75),
  probes: farDefault('net.ipv4.tcp_keepalive_probes', 9),
};

/** Builds what this version of the entry does on this side, with the pod's kernel beneath it. */
export function buildBehaviour(reader: EntryReader, side: Side, pod: PodKeepAlive): Behaviour {
  const { entry } = reader;
  const keepAlive = side === 'Accepted' ? (entry.serves?.keepAlive ?? entry.keepAlive) : entry.keepAlive;
  const asksPeer = entry.asksPeer && buildKeepAlive(entry.asksPeer, reader, FAR_KERNEL);
  const asks = asksPeer !== undefined && (asksPeer.enabled.state === 'Unknown' || asksPeer.enabled.value);
  return {
    keepAlive: keepAlive && buildKeepAlive(keepAlive, reader, pod),
    asksPeer: asks ? asksPeer : undefined,
    limits: buildLimits(reader, side),
    noticesClose: noticesCloseOf(reader),
    listens: entry.listens,
    closing: entry.closing,
    userTimeout: entry.userTimeout && readSeconds(entry.userTimeout, reader),
  };
}

function noticesCloseOf(reader: EntryReader): NoticesClose | undefined {
  for (const { value, when } of reader.entry.noticesClose) {
    const { answer } = checkConditions(when, reader);
    if (answer === 'Holds') return value;
    if (answer !== 'Fails') return 'Unknown';
  }
  return undefined;
}

function farDefault(name: string, value: number): Setting<number> {
  return {
    state: 'Defaulted',
    name,
    value,
    reason: "the far end's kernel, taken as it comes",
    assumed: true,
  };
}
