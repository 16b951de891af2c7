import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterAccess } from '../controlplane/cluster-access.ts';
import { projectRoot } from '../controlplane/project-root.ts';
import { runCommand, type CommandResult } from '../controlplane/run-command.ts';
import { metricOf, type PathkeeperProcess } from './start-pathkeeper.ts';

/** What a command must show, or must not, and how it must end. */
export interface Expectation {
  readonly shows?: readonly RegExp[];
  readonly hides?: readonly RegExp[];
  /** Default: 0. */
  readonly code?: number;
  /** What the webhook knows more of afterwards; the demo waits for that, as a person does without noticing. */
  readonly adds?: { readonly gauge: WebhookGauge; readonly count: number };
}

/** A metric of the webhook that tells how much it knows. */
export type WebhookGauge = 'pathkeeper_policies' | 'pathkeeper_workloads';

/** Where the demo is told: words for people, commands with their real output, and what was not as it should be. */
export interface Stage {
  /** The expectations that were not met, in words. */
  readonly failures: readonly string[];
  title(text: string): void;
  say(text: string): void;
  /** Runs a command line, shows it as typed with its output, and holds that against the expectation. */
  run(line: string, expectation?: Expectation): Promise<void>;
  /**
   * Repeats a command line until it shows what is expected, and shows it then, with the time that it took: what is
   * written by the controller comes a moment after what made it write.
   */
  runUntil(line: string, expectation: Expectation): Promise<void>;
}

/** A status must be right within 2 s; the demo waits longer, so that a slow machine shows a time and not a failure. */
const PATIENCE_MS = 20_000;

/** A stage whose `kubectl` is the control plane's, with the project's folder as working directory. */
export function createStage(cluster: ClusterAccess, webhook: PathkeeperProcess): Stage {
  const failures: string[] = [];
  const judge = (line: string, { code, output }: Output, expectation: Expectation): void => {
    const problems = [
      ...(code === (expectation.code ?? 0) ? [] : [`ends with ${code}, not ${expectation.code ?? 0}`]),
      ...(expectation.shows ?? [])
        .filter((text) => !text.test(output))
        .map((text) => `does not show ${text}`),
      ...(expectation.hides ?? []).filter((text) => text.test(output)).map((text) => `shows ${text}`),
    ];
    failures.push(...problems.map((problem) => `${line}: ${problem}`));
  };
  return {
    failures,
    title: (text) => console.log(`\n${bold(text)}`),
    say: (text) => console.log(`\n${text}\n`),
    run: async (line, expectation = {}) => {
      const heard = await listen(webhook, expectation);
      const output = await runLine(cluster, line);
      await heard();
      show(line, output);
      judge(line, output, expectation);
    },
    runUntil: async (line, expectation) => {
      const began = performance.now();
      let output = await runLine(cluster, line);
      const isThere = (): boolean => (expectation.shows ?? []).every((text) => text.test(output.output));
      while (!isThere() && performance.now() - began < PATIENCE_MS) {
        await delay(50);
        output = await runLine(cluster, line);
      }
      show(line, output, `   # after ${((performance.now() - began) / 1000).toFixed(1)} s`);
      judge(line, output, expectation);
    },
  };
}

/** Returns the way to wait until the webhook has heard of what is added from now on. */
async function listen(webhook: PathkeeperProcess, { adds }: Expectation): Promise<() => Promise<void>> {
  if (adds === undefined) return () => Promise.resolve();
  const wanted = (await metricOf(webhook, adds.gauge)) + adds.count;
  return async () => {
    const deadline = performance.now() + PATIENCE_MS;
    while ((await metricOf(webhook, adds.gauge)) < wanted && performance.now() < deadline) await delay(20);
  };
}

interface Output {
  readonly code: number;
  readonly output: string;
}

function show(line: string, { output }: Output, remark = ''): void {
  console.log(`${dim('$')} ${bold(line)}${dim(remark)}`);
  if (output !== '') console.log(output);
}

/** Runs `COMMAND` or `sed s/OLD/NEW/ FILE | COMMAND`, the one pipe that the demo needs, without a shell. */
async function runLine(cluster: ClusterAccess, line: string): Promise<Output> {
  const [first = '', second] = line.split(' | ');
  const result =
    second === undefined
      ? await runWords(cluster, wordsOf(first))
      : await runWords(cluster, wordsOf(second), await editFile(wordsOf(first)));
  return { code: result.code, output: `${result.stderr}${result.stdout}`.trimEnd() };
}

function runWords(cluster: ClusterAccess, words: readonly string[], stdin?: string): Promise<CommandResult> {
  const [command = '', ...args] = words;
  const options = { cwd: projectRoot(), ...(stdin === undefined ? {} : { stdin }) };
  if (command === 'kubectl') return cluster.kubectl(args, options);
  return runCommand(command === 'node' ? process.execPath : command, args, options);
}

async function editFile([command, edit = '', path = '']: readonly string[]): Promise<string> {
  const [, old, fresh] = edit.split('/');
  if (command !== 'sed' || old === undefined || fresh === undefined) throw new Error(`not a sed: ${edit}`);
  return (await readFile(join(projectRoot(), path), 'utf8')).replace(old, fresh);
}

/** The words of a command line; single quotes hold one together, as in a shell. */
function wordsOf(line: string): readonly string[] {
  return (line.match(/(?:'[^']*'|[^ '])+/g) ?? []).map((word) => word.replaceAll("'", ''));
}

function bold(text: string): string {
  return process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text;
}

function dim(text: string): string {
  return process.stdout.isTTY ? `\u001b[2m${text}\u001b[22m` : text;
}
