import { stringify } from 'yaml';

import { API_GROUP, API_VERSION } from './path-policy.ts';
import type { ApiKind } from './policy-kinds.ts';
import { structuralSchema } from './structural-schema.ts';
import type { StructuralSchema } from './structural-schema.ts';

const HEADER = '# Generated from the schemas in src/api by `npm run generate`. Do not edit.\n';

/** The CustomResourceDefinition of a kind. */
function customResourceDefinition(kind: ApiKind): Readonly<Record<string, unknown>> {
  const singular = kind.kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${API_GROUP}` },
    spec: {
      group: API_GROUP,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular,
        shortNames: [kind.shortName],
        categories: ['pathkeeper'],
      },
      scope: kind.scope,
      versions: [
        {
          name: API_VERSION,
          served: true,
          storage: true,
          ...('status' in kind.schema.shape ? { subresources: { status: {} } } : {}),
          additionalPrinterColumns: kind.columns,
          schema: { openAPIV3Schema: objectSchema(kind) },
        },
      ],
    },
  };
}

/** The same as the text of a file. */
export function customResourceDefinitionFile(kind: ApiKind): string {
  // Text that YAML 1.1 would read as something else (Off, No, 1:30) is quoted: kubectl and helm read YAML 1.1.
  const options = { lineWidth: 110, aliasDuplicateObjects: false, compat: 'yaml-1.1' } as const;
  return HEADER + stringify(customResourceDefinition(kind), options);
}

function objectSchema(kind: ApiKind): StructuralSchema {
  const { spec, status } = kind.schema.shape;
  return {
    description: kind.description,
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { description: 'Version of the schema that the object follows.', type: 'string' },
      kind: { description: 'Kind of the object.', type: 'string' },
      metadata: { type: 'object' },
      ...(spec === undefined ? {} : { spec: structuralSchema(spec) }),
      ...(status === undefined ? {} : { status: structuralSchema(status) }),
    },
  };
}
