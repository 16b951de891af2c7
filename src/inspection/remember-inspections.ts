import type { WorkloadSubject } from '../extraction/workload-facts.ts';
import { inspectWorkload, type InspectionContext, type WorkloadInspection } from './inspect-workload.ts';

/** What an inspection depends on beside the workload itself: it changes when a policy, a label or a configuration does. */
export type Revision = number;

/**
 * Inspections that were made already. One applied Deployment is asked about many times: to mutate and to validate, then as
 * its ReplicaSet, and for each Pod. The key is everything that is read of a workload; all are forgotten when what they
 * depend on changes. An inspection that had to do without some configuration is never kept: the next may be able to read it.
 */
export class RememberedInspections {
  readonly #most: number;
  readonly #kept = new Map<string, WorkloadInspection>();
  #revision: Revision = -1;
  #day = '';

  /** @param most inspections kept; the one that was not asked for longest goes first */
  constructor(most: number) {
    this.#most = most;
  }

  /** The inspection of a workload: a kept one where nothing that it depends on has changed. */
  async inspect(
    subject: WorkloadSubject,
    context: InspectionContext,
    revision: Revision,
  ): Promise<WorkloadInspection> {
    this.#forgetOutdated(revision, context.now);
    const key = keyOf(subject);
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const inspection = await inspectWorkload(subject, context);
    if (this.#revision === revision && inspection.facts.unreadable.length === 0) this.#keep(key, inspection);
    return inspection;
  }

  /** Waivers end with a day, so a day is as long as anything is kept. */
  #forgetOutdated(revision: Revision, now: Date): void {
    const day = now.toISOString().slice(0, 10);
    if (revision === this.#revision && day === this.#day) return;
    this.#kept.clear();
    this.#revision = revision;
    this.#day = day;
  }

  #keep(key: string, inspection: WorkloadInspection): void {
    this.#kept.set(key, inspection);
    if (this.#kept.size <= this.#most) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** Everything of a workload that an inspection reads. */
function keyOf(subject: WorkloadSubject): string {
  const { kind, namespace, name, annotations, templateLabels, templateAnnotations, podSpec, owner, object } =
    subject;
  const deadline = (object as { spec?: { activeDeadlineSeconds?: unknown } } | null)?.spec
    ?.activeDeadlineSeconds;
  return JSON.stringify([
    kind,
    namespace,
    name,
    owner?.kind,
    deadline,
    annotations,
    templateLabels,
    templateAnnotations,
    podSpec,
  ]);
}
