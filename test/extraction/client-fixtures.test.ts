import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import type { ClientEntry } from '../../src/catalogue/client-entry.ts';
import { recogniseContainer } from '../../src/extraction/clients/recognise-container.ts';
import type { ConfigSources } from '../../src/extraction/config-sources.ts';
import type { DeclaredConnection } from '../../src/extraction/declared-connection.ts';
import { extractWorkload, findSubject } from '../../src/extraction/extract-workload.ts';
import { ExtractionContext } from '../../src/extraction/reading/extraction-context.ts';
import { readPod } from '../../src/extraction/reading/read-pod.ts';
import { ContainerSettings } from '../../src/extraction/settings/container-settings.ts';
import type { Candidate, WorkloadSubject } from '../../src/extraction/workload-facts.ts';

// Each client of the catalogue has a folder with a workload that uses it and one that only looks like it.
// test/catalogue/clients/README.md says what they hold.

const root = join(import.meta.dirname, '../../../test/catalogue/clients');
const catalogue = loadBuiltinCatalogue();
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Kinds that open no socket themselves: recognised where a container shows them. */
const WITHOUT_SOCKET: readonly ClientEntry['kind'][] = ['Framework', 'Application', 'Runtime'];

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
}

interface Extracted {
  readonly candidates: readonly Candidate[];
  readonly shown: ReadonlySet<string>;
}

function extract(client: string, file: string): Extracted {
  const text = readFileSync(join(root, client, file), 'utf8');
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  const configMaps = new Map(
    manifests.flatMap(({ kind, metadata, data }) => (kind === 'ConfigMap' ? [[metadata.name, data]] : [])),
  );
  const sources: ConfigSources = {
    configMap(name) {
      const data = configMaps.get(name);
      return data === undefined ? { state: 'Missing' } : { state: 'Read', data };
    },
    secret: () => ({ state: 'Missing' }),
  };
  const workload = manifests.find(({ kind }) => kind !== 'ConfigMap');
  const subject = findSubject(workload);
  if (workload === undefined || subject === undefined) throw new Error(`${client}/${file} has no workload`);
  const facts = extractWorkload(subject, sources, catalogue, {
    namespaceLabels: {},
    secrets: 'Off',
    clusterDomain: 'cluster.local',
    declarations: declarationsOf(workload),
  });
  return {
    candidates: facts.connections.flatMap(({ candidates }) => candidates),
    shown: shownBy(subject, sources),
  };
}

function declarationsOf({ metadata }: Manifest): readonly DeclaredConnection[] {
  const text = metadata.annotations?.['pathkeeper.dev/connections'];
  if (text === undefined) return [];
  const declared = parse(text) as readonly (Partial<Omit<DeclaredConnection, 'client'>> & {
    client: string;
  })[];
  const place = { object: { kind: 'Pod', name: metadata.name }, pointer: '/metadata/annotations' };
  return declared.map(({ client, settings = {}, ...rest }) => {
    const [id = '', version] = client.split('@');
    const of = version === undefined ? { id } : { id, version };
    return { ...rest, use: 'Pooled', settings, place, client: of };
  });
}

function shownBy(subject: WorkloadSubject, sources: ConfigSources): ReadonlySet<string> {
  const pod = readPod(subject);
  const context = new ExtractionContext(subject, pod, sources, false);
  const ids = pod.containers.flatMap((container) => {
    const { signs } = recogniseContainer(new ContainerSettings(container, context), catalogue);
    return [...signs.keys()].map(({ id }) => id);
  });
  return new Set(ids);
}

function recognises({ candidates, shown }: Extracted, { id, kind }: ClientEntry): boolean {
  if (candidates.some(({ model }) => model.clients.some((client) => client.id === id))) return true;
  return WITHOUT_SOCKET.includes(kind) && shown.has(id);
}

/** `name=text` of every setting of these candidates that was read. */
function readSettings(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return found;
  const { state, name, text } = value as { state?: unknown; name?: unknown; text?: unknown };
  if (state === 'Known') found.add(`${String(name)}=${String(text)}`);
  for (const member of Object.values(value)) readSettings(member, found);
  return found;
}

function expectedSettings(client: string): readonly string[] {
  const text = readFileSync(join(root, client, 'recognised.yaml'), 'utf8');
  const line = /^# expects:(.*)\n/.exec(text)?.[1];
  if (line === undefined) throw new Error(`${client}/recognised.yaml must begin with '# expects:'`);
  return line.split(', ').flatMap((setting) => (setting.trim() === '' ? [] : [setting.trim()]));
}

test('every client has its fixtures, and every fixture its client', () => {
  expect(folders.toSorted()).toEqual(catalogue.clients.map(({ id }) => id).toSorted());
});

describe.each(catalogue.clients.map((client) => [client.id, client] as const))('%s', (id, client) => {
  test('is recognised, and its settings are read', () => {
    const extracted = extract(id, 'recognised.yaml');
    expect(recognises(extracted, client)).toBe(true);
    const own = extracted.candidates.filter(({ model }) => model.clients.some((one) => one.id === id));
    expect([...readSettings(own)]).toEqual(expect.arrayContaining([...expectedSettings(id)]));
  });

  test('is not seen in what only looks like it', () => {
    expect(recognises(extract(id, 'near-miss.yaml'), client)).toBe(false);
  });
});
