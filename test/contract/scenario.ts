import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { findSubject } from '../../src/extraction/extract-workload.ts';
import { FINDING_CODES, type FindingCode } from '../../src/findings/finding-codes.ts';
import { projectRoot } from '../controlplane/project-root.ts';

/** An object of a scenario, as a person would apply it. */
export interface ScenarioObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
  };
  readonly [field: string]: unknown;
}

/** What every door must say of a workload: all codes that are enforced, or that belong to no policy. */
export interface ExpectedWorkload {
  readonly verdict: string;
  readonly basis: string;
  readonly codes: readonly string[];
}

/** What every door must say of a policy itself. */
export interface ExpectedPolicy {
  readonly accepted: boolean;
  readonly codes: readonly string[];
}

/** `expected.yaml`. */
interface Expected {
  /** Present instant; decides which waivers count. */
  readonly now?: string;
  /** Such as `1.28`. */
  readonly kubernetesVersion?: string;
  /** Codes that this scenario is there to raise. */
  readonly raises?: FindingCode | readonly FindingCode[];
  /** Codes that it must not raise, though it comes near. */
  readonly nearMissOf?: FindingCode | readonly FindingCode[];
  readonly workloads?: Readonly<Record<string, ExpectedWorkload>>;
  readonly policies?: Readonly<Record<string, ExpectedPolicy>>;
}

/** One folder of `test/scenarios`. */
export interface Scenario {
  readonly name: string;
  readonly folder: string;
  readonly manifests: string;
  /** `fixed.yaml`, where there is one: the same after the change. */
  readonly fixed: string | undefined;
  readonly objects: readonly ScenarioObject[];
  readonly expected: Expected;
  readonly now: Date;
  readonly version: { readonly major: number; readonly minor: number };
  readonly raises: readonly FindingCode[];
  readonly nearMissOf: readonly FindingCode[];
}

/** Where the scenarios are. */
const SCENARIOS = join(projectRoot(), 'test', 'scenarios');

/** Files that a scenario may have; any other is a mistake. */
export const SCENARIO_FILES = ['manifests.yaml', 'expected.yaml', 'fixed.yaml', 'warnings.txt', 'check.txt'];

const NOW = '2026-11-24T10:00:00Z';
const KUBERNETES_VERSION = '1.36';

/** Every scenario, by name. */
export function readScenarios(): readonly Scenario[] {
  return readdirSync(SCENARIOS).sort().map(readScenario);
}

function readScenario(name: string): Scenario {
  const folder = join(SCENARIOS, name);
  const manifests = join(folder, 'manifests.yaml');
  const fixed = join(folder, 'fixed.yaml');
  const expected = (parse(readFileSync(join(folder, 'expected.yaml'), 'utf8')) ?? {}) as Expected;
  const [major = 1, minor = 0] = (expected.kubernetesVersion ?? KUBERNETES_VERSION).split('.').map(Number);
  return {
    name,
    folder,
    manifests,
    fixed: existsSync(fixed) ? fixed : undefined,
    objects: readObjects(manifests),
    expected,
    now: new Date(expected.now ?? NOW),
    version: { major, minor },
    raises: codesIn(expected.raises, name),
    nearMissOf: codesIn(expected.nearMissOf, name),
  };
}

/** The objects of a file, nothing skipped. */
function readObjects(file: string): readonly ScenarioObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => document.toJS() as ScenarioObject | null)
    .filter((object) => object !== null);
}

function codesIn(
  given: FindingCode | readonly FindingCode[] | undefined,
  name: string,
): readonly FindingCode[] {
  const codes = given === undefined ? [] : [given].flat();
  for (const code of codes) {
    if (!Object.hasOwn(FINDING_CODES, code)) throw new Error(`${name}: there is no finding code ${code}`);
  }
  return codes;
}

/** Objects with a pod template, by the key that `expected.yaml` uses. */
export function workloadsOf(objects: readonly ScenarioObject[]): ReadonlyMap<string, ScenarioObject> {
  return new Map(
    objects.filter((object) => findSubject(object) !== undefined).map((object) => [keyOf(object), object]),
  );
}

/** Policies, by the key that `expected.yaml` uses. */
export function policiesOf(objects: readonly ScenarioObject[]): ReadonlyMap<string, ScenarioObject> {
  return new Map(
    objects.filter(({ kind }) => kind.endsWith('NetworkPathPolicy')).map((object) => [keyOf(object), object]),
  );
}

/** `Deployment/orders/api`, or `ClusterNetworkPathPolicy/nat`. */
export function keyOf({ kind, metadata: { namespace, name } }: ScenarioObject): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}
