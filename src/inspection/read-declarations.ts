import { CONNECTIONS_ANNOTATION } from '../api/annotations.ts';
import { readDeclarations, type ConnectionDeclaration } from '../api/connection-declarations.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { didYouMean } from '../catalogue/nearest-name.ts';
import type { DeclaredConnection } from '../extraction/declared-connection.ts';
import { readPod } from '../extraction/reading/read-pod.ts';
import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import type { Finding } from '../findings/finding.ts';
import type { Place } from '../findings/place.ts';

/** What a workload's annotations declare, and a finding for everything in them that says nothing. */
export interface DeclarationsRead {
  readonly declarations: readonly DeclaredConnection[];
  readonly findings: readonly Finding[];
}

/**
 * Reads `pathkeeper.dev/connections` on the workload and on its template; on both they count alike. An entry that cannot be
 * read, or that names a client, a setting or a container that is not there, is a finding and is not applied.
 */
export function readWorkloadDeclarations(subject: WorkloadSubject, catalogue: Catalogue): DeclarationsRead {
  const declarations: DeclaredConnection[] = [];
  const findings: Finding[] = [];
  for (const { text, place } of annotationTexts(subject)) {
    const read = readDeclarations(text);
    const problems = [...read.problems];
    for (const { number, declaration } of read.declarations) {
      const unknown = unknownNames(declaration, subject, catalogue);
      problems.push(...unknown.map((problem) => `entry ${number}: ${problem}`));
      if (unknown.length === 0) declarations.push({ ...declaration, place });
    }
    findings.push(...problems.map((problem) => malformed(problem, place)));
  }
  return { declarations, findings };
}

function unknownNames(
  { container, client, settings }: ConnectionDeclaration,
  subject: WorkloadSubject,
  catalogue: Catalogue,
): readonly string[] {
  const problems: string[] = [];
  if (container !== undefined) {
    const running = runningContainers(subject);
    if (!running.includes(container)) {
      problems.push(`no container '${container}' here${didYouMean(container, running)}`);
    }
  }
  if (client === undefined) return problems;
  const entry = catalogue.client(client.id);
  if (entry === undefined) {
    const ids = catalogue.clients.map(({ id }) => id);
    return [...problems, `no client '${client.id}' in the catalogue${didYouMean(client.id, ids)}`];
  }
  const known = entry.settings.map(({ name }) => name);
  for (const name of Object.keys(settings).filter((given) => !known.includes(given))) {
    problems.push(`${client.id} has no setting '${name.slice(0, 64)}'${didYouMean(name, known)}`);
  }
  return problems;
}

function runningContainers(subject: WorkloadSubject): readonly string[] {
  const { containers } = readPod(subject);
  return containers.filter(({ role }) => role === 'Main' || role === 'Sidecar').map(({ name }) => name);
}

/** The annotation on the workload itself and on its template; a Pod is its own template. */
function annotationTexts(
  subject: WorkloadSubject,
): readonly { readonly text: string; readonly place: Place }[] {
  const object = { kind: subject.kind, namespace: subject.namespace, name: subject.name };
  const key = CONNECTIONS_ANNOTATION.replace('/', '~1');
  const given = [
    { text: subject.annotations[CONNECTIONS_ANNOTATION], pointer: '' },
    {
      text: subject.templatePointer === '' ? undefined : subject.templateAnnotations[CONNECTIONS_ANNOTATION],
      pointer: subject.templatePointer,
    },
  ];
  return given.flatMap(({ text, pointer }) =>
    text === undefined
      ? []
      : [{ text, place: { object, pointer: `${pointer}/metadata/annotations/${key}` } }],
  );
}

function malformed(problem: string, place: Place): Finding {
  return {
    code: 'NPP5006',
    verdict: 'NotApplicable',
    basis: 'Evidence',
    evidence: [],
    fixes: [],
    enforced: true,
    place,
    details: { problem },
  };
}
