import type { Finding } from '../findings/finding.ts';
import { policyName } from '../findings/policy-name.ts';
import { consequenceSentence, problemOf, subjectOfFinding } from './sentences.ts';

/** The API server cuts warnings: 256 characters are shown whole, and 4096 in all (admission API, `warnings`). */
const MOST_CHARACTERS = 255;
const MOST_IN_ALL = 4000;

/**
 * The warnings of a review: for each distinct finding what is wrong and what it will feel like, then the fix. Equal ones are
 * grouped. Each under 256 characters, all under 4096.
 */
export function admissionWarnings(findings: readonly Finding[]): readonly string[] {
  const warnings: string[] = [];
  let total = 0;
  const groups = groupFindings(findings);
  for (const [index, group] of groups.entries()) {
    const lines = linesOf(group);
    const size = lines.reduce((sum, line) => sum + line.length, 0);
    if (total + size > MOST_IN_ALL) {
      warnings.push(
        `[pathkeeper] ${groups.length - index} more findings: see annotation pathkeeper.dev/findings`,
      );
      break;
    }
    warnings.push(...lines);
    total += size;
  }
  return warnings;
}

/** The message of a refusal: every finding with its fix, the worst first. Not cut as warnings are, but bounded. */
export function denialMessage(findings: readonly Finding[]): string {
  const parts = groupFindings(findings)
    .slice(0, 5)
    .map((group) => paragraphOf(group));
  const more = groupFindings(findings).length - parts.length;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return [...parts, ...rest].join('\n');
}

interface Group {
  readonly finding: Finding;
  readonly containers: readonly string[];
}

/** Findings that differ in nothing but the container are one. */
function groupFindings(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, { finding: Finding; containers: string[] }>();
  for (const finding of findings) {
    const key = `${finding.code}|${finding.policy?.name}|${finding.hop}|${finding.target}|${problemOf(finding)}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { finding, containers: finding.container === undefined ? [] : [finding.container] });
    } else if (finding.container !== undefined && !group.containers.includes(finding.container)) {
      group.containers.push(finding.container);
    }
  }
  return [...groups.values()];
}

function linesOf(group: Group): readonly string[] {
  const { finding } = group;
  const head = `[${finding.code}] ${subjectOf(group)}`;
  const tail = finding.policy === undefined ? '' : ` (policy ${policyName(finding.policy)})`;
  const consequence = consequenceSentence(finding);
  const problem = fit([`${head}: ${problemOf(finding)}`, consequence === '' ? '' : `; ${consequence}`, tail]);
  const fix = fixLine(finding);
  return fix === undefined ? [problem] : [problem, fix];
}

function subjectOf(group: Group): string {
  const { finding, containers } = group;
  if (containers.length <= 1) return subjectOfFinding(finding) || 'this workload';
  const { container: _one, ...rest } = finding;
  const others = subjectOfFinding(rest);
  return `containers ${containers.join(', ')}${others === '' ? '' : `, ${others}`}`;
}

function fixLine(finding: Finding): string | undefined {
  const [fix, second] = finding.fixes;
  if (fix === undefined) return undefined;
  const other = second?.side === 'Path' && fix.side !== 'Path' ? `, or ${second.title}` : '';
  return fit([
    `[${finding.code}] fix: ${fix.title}`,
    fix.side === 'Code' ? `: ${oneLine(fix.text)}` : '',
    other,
  ]);
}

function paragraphOf(group: Group): string {
  const { finding } = group;
  const consequence = consequenceSentence(finding);
  const policy = finding.policy === undefined ? '' : ` Policy ${policyName(finding.policy)}.`;
  const fixes = finding.fixes.slice(0, 2).map((fix) => `Fix: ${fix.title}.`);
  const problem = `[${finding.code}] ${subjectOf(group)}: ${problemOf(finding)}`;
  return [`${problem}${consequence === '' ? '' : `; ${consequence}`}.${policy}`, ...fixes].join(' ');
}

/** Joins parts as long as they fit; a part that does not is left out, and the first is cut if it must be. */
function fit(parts: readonly string[]): string {
  let line = '';
  for (const part of parts) {
    if (line.length + part.length <= MOST_CHARACTERS) line += part;
    else if (line === '') line = `${part.slice(0, MOST_CHARACTERS - 3)}...`;
  }
  return line;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
