import type { ObjectEvent } from '../kubernetes/event-recorder.ts';
import type { Resource } from '../kubernetes/resource.ts';
import {
  CRON_JOBS,
  DAEMON_SETS,
  DEPLOYMENTS,
  JOBS,
  PODS,
  REPLICATION_CONTROLLERS,
  REPLICA_SETS,
  STATEFUL_SETS,
} from '../kubernetes/resources.ts';
import { FINDING_CODES } from '../findings/finding-codes.ts';
import { policyName } from '../findings/policy-name.ts';
import { consequenceSentence, problemOf, subjectOfFinding } from '../report/sentences.ts';
import type { Transition } from './verdict-ledger.ts';

const RESOURCES: ReadonlyMap<string, Resource> = new Map(
  [DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, CRON_JOBS, JOBS, REPLICA_SETS, REPLICATION_CONTROLLERS, PODS].map(
    (resource) => [resource.kind, resource],
  ),
);

/** The API server cuts the note of an event at 1024 characters (events.k8s.io/v1). */
const MOST_CHARACTERS = 1024;

/**
 * The event that a transition deserves: a finding at risk or marginal that appears (Warning) or goes (Normal).
 * What cannot be told, and hints, are no news for an event.
 */
export function eventOf({ workload, finding, change }: Transition): ObjectEvent | undefined {
  if (finding.verdict !== 'AtRisk' && finding.verdict !== 'Marginal') return undefined;
  const [kind = '', namespace, name = ''] = workload.split('/');
  const resource = RESOURCES.get(kind);
  if (resource === undefined) return undefined;
  const appeared = change === 'Appeared';
  return {
    regarding: { resource, namespace, name },
    type: appeared ? 'Warning' : 'Normal',
    reason: appeared ? FINDING_CODES[finding.code] : 'FindingResolved',
    action: 'Judged',
    note: noteOf(finding, appeared).slice(0, MOST_CHARACTERS),
  };
}

function noteOf(finding: Transition['finding'], appeared: boolean): string {
  const policy = finding.policy === undefined ? '' : ` (policy ${policyName(finding.policy)})`;
  const problem = `${subjectOfFinding(finding)}: ${problemOf(finding)}`;
  if (!appeared) return `No longer: [${finding.code}] ${problem}${policy}`;
  const consequence = consequenceSentence(finding);
  const fix = finding.fixes[0];
  return `[${finding.code}] ${problem}${consequence === '' ? '' : `; ${consequence}`}${policy}${fix === undefined ? '' : `. Fix: ${fix.title}`}`;
}
