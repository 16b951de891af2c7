import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { ConnectionModel, LimitModel } from '../../src/extraction/connection-model.ts';
import type { ConfigReading, ConfigSources } from '../../src/extraction/config-sources.ts';
import {
  extractWorkload,
  type ExtractionOptions,
  findSubject,
} from '../../src/extraction/extract-workload.ts';
import { SecretText } from '../../src/extraction/secret-text.ts';
import type { Setting } from '../../src/extraction/setting.ts';
import type { Connection, WorkloadFacts, WorkloadSubject } from '../../src/extraction/workload-facts.ts';

/** A container as a test writes it: variables as pairs or whole entries, the rest as Kubernetes has it. */
export interface TestContainer {
  readonly name?: string;
  readonly image?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

/** A Deployment with these containers; `spec` is merged into the pod spec. */
export function deployment(
  containers: TestContainer | readonly TestContainer[],
  spec: Readonly<Record<string, unknown>> = {},
  template: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const list: readonly TestContainer[] = [containers].flat();
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app', namespace: 'shop' },
    spec: { template: { metadata: template, spec: { containers: list.map(container), ...spec } } },
  };
}

/** A container as Kubernetes has it. */
export function container({
  name = 'app',
  image = 'registry.corp.example/app',
  env = {},
  ...rest
}: TestContainer): unknown {
  const variables = Object.entries(env).map(([variable, value]) =>
    typeof value === 'string' ? { name: variable, value } : { name: variable, ...(value as object) },
  );
  return { name, image, env: variables, ...rest };
}

/** ConfigMaps and Secrets by name; a name that is absent is Missing, `null` could not be read. */
export interface TestSources {
  readonly configMaps?: Readonly<Record<string, Readonly<Record<string, string>> | null>>;
  readonly secretData?: Readonly<Record<string, Readonly<Record<string, string>> | null>>;
}

export function sourcesOf({ configMaps = {}, secretData = {} }: TestSources): ConfigSources {
  const read = <Text>(
    objects: Readonly<Record<string, Readonly<Record<string, string>> | null>>,
    name: string,
    wrap: (text: string) => Text,
  ): ConfigReading<Text> => {
    const data = Object.hasOwn(objects, name) ? objects[name] : undefined;
    if (data === undefined) return { state: 'Missing' };
    if (data === null) return { state: 'NotRead', reason: 'the test refuses it' };
    return {
      state: 'Read',
      data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, wrap(text)])),
    };
  };
  return {
    configMap: (name) => read(configMaps, name, (text) => text),
    secret: (name) => read(secretData, name, (text) => new SecretText(text)),
  };
}

/** What else a test says. */
export interface TestCircumstances extends TestSources, Partial<ExtractionOptions> {
  readonly catalogue?: Catalogue;
}

export function subjectOf(object: unknown): WorkloadSubject {
  const subject = findSubject(object);
  if (subject === undefined) throw new Error('the test object is no workload');
  return subject;
}

/** Extracts with the built-in catalogue and Secrets off, unless the test says otherwise. */
export function extract(object: unknown, circumstances: TestCircumstances = {}): WorkloadFacts {
  const { catalogue = loadBuiltinCatalogue(), ...options } = circumstances;
  return extractWorkload(subjectOf(object), sourcesOf(circumstances), catalogue, {
    namespaceLabels: {},
    clusterDomain: 'cluster.local',
    secrets: 'Off',
    ...options,
  });
}

/** The connections that a workload opens, in order. */
export function outbound(facts: WorkloadFacts): readonly Connection[] {
  return facts.connections.filter(({ direction }) => direction === 'Outbound');
}

/** The only connection of a direction; fails where there is another number. */
export function only(facts: WorkloadFacts, direction: Connection['direction'] = 'Outbound'): Connection {
  const found = facts.connections.filter((connection) => connection.direction === direction);
  const [first] = found;
  if (first === undefined || found.length !== 1) {
    throw new Error(`expected one ${direction} connection, found ${found.map(({ id }) => id).join(', ')}`);
  }
  return first;
}

/** The model of a connection's only candidate. */
export function modelOf(connection: Connection): ConnectionModel {
  const [first] = connection.candidates;
  if (first === undefined || connection.candidates.length !== 1) {
    const clients = connection.candidates.map(({ model, decidedBy }) => `${idsOf(model)} (${decidedBy})`);
    throw new Error(`expected one candidate of ${connection.id}, found ${clients.join(', ')}`);
  }
  return first.model;
}

/** Ids of a model's clients, pool before driver. */
export function idsOf(model: ConnectionModel): string {
  return model.clients.map(({ id }) => id).join(' + ');
}

/** `host:port`, `local`, or why it is not known. */
export function addressOf({ address }: Connection): string {
  if (address.state === 'Local') return 'local';
  if (address.state === 'Unknown') return `unknown: ${address.cause}`;
  return address.port === undefined ? address.host : `${address.host}:${address.port}`;
}

/** A setting in short: its value and how it is known. */
export function shown(setting: Setting<unknown> | undefined): string {
  if (setting === undefined) return 'none';
  switch (setting.state) {
    case 'Known':
      return `${String(setting.value)} read`;
    case 'Defaulted':
      return `${String(setting.value)} ${setting.assumed ? 'assumed' : 'default'}`;
    case 'Unknown':
      return `unknown: ${setting.cause}`;
    default:
      return setting satisfies never;
  }
}

/** The limits of a kind in short. */
export function limitsOf(model: ConnectionModel, kind: LimitModel['kind']): readonly string[] {
  return model.limits
    .filter((limit) => limit.kind === kind)
    .map((limit) => `${shown(limit.seconds)}${limit.inert === undefined ? '' : ' inert'}`);
}
