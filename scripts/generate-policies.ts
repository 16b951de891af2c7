import { customResourceDefinitionFile } from '../src/api/custom-resource-definition.ts';
import { API_GROUP } from '../src/api/path-policy.ts';
import { POLICY_KINDS } from '../src/api/policy-kinds.ts';
import type { Generator } from './generator.ts';

/** `crds/`: what a cluster needs to know our kinds. */
export const customResourceDefinitions: Generator = {
  name: 'custom resource definitions',
  folders: ['crds'],
  files: () =>
    Promise.resolve(
      new Map(
        POLICY_KINDS.map((kind) => [
          `crds/${API_GROUP}_${kind.plural}.yaml`,
          customResourceDefinitionFile(kind),
        ]),
      ),
    ),
};
