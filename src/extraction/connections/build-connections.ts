import type { Catalogue } from '../../catalogue/catalogue.ts';
import { type Choice, chooseEntries, type ChosenEntries } from '../clients/choose-entries.ts';
import { composeCandidates } from '../clients/compose-candidates.ts';
import { unrecognisedModel, unseenModel } from '../clients/join-behaviours.ts';
import { type ContainerSigns, recogniseContainer } from '../clients/recognise-container.ts';
import type { DeclaredConnection } from '../declared-connection.ts';
import type { ContainerSettings } from '../settings/container-settings.ts';
import type { LookUp } from '../settings/find-form.ts';
import type { Setting } from '../setting.ts';
import type { Address, Candidate, Connection, PodKeepAlive } from '../workload-facts.ts';
import { applyDeclarations, type DeclaredSeed } from './apply-declarations.ts';
import type { ConnectionSeed } from './connection-seed.ts';
import { declaredModel } from './declared-model.ts';
import { defaultAddress, findSeeds } from './find-seeds.ts';
import { findServers } from './find-servers.ts';

/** The most connections of one container. */
const MOST_CONNECTIONS = 64;

/** A connection before it has an id. */
export type FoundConnection = Omit<Connection, 'id'>;

/** What one container shows. */
export interface ContainerConnections {
  readonly settings: ContainerSettings;
  readonly signs: ContainerSigns;
  readonly connections: readonly FoundConnection[];
  /** Who was chosen for each connection that it opens, and in what they are looked up. */
  readonly chosen: readonly { readonly entries: ChosenEntries; readonly lookUp: LookUp }[];
}

/** What of the workload bears on each of its containers. */
export interface ContainerCircumstances {
  readonly catalogue: Catalogue;
  readonly pod: PodKeepAlive;
  readonly declarations: readonly DeclaredConnection[];
  /** The container of which a declaration speaks that names none. */
  readonly isFirst: boolean;
}

/** Every connection that a container shows or that is declared for it, with the clients that may be behind it. */
export function buildConnections(
  settings: ContainerSettings,
  circumstances: ContainerCircumstances,
): ContainerConnections {
  const { catalogue, pod, declarations, isFirst } = circumstances;
  const signs = recogniseContainer(settings, catalogue);
  const seeds = findSeeds(settings, signs, catalogue).slice(0, MOST_CONNECTIONS);
  const chosen: { entries: ChosenEntries; lookUp: LookUp }[] = [];
  const opened = applyDeclarations(seeds, declarations, settings, isFirst).flatMap(({ seed, declared }) => {
    const choice: Choice = { seed, settings, signs, catalogue, declared };
    const entries = chooseEntries(choice);
    const lookUp: LookUp = { settings, seed, declared };
    chosen.push({ entries, lookUp });
    const candidates = declaredCandidates(declared) ?? candidatesOf(entries, lookUp, seed, pod);
    return outbound({ seed, declared }, settings, candidates);
  });
  const accepted = findServers({ settings, signs, catalogue, pod });
  return { settings, signs, connections: [...opened, ...accepted], chosen };
}

/** A declaration without a client of the catalogue says everything itself. */
function declaredCandidates(declared: DeclaredConnection | undefined): readonly Candidate[] | undefined {
  return declared === undefined || declared.client !== undefined
    ? undefined
    : [{ model: declaredModel(declared) }];
}

function candidatesOf(
  entries: ChosenEntries,
  lookUp: LookUp,
  seed: ConnectionSeed,
  pod: PodKeepAlive,
): readonly Candidate[] {
  const composed = composeCandidates(entries, lookUp, 'Opened', pod);
  const isKnown = entries.drivers.some(({ entry }) => entry.kind !== 'Runtime') || entries.pools.length > 0;
  // A runtime tells what a socket does by itself; where that is nothing, its library may still do something.
  const useful = isKnown ? composed : composed.filter(({ model }) => asksByItself(model.keepAlive.enabled));
  return useful.length > 0 ? useful : [unrecognised(seed, pod)];
}

function asksByItself(enabled: Setting<boolean>): boolean {
  return enabled.state !== 'Unknown' && enabled.value;
}

function unrecognised({ unseen, given }: ConnectionSeed, pod: PodKeepAlive): Candidate {
  if (unseen === undefined) return { model: unrecognisedModel(pod) };
  const { cause, reason } = unseen;
  const name = given?.name ?? 'connection string';
  const place = given === undefined ? {} : { place: given.place };
  return { model: unseenModel(pod, { state: 'Unknown', name, cause, reason, ...place }) };
}

function outbound(
  { seed, declared }: DeclaredSeed,
  settings: ContainerSettings,
  candidates: readonly Candidate[],
): readonly FoundConnection[] {
  const place = seed.given?.place;
  const addresses: readonly Address[] = seed.addresses.length > 0 ? seed.addresses : [whereByDefault(seed)];
  const listens =
    declared?.use === 'Listening' || candidates.every(({ model }) => model.listens === 'Always');
  return addresses.map((address) => ({
    direction: 'Outbound',
    container: settings.container.name,
    address,
    use: listens ? 'Listening' : 'Pooled',
    candidates,
    origin: declared === undefined ? 'Visible' : 'Declared',
    ...(place === undefined ? {} : { place }),
  }));
}

/** Without a host the client goes where it goes by default. */
function whereByDefault({ recognised, given }: ConnectionSeed): Address {
  const entry = [...recognised.keys()].find(({ address }) => address?.defaultHost !== undefined);
  const address: Address =
    entry === undefined
      ? { state: 'Unknown', cause: 'Unresolvable', reason: 'Nothing shows its host.' }
      : defaultAddress(entry);
  return given === undefined ? address : { ...address, place: given.place };
}
