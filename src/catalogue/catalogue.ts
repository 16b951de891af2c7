import type { ClientEntry } from './client-entry.ts';
import type { DeviceEntry } from './device-entry.ts';
import { deviceNames, nearestDeviceId, type DeviceNames } from './nearest-device.ts';
import { PROPERTY_NAMINGS, RecogniserIndex } from './recogniser-index.ts';
import type { PropertyNaming } from './recogniser-names.ts';

/**
 * Devices and clients, and how to find them. Immutable. What a look-up costs does not grow with the number of
 * entries; each index is made when it is first asked.
 *
 * Look-ups by recogniser give every entry that recognises, in the order of the catalogue: who among several
 * candidates is meant is for the reader of the workload to decide.
 */
export class Catalogue {
  readonly devices: readonly DeviceEntry[];
  readonly clients: readonly ClientEntry[];
  readonly #devicesById: ReadonlyMap<string, DeviceEntry>;
  readonly #clientsById: ReadonlyMap<string, ClientEntry>;
  readonly #index: RecogniserIndex;
  #deviceNames: DeviceNames | undefined;

  /** Of entries with the same id the last one holds. */
  constructor(devices: Iterable<DeviceEntry>, clients: Iterable<ClientEntry>) {
    this.#devicesById = byId(devices);
    this.#clientsById = byId(clients);
    this.devices = Object.freeze([...this.#devicesById.values()]);
    this.clients = Object.freeze([...this.#clientsById.values()]);
    this.#index = new RecogniserIndex(this.clients);
    Object.freeze(this);
  }

  device(id: string): DeviceEntry | undefined {
    return this.#devicesById.get(id);
  }

  client(id: string): ClientEntry | undefined {
    return this.#clientsById.get(id);
  }

  /** The device that a name most likely means (by id, other names, vendor), for a message about an unknown one. */
  nearestDevice(name: string): DeviceEntry | undefined {
    this.#deviceNames ??= deviceNames(this.devices);
    const id = nearestDeviceId(name, this.#deviceNames);
    return id === undefined ? undefined : this.#devicesById.get(id);
  }

  /**
   * By the start of a connection string before `://`, or, for JDBC, before the address. Case does not count, and a
   * longer scheme is found by each of its starts: `jdbc:oracle:thin` by `jdbc:oracle`.
   */
  byScheme(scheme: string): readonly ClientEntry[] {
    return this.#index.find('scheme', scheme);
  }

  /** By the syntax of a connection string without a scheme: those whose keywords are to be looked at. */
  byStringSyntax(syntax: ClientEntry['recognise']['strings'][number]['syntax']): readonly ClientEntry[] {
    return this.#index.find('syntax', syntax);
  }

  /** By the name of a query parameter that only it reads. */
  byUrlParameter(name: string): readonly ClientEntry[] {
    return this.#index.find('parameter', name);
  }

  /** By the name of an environment variable: its own, or one by which one of its properties can be given. */
  byEnv(name: string): readonly ClientEntry[] {
    return this.#index.find('env', name);
  }

  /** By a property's name as written in a file, an argument or a system property; under all rules, or one. */
  byProperty(name: string, naming?: PropertyNaming): readonly ClientEntry[] {
    return this.#index.findProperty(name, naming === undefined ? PROPERTY_NAMINGS : [naming]);
  }

  /** By an image reference: registry, tag and digest do not count. */
  byImage(image: string): readonly ClientEntry[] {
    return this.#index.find('image', image);
  }

  /** By the program that runs, as a path or a base name. */
  byCommand(program: string): readonly ClientEntry[] {
    return this.#index.find('command', program);
  }

  /** By a jar, wheel, gem or package, as a path or a base name, with or without version and extension. */
  byArtefact(artefact: string): readonly ClientEntry[] {
    return this.#index.find('artefact', artefact);
  }

  /** By a configuration file, as a path or a base name. */
  byFile(file: string): readonly ClientEntry[] {
    return this.#index.find('file', file);
  }

  /** By the end of a host name that tells the server. */
  byHost(host: string): readonly ClientEntry[] {
    return this.#index.find('host', host);
  }

  /** A catalogue with users' own entries; one that has the id of a known entry takes its place. */
  withProfiles(profiles: Iterable<ClientEntry>): Catalogue {
    return new Catalogue(this.devices, [...this.clients, ...profiles]);
  }
}

function byId<Entry extends { readonly id: string }>(entries: Iterable<Entry>): ReadonlyMap<string, Entry> {
  const map = new Map<string, Entry>();
  for (const entry of entries) map.set(entry.id, entry);
  return map;
}
