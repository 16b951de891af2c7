import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import type { PathModel, WorkloadCircumstances } from '../../src/evaluation/path-model.ts';
import type { HopVerdict } from '../../src/evaluation/path-verdict.ts';
import type { ConnectionModel } from '../../src/extraction/connection-model.ts';
import type { ConnectionState } from '../../src/findings/verdict.ts';
import { circumstances } from './model-builders.ts';

/** The verdict of one hop in one state; by default of the first in the state of use. */
export function judge(
  client: ConnectionModel,
  route: PathModel,
  state: ConnectionState = 'Pooled',
  about: { hop?: string; circumstances?: Partial<WorkloadCircumstances> } = {},
): HopVerdict {
  const use = state === 'Listening' ? 'Listening' : 'Pooled';
  const verdict = evaluatePath(client, route, use, circumstances(about.circumstances));
  const found = verdict.hops.find(
    (hop) => hop.state === state && (about.hop === undefined || hop.hop === about.hop),
  );
  if (found === undefined) throw new Error(`no verdict of ${about.hop ?? 'any hop'} in ${state}`);
  return found;
}
