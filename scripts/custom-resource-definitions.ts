import { customResourceDefinitionFile } from '../src/api/custom-resource-definition.ts';
import { API_GROUP } from '../src/api/path-policy.ts';
import { POLICY_KINDS } from '../src/api/policy-kinds.ts';
import type { Generator } from './generator.ts';

/** Where they are for people with kubectl, and where helm looks for what it installs once and never removes. */
const FOLDERS = ['crds', 'charts/pathkeeper/crds'];

/** What a cluster needs to know our kinds. */
export const customResourceDefinitions: Generator = {
  name: 'custom resource definitions',
  folders: FOLDERS,
  files: () =>
    Promise.resolve(
      new Map(
        FOLDERS.flatMap((folder) =>
          POLICY_KINDS.map((kind): [string, string] => [
            `${folder}/${API_GROUP}_${kind.plural}.yaml`,
            customResourceDefinitionFile(kind),
          ]),
        ),
      ),
    ),
};
