import { describe, expect, test } from '@jest/globals';

import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import { readWorkloadDeclarations } from '../../src/inspection/read-declarations.ts';
import { subjectOf } from '../extraction/workload-builder.ts';

const catalogue = loadBuiltinCatalogue();
const KEY = 'pathkeeper.dev/connections';

function read(onWorkload: string | undefined, onTemplate?: string) {
  const annotations = (text: string | undefined) =>
    text === undefined ? {} : { annotations: { [KEY]: text } };
  const subject = subjectOf({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api', namespace: 'orders', ...annotations(onWorkload) },
    spec: {
      template: {
        metadata: annotations(onTemplate),
        spec: {
          initContainers: [{ name: 'prepare', image: 'busybox' }],
          containers: [{ name: 'app', image: 'registry.example/orders:1' }],
        },
      },
    },
  });
  return readWorkloadDeclarations(subject, catalogue);
}

describe('what annotations declare', () => {
  test('is read on the workload and on its template, each with its place', () => {
    const { declarations, findings } = read('- {client: pgjdbc}', '- {heartbeatSeconds: 30, container: app}');
    expect(findings).toEqual([]);
    expect(declarations.map(({ client, place }) => [client?.id, place.pointer])).toEqual([
      ['pgjdbc', '/metadata/annotations/pathkeeper.dev~1connections'],
      [undefined, '/spec/template/metadata/annotations/pathkeeper.dev~1connections'],
    ]);
  });

  test('is nothing without an annotation', () => {
    expect(read(undefined)).toEqual({ declarations: [], findings: [] });
  });
});

describe('what says nothing is a finding, and is not applied', () => {
  test.each([
    [
      'a client that nobody knows',
      '- {client: pgjdb}',
      "entry 1: no client 'pgjdb' in the catalogue; did you mean 'pgjdbc'?",
    ],
    [
      'a setting that the client has not',
      '- {client: pgjdbc, settings: {tcpKeepAlives: true}}',
      "entry 1: pgjdbc has no setting 'tcpKeepAlives'; did you mean 'tcpKeepAlive'?",
    ],
    [
      'a container that is not there',
      '- {client: pgjdbc, container: ap}',
      "entry 1: no container 'ap' here; did you mean 'app'?",
    ],
    [
      'a container that does not stay',
      '- {client: pgjdbc, container: prepare}',
      "entry 1: no container 'prepare' here",
    ],
    ['what is not YAML', '- {client', 'is not YAML'],
  ])('%s', (_what, text, problem) => {
    const { declarations, findings } = read(text);
    expect(declarations).toEqual([]);
    expect(findings.map(({ code }) => code)).toEqual(['NPP5006']);
    expect(findings[0]?.details?.['problem']).toContain(problem);
  });

  test('and the others are applied all the same', () => {
    const { declarations, findings } = read('- {client: nobody-knows-it}\n- {client: pgjdbc}');
    expect(declarations).toHaveLength(1);
    expect(findings).toHaveLength(1);
  });
});
