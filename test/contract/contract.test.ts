import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectGolden } from './golden.ts';
import {
  policiesOf,
  readScenarios,
  SCENARIO_FILES,
  workloadsOf,
  type ExpectedWorkload,
  type Scenario,
} from './scenario.ts';
import { throughAdmission, type AdmissionRun, type ReviewAnswer } from './through-admission.ts';
import { throughCli, type CheckedJson, type CheckRun } from './through-cli.ts';
import { throughController, type ControllerRun } from './through-controller.ts';

type Checked = CheckedJson['workloads'][number];

describe.each(readScenarios().map((scenario) => [scenario.name, scenario] as const))(
  '%s',
  (_name, scenario) => {
    let cli: CheckRun;
    let admission: AdmissionRun;
    let controller: ControllerRun;

    beforeAll(async () => {
      cli = await throughCli(scenario);
      admission = await throughAdmission(scenario);
      controller = await throughController(scenario);
    });

    test('has the files of a scenario and no others', () => {
      expect(readdirSync(scenario.folder).filter((file) => !SCENARIO_FILES.includes(file))).toEqual([]);
      expect(Object.keys(scenario.expected.workloads ?? {}).sort()).toEqual(
        [...workloadsOf(scenario.objects).keys()].sort(),
      );
    });

    test('is judged by the command line as expected', () => {
      const judged = Object.fromEntries(
        cli.json.workloads.map((checked) => [keyOfChecked(checked), said(checked)]),
      );
      expect(judged).toEqual(scenario.expected.workloads ?? {});
    });

    test('is judged by admission alike', () => {
      for (const checked of cli.json.workloads) {
        const answer = admission.workloads.get(keyOfChecked(checked));
        expect({ workload: keyOfChecked(checked), ...saidByAdmission(answer) }).toEqual({
          workload: keyOfChecked(checked),
          ...(isSilent(checked) ? NOTHING_SAID : said(checked)),
        });
      }
    });

    test('is judged by the controller alike, and its statuses say so', () => {
      for (const checked of cli.json.workloads) {
        const key = keyOfChecked(checked);
        const told = new Set((controller.findings.get(key) ?? []).map(({ code }) => code));
        expect({ key, codes: [...told].sort() }).toEqual({ key, codes: codesThatAreNews(checked) });
        for (const { kind, name, verdict, basis } of checked.policies) {
          const entries = controller.entries.get(`${kind}/${name}`) ?? [];
          const entry = entries.find((one) => key === `${one.kind}/${one.namespace}/${one.name}`);
          expect({ key, verdict: entry?.verdict, basis: entry?.basis }).toEqual({ key, verdict, basis });
        }
      }
      for (const [key, status] of controller.statuses) expectStatus(key, status, cli.json);
    });

    test('its policies are told alike by every door', () => {
      for (const [key, { accepted, codes }] of Object.entries(scenario.expected.policies ?? {})) {
        const answer = admission.policies.get(key);
        const condition = controller.statuses.get(key)?.conditions.find(({ type }) => type === 'Accepted');
        const byCli = codesOfPolicy(key, scenario, cli);
        expect({ key, accepted: answer?.allowed, codes: byCli }).toEqual({ key, accepted, codes });
        expect({ key, accepted: condition?.status === 'True' }).toEqual({ key, accepted });
        const words = [answer?.status?.message, ...(answer?.warnings ?? [])].join('\n');
        for (const code of codes) {
          expect(words).toContain(`[${code}]`);
          expect(condition?.message).toContain(code);
        }
      }
      const unexpected = [...policiesOf(scenario.objects).keys()].filter(
        (key) =>
          scenario.expected.policies?.[key] === undefined && admission.policies.get(key)?.allowed !== true,
      );
      expect(unexpected).toEqual([]);
    });

    test('keeps to the lengths that the API server shows whole', () => {
      for (const { warnings = [] } of [...admission.workloads.values(), ...admission.policies.values()]) {
        for (const warning of warnings)
          expect({ warning, fits: warning.length < 256 }).toEqual({ warning, fits: true });
        expect(warnings.join('').length).toBeLessThan(4096);
      }
    });

    test('reads as the golden texts have it', () => {
      expectGolden(join(scenario.folder, 'check.txt'), cli.text);
      expectGolden(join(scenario.folder, 'warnings.txt'), wordsOf(admission));
    });

    test('raises what it is there to raise, and not what it only comes near', () => {
      const raised = new Set([
        ...cli.json.workloads.flatMap(({ findings }) => findings.map(({ code }) => code)),
        ...[...policiesOf(scenario.objects).keys()].flatMap((key) => codesOfPolicy(key, scenario, cli)),
      ]);
      for (const code of scenario.raises) expect([...raised]).toContain(code);
      for (const code of scenario.nearMissOf) expect([...raised]).not.toContain(code);
    });

    test('is Protected after the change that fixed.yaml makes', async () => {
      if (scenario.fixed === undefined) return;
      const { json } = await throughCli(scenario, scenario.fixed);
      expect(json.workloads.map(({ name, verdict }) => [name, verdict])).toEqual(
        json.workloads.map(({ name }) => [name, 'Protected']),
      );
      expect(json.problems).toEqual([]);
    });
  },
);

const NOTHING_SAID = { verdict: undefined, basis: undefined, codes: [] };

function keyOfChecked({ kind, namespace, name }: Checked): string {
  return `${kind}/${namespace}/${name}`;
}

function said(checked: Checked): ExpectedWorkload {
  return { verdict: checked.verdict, basis: checked.basis, codes: enforcedCodes(checked) };
}

/** In the order in which they are shown, each once. */
function enforcedCodes({ findings }: Checked): readonly string[] {
  return [
    ...new Set(
      findings.filter(({ enforced, policy }) => enforced || policy === undefined).map(({ code }) => code),
    ),
  ];
}

/** Nobody selects it, and nothing is to be said. */
function isSilent({ policies, findings }: Checked): boolean {
  return policies.length === 0 && findings.length === 0;
}

function saidByAdmission(answer: ReviewAnswer | undefined): object {
  const { verdict, basis, findings = '' } = answer?.auditAnnotations ?? {};
  const codes = findings
    .split(', ')
    .filter((part) => part !== '')
    .map((part) => part.slice(0, 7));
  return { verdict, basis, codes: [...new Set(codes)] };
}

/** What a waiver covers, and hints, are no news. */
function codesThatAreNews({ findings }: Checked): readonly string[] {
  const news = findings.filter(({ enforced, waiver }) => enforced && waiver === undefined);
  return [...new Set(news.map(({ code }) => code))].sort();
}

const COUNTED = [
  ['AtRisk', 'atRisk'],
  ['Marginal', 'marginal'],
  ['Unknown', 'unknown'],
  ['Protected', 'protected'],
  ['NotApplicable', 'notApplicable'],
] as const;

function expectStatus(
  key: string,
  status: ReturnType<ControllerRun['statuses']['get']>,
  { workloads }: CheckedJson,
): void {
  const own = workloads.flatMap((checked) =>
    checked.policies.filter(({ kind, name }) => `${kind}/${name}` === key).map((of) => ({ checked, of })),
  );
  const counts = Object.fromEntries(
    COUNTED.map(([verdict, field]) => [field, own.filter(({ of }) => of.verdict === verdict).length]),
  );
  expect({ key, ...status?.workloads }).toEqual({ key, matched: own.length, ...counts });
  const bad = own.filter(({ of }) => of.verdict !== 'Protected' && of.verdict !== 'NotApplicable');
  const named = (status?.worst ?? []).map(({ kind, namespace, name, verdict, basis }) => [
    `${kind}/${namespace}/${name}`,
    verdict,
    basis,
  ]);
  expect(new Set(named.map(String))).toEqual(
    new Set(bad.map(({ checked, of }) => String([keyOfChecked(checked), of.verdict, of.basis]))),
  );
}

function codesOfPolicy(key: string, scenario: Scenario, { json }: CheckRun): readonly string[] {
  const [kind, ...rest] = key.split('/');
  const name = rest.at(-1);
  const reviewed = json.policies.find((policy) => policy.kind === kind && policy.name === name);
  if (reviewed !== undefined) return [...new Set(reviewed.findings.map(({ code }) => code))];
  const refused = json.problems.filter(({ message }) => message.startsWith(`${name}: `));
  expect(scenario.objects.map(({ metadata }) => metadata.name)).toContain(name);
  return [...new Set(refused.flatMap(({ code }) => (code === undefined ? [] : [code])))];
}

/** Everything that `kubectl apply` prints for each object, as a person sees it. */
function wordsOf({ workloads, policies }: AdmissionRun): string {
  const blocks = [...policies, ...workloads].map(([key, answer]) => {
    const { warnings = [], status } = answer;
    const head = answer.allowed ? (warnings.length === 0 ? 'let in' : 'let in with warnings') : 'refused';
    return [`== ${key}: ${head}`, ...(status === undefined ? [] : [status.message]), ...warnings].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}
