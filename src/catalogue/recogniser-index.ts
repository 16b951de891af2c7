import type { ClientEntry } from './client-entry.ts';
import { NameIndex } from './name-index.ts';
import { PropertyIndex } from './property-index.ts';
import {
  artefactForms,
  baseNameForms,
  boundedName,
  hostForms,
  imageForms,
  propertyForm,
  propertyInEnvironment,
  schemeForms,
  type PropertyNaming,
} from './recogniser-names.ts';

/** What an entry can be found by. */
export type RecogniserKind =
  'scheme' | 'syntax' | 'parameter' | 'env' | 'image' | 'command' | 'artefact' | 'file' | 'host';

/** How the names of one kind are written in entries, and how a name from a manifest is looked up. */
interface Recogniser {
  readonly patterns: (client: ClientEntry) => readonly string[];
  readonly forms: (name: string) => readonly string[];
}

const lower = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase());

const RECOGNISERS: Readonly<Record<RecogniserKind, Recogniser>> = {
  scheme: { patterns: ({ recognise }) => lower(recognise.schemes), forms: schemeForms },
  syntax: { patterns: ({ recognise }) => recognise.strings.map(({ syntax }) => syntax), forms: boundedName },
  parameter: { patterns: ({ recognise }) => recognise.urlParameters, forms: boundedName },
  env: {
    patterns: ({ recognise }) => [
      ...recognise.env,
      ...recognise.properties.flatMap((name) => propertyInEnvironment(name, recognise.naming)),
    ],
    forms: boundedName,
  },
  image: { patterns: ({ recognise }) => lower(recognise.images), forms: imageForms },
  command: { patterns: ({ recognise }) => recognise.commands, forms: baseNameForms },
  artefact: { patterns: ({ recognise }) => lower(recognise.artefacts), forms: artefactForms },
  file: { patterns: ({ recognise }) => recognise.files, forms: baseNameForms },
  host: { patterns: ({ recognise }) => lower(recognise.hosts), forms: hostForms },
};

export const PROPERTY_NAMINGS: readonly PropertyNaming[] = [
  'Exact',
  'Spring',
  'SpringMap',
  'MicroProfile',
  'Micronaut',
];

/** Finds clients by what a manifest shows of them. Each index is made when it is first asked. */
export class RecogniserIndex {
  readonly #clients: readonly ClientEntry[];
  readonly #orders: ReadonlyMap<ClientEntry, number>;
  readonly #names = new Map<RecogniserKind, NameIndex<ClientEntry>>();
  readonly #properties = new Map<PropertyNaming, PropertyIndex<ClientEntry>>();

  constructor(clients: readonly ClientEntry[]) {
    this.#clients = clients;
    this.#orders = new Map(clients.map((client, order) => [client, order]));
  }

  find(kind: RecogniserKind, name: string): readonly ClientEntry[] {
    const index = this.#nameIndex(kind);
    const found = new Set<ClientEntry>();
    for (const form of RECOGNISERS[kind].forms(name)) index.collect(form, found);
    return this.#inOrder(found);
  }

  /** Clients whose properties are written by one of these rules. */
  findProperty(name: string, namings: readonly PropertyNaming[]): readonly ClientEntry[] {
    const found = new Set<ClientEntry>();
    for (const bounded of boundedName(name)) {
      for (const naming of namings) this.#propertyIndex(naming).collect(propertyForm(bounded, naming), found);
    }
    return this.#inOrder(found);
  }

  #nameIndex(kind: RecogniserKind): NameIndex<ClientEntry> {
    const made = this.#names.get(kind);
    if (made !== undefined) return made;
    const index = new NameIndex<ClientEntry>();
    for (const client of this.#clients) {
      for (const pattern of RECOGNISERS[kind].patterns(client)) index.add(pattern, client);
    }
    this.#names.set(kind, index);
    return index;
  }

  #propertyIndex(naming: PropertyNaming): PropertyIndex<ClientEntry> {
    const made = this.#properties.get(naming);
    if (made !== undefined) return made;
    const index = new PropertyIndex<ClientEntry>();
    for (const client of this.#clients) {
      if (client.recognise.naming !== naming) continue;
      for (const name of client.recognise.properties) index.add(propertyForm(name, naming), client);
    }
    this.#properties.set(naming, index);
    return index;
  }

  #inOrder(found: ReadonlySet<ClientEntry>): readonly ClientEntry[] {
    const order = (client: ClientEntry): number => this.#orders.get(client) ?? 0;
    return [...found].sort((left, right) => order(left) - order(right));
  }
}
