import type { Finding, Fix } from '../findings/finding.ts';
import type { WorkloadInspection } from '../inspection/inspect-workload.ts';
import type { Locate, Location } from './check-json.ts';
import { spellDuration } from './duration.ts';
import { policyName } from '../findings/policy-name.ts';
import { consequenceSentence, problemOf, subjectOfFinding } from './sentences.ts';

/** Marks text for a terminal; each returns it unchanged where colour is off. */
export interface Palette {
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly good: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** A line of the input, for showing what a finding points at. */
export type SourceLine = (location: Location) => string | undefined;

/**
 * A workload of a check as text: a head line, and for each finding what is wrong, what it will feel like, the line that it
 * points at and the change. Empty for a workload about which there is nothing to say.
 */
export function workloadText(
  inspection: WorkloadInspection,
  location: Location,
  locate: Locate,
  sourceLine: SourceLine,
  palette: Palette,
): string {
  const shown = inspection.findings.filter(({ enforced, policy }) => enforced || policy === undefined);
  const reported = inspection.findings.filter(({ enforced, policy }) => !enforced && policy !== undefined);
  if (shown.length === 0) return '';
  const { subject, verdict } = inspection;
  const head = `${location.file}:${location.line}: ${palette.bold(`${subject.kind} ${subject.namespace}/${subject.name}`)} ${paint(verdict, palette)}${inspection.basis === 'Assumption' ? ' by assumption' : ''}`;
  const lines = [head];
  for (const finding of shown) lines.push(...findingLines(finding, locate, sourceLine, palette));
  if (reported.length > 0) lines.push(palette.dim(`  not enforced: ${reported.map(briefly).join('; ')}`));
  return lines.join('\n');
}

function findingLines(
  finding: Finding,
  locate: Locate,
  sourceLine: SourceLine,
  palette: Palette,
): readonly string[] {
  const subject = subjectOfFinding(finding);
  return [
    `  ${label(finding, palette)} ${finding.code} ${subject === '' ? '' : `${subject}: `}${problemOf(finding)}`,
    ...circumstanceLines(finding, palette),
    ...pointedAt(finding, locate, sourceLine, palette),
    ...finding.fixes.slice(0, 3).flatMap((fix) => fixLines(fix, palette)),
  ];
}

function circumstanceLines(finding: Finding, palette: Palette): readonly string[] {
  const { policy, hop, assumption, waiver } = finding;
  const consequence = consequenceSentence(finding);
  const where = hop === undefined ? '' : `, hop ${hop}`;
  return [
    ...(consequence === '' ? [] : [`    ${consequence}`]),
    ...(policy === undefined ? [] : [palette.dim(`    policy ${policyName(policy)}${where}`)]),
    ...(assumption === undefined ? [] : [palette.dim(`    assumed: ${assumption}`)]),
    ...(waiver === undefined ? [] : [`    waived until ${waiver.until}: ${waiver.reason}`]),
  ];
}

function fixLines(fix: Fix, palette: Palette): readonly string[] {
  const note = fix.note === undefined ? '' : ` (${fix.note})`;
  const text = fix.text === '' || fix.title.includes(fix.text) ? [] : fix.text.split('\n');
  return [`    ${palette.good('fix:')} ${fix.title}${note}`, ...text.map((line) => `      ${line}`)];
}

function pointedAt(
  finding: Finding,
  locate: Locate,
  sourceLine: SourceLine,
  palette: Palette,
): readonly string[] {
  const location = finding.place === undefined ? undefined : locate(finding.place);
  if (location === undefined) return [];
  const source = sourceLine(location);
  const where = palette.dim(`    at ${location.file}:${location.line}`);
  return source === undefined ? [where] : [where, palette.dim(`      ${source.trim().slice(0, 160)}`)];
}

function briefly(finding: Finding): string {
  const silence = finding.silenceSeconds == null ? 'no limit' : spellDuration(finding.silenceSeconds);
  return `${finding.code} ${finding.state === 'InUse' ? 'while a request waits' : 'while listening'} (${silence}, ${finding.hop})`;
}

/** A finding about what has no effect judges no connection. */
function label({ verdict }: Finding, palette: Palette): string {
  return verdict === 'NotApplicable' ? palette.warn('Note') : paint(verdict, palette);
}

function paint(verdict: string, palette: Palette): string {
  if (verdict === 'AtRisk') return palette.bad(verdict);
  if (verdict === 'Protected') return palette.good(verdict);
  return palette.warn(verdict);
}
