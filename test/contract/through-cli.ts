import { runCheck, type CheckOptions } from '../../src/cli/check-command.ts';
import { projectRoot } from '../controlplane/project-root.ts';
import type { Scenario } from './scenario.ts';

/** A finding of the CLI's JSON, as far as the tests read it. */
export interface CheckedFinding {
  readonly code: string;
  readonly verdict: string;
  readonly basis: string;
  readonly policy?: string;
  readonly enforced: boolean;
  readonly waiver?: object;
  readonly message: string;
  readonly consequence: string;
  readonly fixes: readonly { readonly title: string; readonly text: string; readonly side: string }[];
}

/** The CLI's JSON, as far as the tests read it. */
export interface CheckedJson {
  readonly workloads: readonly {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly verdict: string;
    readonly basis: string;
    readonly policies: readonly {
      readonly kind: string;
      readonly name: string;
      readonly verdict: string;
      readonly basis: string;
    }[];
    readonly findings: readonly CheckedFinding[];
  }[];
  readonly policies: readonly {
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly findings: readonly { readonly code: string }[];
  }[];
  readonly problems: readonly { readonly file: string; readonly message: string; readonly code?: string }[];
}

/** What the command line says of a scenario. */
export interface CheckRun {
  readonly json: CheckedJson;
  /** Standard output and standard error of the text form, one after the other. */
  readonly text: string;
  readonly exitCode: number;
}

/** Runs `pathkeeper check` on a scenario's manifests in both formats. */
export async function throughCli(scenario: Scenario, file = scenario.manifests): Promise<CheckRun> {
  const json = await check(scenario, file, 'json');
  const text = await check(scenario, file, 'text');
  return {
    json: JSON.parse(json.out) as CheckedJson,
    // Golden files must not depend on where the project lies.
    text: `${text.err}${text.out}`.replaceAll(`${projectRoot()}/`, ''),
    exitCode: text.exitCode,
  };
}

async function check(
  { now, version }: Scenario,
  file: string,
  format: CheckOptions['format'],
): Promise<{ readonly out: string; readonly err: string; readonly exitCode: number }> {
  const written = { out: '', err: '' };
  const exitCode = await runCheck(
    {
      paths: [file],
      format,
      failOn: 'AtRisk',
      namespace: 'default',
      clusterDomain: 'cluster.local',
      secrets: 'Off',
      kubernetesVersion: version,
      colour: false,
    },
    {
      stdin: () => '',
      out: (text) => void (written.out += text),
      err: (text) => void (written.err += text),
      now: () => now,
    },
  );
  return { ...written, exitCode };
}
