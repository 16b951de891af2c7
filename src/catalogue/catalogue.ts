import type { ClientEntry } from './client-entry.ts';
import type { DeviceEntry } from './device-entry.ts';
import { NameIndex } from './name-index.ts';
import { deviceNames, nearestDeviceId, type DeviceNames } from './nearest-device.ts';
import {
  artefactForms,
  baseNameForms,
  boundedName,
  imageForms,
  propertyForm,
  schemeForms,
  type PropertyNaming,
} from './recogniser-names.ts';

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
  readonly #orders: ReadonlyMap<ClientEntry, number>;
  readonly #indexes = new Map<string, NameIndex<ClientEntry>>();
  #deviceNames: DeviceNames | undefined;

  /** Of entries with the same id the last one holds. */
  constructor(devices: Iterable<DeviceEntry>, clients: Iterable<ClientEntry>) {
    this.#devicesById = byId(devices);
    this.#clientsById = byId(clients);
    this.devices = Object.freeze([...this.#devicesById.values()]);
    this.clients = Object.freeze([...this.#clientsById.values()]);
    this.#orders = new Map(this.clients.map((client, order) => [client, order]));
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

  /** By the start of a connection string before `://`, or, for JDBC, before the address. Case does not count. */
  byScheme(scheme: string): readonly ClientEntry[] {
    return this.#find('schemes', schemeForms(scheme), (name) => name.toLowerCase());
  }

  /** By the exact name of an environment variable. */
  byEnv(name: string): readonly ClientEntry[] {
    return this.#find('env', boundedName(name), (known) => known);
  }

  /** By a property's name as written, under the rules by which its ecosystem maps names. */
  byProperty(name: string, naming: PropertyNaming): readonly ClientEntry[] {
    const forms = boundedName(name).map((bounded) => propertyForm(bounded, naming));
    return this.#find('properties', forms, (known) => propertyForm(known, naming), naming);
  }

  /** By an image reference: registry, tag and digest do not count. */
  byImage(image: string): readonly ClientEntry[] {
    return this.#find('images', imageForms(image), (name) => name.toLowerCase());
  }

  /** By the program that runs, as a path or a base name. */
  byCommand(program: string): readonly ClientEntry[] {
    return this.#find('commands', baseNameForms(program), (known) => known);
  }

  /** By a jar, wheel, gem or package, as a path or a base name, with or without version and extension. */
  byArtefact(artefact: string): readonly ClientEntry[] {
    return this.#find('artefacts', artefactForms(artefact), (name) => name.toLowerCase());
  }

  /** By a configuration file, as a path or a base name. */
  byFile(file: string): readonly ClientEntry[] {
    return this.#find('files', baseNameForms(file), (known) => known);
  }

  /** A catalogue with users' own entries; one that has the id of a known entry takes its place. */
  withProfiles(profiles: Iterable<ClientEntry>): Catalogue {
    return new Catalogue(this.devices, [...this.clients, ...profiles]);
  }

  #find(
    list: keyof ClientEntry['recognise'],
    forms: readonly string[],
    canonical: (name: string) => string,
    rules = '',
  ): readonly ClientEntry[] {
    const index = this.#index(list, canonical, rules);
    const found = new Set<ClientEntry>();
    for (const form of forms) index.collect(form, found);
    if (found.size < 2) return [...found];
    return [...found].sort((left, right) => (this.#orders.get(left) ?? 0) - (this.#orders.get(right) ?? 0));
  }

  #index(
    list: keyof ClientEntry['recognise'],
    canonical: (name: string) => string,
    rules: string,
  ): NameIndex<ClientEntry> {
    const key = `${list} ${rules}`;
    const made = this.#indexes.get(key);
    if (made !== undefined) return made;
    const index = new NameIndex<ClientEntry>();
    for (const client of this.clients) {
      for (const name of client.recognise[list]) index.add(canonical(name), client);
    }
    this.#indexes.set(key, index);
    return index;
  }
}

function byId<Entry extends { readonly id: string }>(entries: Iterable<Entry>): ReadonlyMap<string, Entry> {
  const map = new Map<string, Entry>();
  for (const entry of entries) map.set(entry.id, entry);
  return map;
}
