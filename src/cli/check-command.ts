import { loadBuiltinCatalogue } from '../catalogue/builtin-catalogue.ts';
import type { Place } from '../findings/place.ts';
import { compareVerdicts, type Verdict } from '../findings/verdict.ts';
import { findingJson, workloadJson, type Location } from '../report/check-json.ts';
import { hidePasswords } from '../remediation/edit-connection-string.ts';
import { workloadText, type Palette } from '../report/check-text.ts';
import { problemOf } from '../report/sentences.ts';
import { checkInput, type CheckedWorkload, type CheckResult, type CheckSummary } from './check-input.ts';
import { paletteFor } from './palette.ts';
import { readDocuments, type InputProblem } from './read-documents.ts';

/** What `pathkeeper check` is told. */
export interface CheckOptions {
  readonly paths: readonly string[];
  readonly format: 'text' | 'json';
  readonly failOn: 'AtRisk' | 'Marginal' | 'Unknown' | 'Never';
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly secrets: 'Off' | 'On';
  readonly kubernetesVersion: { readonly major: number; readonly minor: number } | undefined;
  readonly colour: boolean;
}

/** Where a command reads and writes; tests hand in their own. */
export interface CommandStreams {
  readonly stdin: () => string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly now: () => Date;
}

/** Exit codes of `check`: nothing at or above --fail-on; something; input that cannot be read. */
const CHECK_EXIT = { clean: 0, found: 1, unreadable: 2 } as const;

/** Runs `pathkeeper check` and returns its exit code. */
export async function runCheck(options: CheckOptions, streams: CommandStreams): Promise<number> {
  const input = readDocuments(options.paths, streams.stdin);
  const result = await checkInput(input, {
    catalogue: loadBuiltinCatalogue(),
    namespace: options.namespace,
    clusterDomain: options.clusterDomain,
    secrets: options.secrets,
    clusterVersion: options.kubernetesVersion,
    now: streams.now(),
  });
  if (options.format === 'json') streams.out(`${JSON.stringify(jsonOf(result), null, 2)}\n`);
  else writeText(result, paletteFor(options.colour), streams);
  return exitCode(result, options);
}

function exitCode(result: CheckResult, options: CheckOptions): number {
  const unreadable =
    result.problems.length > 0 || result.policies.some(({ review }) => review.errors.length > 0);
  if (unreadable || result.summary.files === 0) return CHECK_EXIT.unreadable;
  if (options.failOn === 'Never') return CHECK_EXIT.clean;
  const threshold: Verdict = options.failOn;
  const found = result.workloads.some(({ inspection }) =>
    inspection.findings.some(
      ({ verdict, enforced, waiver }) =>
        enforced && waiver === undefined && compareVerdicts(verdict, threshold) <= 0,
    ),
  );
  return found ? CHECK_EXIT.found : CHECK_EXIT.clean;
}

/** Finds the file and line of a place: in the workload itself, or in an object that it references. */
function locator(result: CheckResult, checked: CheckedWorkload): (place: Place) => Location | undefined {
  const { subject } = checked.inspection;
  return (place) => {
    const own = place.object.kind === subject.kind && place.object.name === subject.name;
    const document = own
      ? checked.document
      : result.cluster.document(
          place.object.kind,
          place.object.namespace ?? subject.namespace,
          place.object.name,
        );
    if (document === undefined) return undefined;
    return { file: document.file, line: result.lines.lineOf(document, place.pointer, place.lineWithin) };
  };
}

function jsonOf(result: CheckResult): object {
  return {
    version: 1,
    workloads: result.workloads.map((checked) =>
      workloadJson(checked.inspection, placeOf(result, checked), locator(result, checked)),
    ),
    policies: result.policies.map(({ document, review }) => ({
      kind: review.compiled.reference.kind,
      namespace: review.compiled.reference.namespace,
      name: review.compiled.reference.name,
      file: document.file,
      line: result.lines.lineOf(document, '/metadata/name'),
      findings: [...review.errors, ...review.warnings].map((finding) =>
        findingJson(finding, (place) => ({
          file: document.file,
          line: result.lines.lineOf(document, place.pointer),
        })),
      ),
    })),
    problems: result.problems,
    summary: result.summary,
  };
}

function placeOf(result: CheckResult, { document }: CheckedWorkload): Location {
  return { file: document.file, line: result.lines.lineOf(document, '/metadata/name') };
}

function writeText(result: CheckResult, palette: Palette, streams: CommandStreams): void {
  for (const problem of result.problems) streams.err(problemLine(problem, palette));
  for (const { document, review } of result.policies) {
    for (const finding of [...review.errors, ...review.warnings]) {
      const line = result.lines.lineOf(document, finding.place?.pointer ?? '');
      const severity = review.errors.includes(finding) ? palette.bad('error') : palette.warn('warning');
      streams.err(`${document.file}:${line}: ${severity} ${finding.code}: ${problemOf(finding)}\n`);
    }
  }
  for (const checked of result.workloads) {
    const text = workloadText(
      checked.inspection,
      placeOf(result, checked),
      locator(result, checked),
      ({ file, line }) => sourceLine(result, file, line),
      palette,
    );
    if (text !== '') streams.out(`${text}\n\n`);
  }
  streams.out(`${summaryText(result.summary, result)}\n`);
}

function problemLine({ file, line, code, message }: InputProblem, palette: Palette): string {
  const place = line === undefined ? file : `${file}:${line}`;
  const label = code === undefined ? palette.bad('error') : `${palette.bad('error')} ${code}`;
  return `${place}: ${label}: ${message}\n`;
}

/** The text of one line of the input, from the document that holds it. */
function sourceLine(result: CheckResult, file: string, line: number): string | undefined {
  const document = result.cluster.documentAt(file, line);
  const text = document?.text.split('\n')[line - document.firstLine];
  return text === undefined ? undefined : hidePasswords(text);
}

function summaryText(summary: CheckSummary, result: CheckResult): string {
  const counts = new Map<Verdict, number>();
  for (const { inspection } of result.workloads) {
    if (inspection.policies.length > 0)
      counts.set(inspection.verdict, (counts.get(inspection.verdict) ?? 0) + 1);
  }
  const verdicts = (['AtRisk', 'Marginal', 'Unknown', 'Protected', 'NotApplicable'] as const)
    .filter((verdict) => counts.has(verdict))
    .map((verdict) => `${counts.get(verdict)} ${verdict}`)
    .join(', ');
  const judged = `${summary.judged} workload${summary.judged === 1 ? '' : 's'} judged${verdicts === '' ? '' : `: ${verdicts}`}`;
  const read = `${summary.documents} documents in ${summary.files} files read (${summary.policies} policies, ${summary.context} others used, ${summary.other} without a pod template)`;
  const without = summary.withoutPolicy === 0 ? '' : `; ${summary.withoutPolicy} without a policy`;
  const bad = summary.notUnderstood === 0 ? '' : `; ${summary.notUnderstood} not understood`;
  return `${judged}${without}${bad}. ${read}.`;
}
