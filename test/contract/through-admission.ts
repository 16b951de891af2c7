import { mutateWorkload } from '../../src/admission/mutate-workload.ts';
import { validatePolicy } from '../../src/admission/validate-policy.ts';
import { validateWorkload, type ContextMaker } from '../../src/admission/validate-workload.ts';
import type { WorkloadSubject } from '../../src/extraction/workload-facts.ts';
import { inspectWorkload } from '../../src/inspection/inspect-workload.ts';
import { serveApp, type ServedApp } from '../admission/serve-app.ts';
import { resourceOf, scenarioCluster } from './scenario-cluster.ts';
import { keyOf, policiesOf, workloadsOf, type Scenario, type ScenarioObject } from './scenario.ts';

/** The answer to one review. */
export interface ReviewAnswer {
  readonly allowed: boolean;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
  readonly status?: { readonly code: number; readonly message: string };
}

/** What a person sees who applies a scenario's objects one by one. */
export interface AdmissionRun {
  readonly workloads: ReadonlyMap<string, ReviewAnswer>;
  readonly policies: ReadonlyMap<string, ReviewAnswer>;
}

/** Sends each workload, and each policy, through the real handlers over a real socket. */
export async function throughAdmission(scenario: Scenario): Promise<AdmissionRun> {
  const shown = await scenarioCluster(scenario);
  const { state } = shown;
  const context: ContextMaker = (deadline) => state.context(scenario.now, deadline);
  const parts = {
    inspect: (subject: WorkloadSubject, deadline: AbortSignal) => inspectWorkload(subject, context(deadline)),
    spared: new Set(['kube-system']),
    version: '0.1.0',
  };
  const served = await serveApp({
    '/validate': validateWorkload(parts),
    '/mutate': mutateWorkload({ ...parts, sysctlsAreSafe: state.sysctlsAreSafe }),
    '/validate-policy': validatePolicy({
      context,
      workloads: (namespace) =>
        namespace === undefined ? state.workloads.all() : state.workloads.inNamespace(namespace),
    }),
  });
  try {
    return {
      workloads: await reviewAll(served, '/validate', workloadsOf(scenario.objects)),
      policies: await reviewAll(served, '/validate-policy', policiesOf(scenario.objects)),
    };
  } finally {
    await served.close();
    await shown.close();
  }
}

async function reviewAll(
  served: ServedApp,
  path: string,
  objects: ReadonlyMap<string, ScenarioObject>,
): Promise<ReadonlyMap<string, ReviewAnswer>> {
  const answers = new Map<string, ReviewAnswer>();
  for (const [key, object] of objects) {
    const { status, body } = await served.post(path, reviewOf(object));
    if (status !== 200) throw new Error(`${key}: HTTP ${status}: ${body}`);
    answers.set(key, (JSON.parse(body) as { response: ReviewAnswer }).response);
  }
  if (served.failures.length > 0) throw served.failures[0];
  return answers;
}

function reviewOf(object: ScenarioObject): string {
  const { group, version, plural, kind } = resourceOf(object);
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: keyOf(object),
      kind: { group, version, kind },
      resource: { group, version, resource: plural },
      name: object.metadata.name,
      namespace: object.metadata.namespace ?? '',
      operation: 'CREATE',
      object,
      oldObject: null,
      dryRun: false,
    },
  });
}
