import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { ClientEntry } from '../../catalogue/client-entry.ts';
import type { Place } from '../../findings/place.ts';
import { checkConditions } from '../clients/check-condition.ts';
import { composeCandidates } from '../clients/compose-candidates.ts';
import { EntryReader, EntryTexts } from '../clients/entry-reader.ts';
import { findVersion } from '../clients/find-version.ts';
import { unrecognisedModel } from '../clients/join-behaviours.ts';
import type { ContainerSigns, Sign } from '../clients/recognise-container.ts';
import { isGap } from '../reading/gaps.ts';
import { member, memberList, memberText } from '../reading/guard.ts';
import { placeIn } from '../reading/read-pod.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import { findForm } from '../settings/find-form.ts';
import type { Address, Candidate, Connection, PodKeepAlive } from '../workload-facts.ts';

type FoundServer = Omit<Connection, 'id'>;

/** What servers of one container are looked up in. */
interface ServerLookUp {
  readonly settings: ContainerSettings;
  readonly signs: ContainerSigns;
  readonly catalogue: Catalogue;
  readonly pod: PodKeepAlive;
}

/** The connections that a container accepts: of servers that it shows, and of ports that it names. */
export function findServers(lookUp: ServerLookUp): readonly FoundServer[] {
  const named = namedPorts(lookUp.settings);
  const servers = serverEntries(lookUp);
  const taken = new Set<number>();
  const recognised = servers.flatMap((server) => {
    const ports = portsOf(server.entry, named, lookUp.settings);
    for (const { port } of ports) taken.add(port);
    return serverConnections(server, ports, lookUp);
  });
  const others = named.filter(({ port }) => !taken.has(port));
  return [...recognised, ...others.map((port) => unrecognisedServer(port, lookUp))];
}

interface Port {
  readonly port: number;
  readonly place: Place | undefined;
}

/** TCP ports that the container names. */
function namedPorts({ container, context }: ContainerSettings): readonly Port[] {
  return memberList(container.spec, 'ports', 200).flatMap((entry, index) => {
    const port = member(entry, 'containerPort');
    const isTcp = (memberText(entry, 'protocol') ?? 'TCP') === 'TCP';
    if (typeof port !== 'number' || !isTcp || !Number.isInteger(port) || port < 1 || port > 65_535) return [];
    return [{ port, place: placeIn(context.pod, `${container.pointer}/ports/${index}/containerPort`) }];
  });
}

interface FoundEntry {
  readonly entry: ClientEntry;
  readonly by: string;
  /** Why it is only taken to be there, in words. */
  readonly assumption?: string;
}

/** Servers that show themselves, and those that a framework that shows itself brings. */
function serverEntries({ signs, catalogue }: ServerLookUp): readonly FoundEntry[] {
  const found = new Map<ClientEntry, FoundEntry>();
  for (const [entry, shown] of signs.signs) {
    const sign = serves(entry) ? shown.find((one) => isServerSign(one, shown, signs)) : undefined;
    if (sign !== undefined) found.set(entry, { entry, by: sign.says });
  }
  for (const [framework, shown] of signs.signs) {
    for (const brought of broughtServers(framework, shown[0]?.says ?? '', catalogue)) {
      if (!found.has(brought.entry)) found.set(brought.entry, brought);
    }
  }
  return [...found.values()];
}

function broughtServers(framework: ClientEntry, says: string, catalogue: Catalogue): readonly FoundEntry[] {
  if (framework.kind !== 'Framework') return [];
  return framework.brings.flatMap(({ client, when, basis }) => {
    const entry = when.length === 0 ? catalogue.client(client) : undefined;
    if (entry === undefined || !serves(entry)) return [];
    const by = `${framework.title} brings it (${says})`;
    const assumption = `${framework.title} is taken to bring ${entry.title}`;
    return [basis === 'Assumption' ? { entry, by, assumption } : { entry, by }];
  });
}

function serves(entry: ClientEntry): boolean {
  return entry.kind === 'Server' || (entry.serves !== undefined && entry.kind !== 'Framework');
}

/** The image of a server may run one of its clients: a program that another entry knows decides. */
function isServerSign(sign: Sign, shown: readonly Sign[], { signs }: ContainerSigns): boolean {
  if (sign.by !== 'Image' || shown.some((one) => one.by === 'Command'))
    return sign.by !== 'Environment' || shown.length > 1;
  return !signs.values().some((others) => others !== shown && others.some((one) => one.by === 'Command'));
}

/** The ports that a server says or is known to listen on, as far as the container does not name others. */
function portsOf(entry: ClientEntry, named: readonly Port[], settings: ContainerSettings): readonly Port[] {
  const given = givenPort(entry, settings);
  if (given !== undefined) return [given];
  const known = entry.serves?.ports ?? [];
  const both = named.filter(({ port }) => known.includes(port));
  if (both.length > 0) return both;
  return named.length > 0 ? named.slice(0, 1) : known.slice(0, 1).map((port) => ({ port, place: undefined }));
}

/** A port from its own settings: a number, or an address that ends in one. */
function givenPort({ serves: serving }: ClientEntry, settings: ContainerSettings): Port | undefined {
  for (const form of serving?.port ?? []) {
    const found = findForm(form, { settings, seed: undefined });
    const port = found === undefined ? undefined : portIn(found.text, settings);
    if (found !== undefined && port !== undefined) return { port, place: found.place };
  }
  return undefined;
}

function portIn(text: string, settings: ContainerSettings): number | undefined {
  const opened = settings.context.gaps.open(settings.resolved(text));
  if (isGap(opened)) return undefined;
  const port = Number(/(?:^|:)(\d{1,5})$/.exec(opened.text.trim())?.[1] ?? 0);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function serverConnections(
  found: FoundEntry,
  ports: readonly Port[],
  { settings, signs, catalogue, pod }: ServerLookUp,
): readonly FoundServer[] {
  const { entry } = found;
  const at = { settings, seed: undefined };
  const range = findVersion(entry, signs.signs, at, catalogue);
  const chosen = { drivers: [{ ...found, range }], pools: [], around: [], beneath: [] };
  const candidates = composeCandidates(chosen, at, 'Accepted', pod);
  const reader = new EntryReader(new EntryTexts(entry, at), range.since ?? '0', undefined);
  const { singleUse = [] } = entry.serves ?? {};
  const neverIdle = singleUse.length > 0 && checkConditions(singleUse, reader).answer === 'Holds';
  const addresses = ports.length > 0 ? ports.map(listening) : [UNKNOWN_PORT];
  return addresses.map((address) => ({
    ...inbound(settings, address, candidates, entry.listens === 'Always' ? 'Listening' : 'Pooled'),
    ...(neverIdle ? { neverIdle: `${entry.title} closes each connection after its answer.` } : {}),
  }));
}

function unrecognisedServer(port: Port, { settings, pod }: ServerLookUp): FoundServer {
  return inbound(settings, listening(port), [{ model: unrecognisedModel(pod) }], 'Pooled');
}

const UNKNOWN_PORT: Address = {
  state: 'Unknown',
  cause: 'InCode',
  reason: 'Nothing shows on which port it listens.',
};

/** It listens on every address of the pod. */
function listening({ port, place }: Port): Address {
  return { state: 'Known', host: '0.0.0.0', port, ...(place === undefined ? {} : { place }) };
}

function inbound(
  settings: ContainerSettings,
  address: Address,
  candidates: readonly Candidate[],
  use: Connection['use'],
): FoundServer {
  return {
    direction: 'Inbound',
    container: settings.container.name,
    address,
    use,
    candidates,
    origin: 'Visible',
    ...(address.place === undefined ? {} : { place: address.place }),
  };
}
