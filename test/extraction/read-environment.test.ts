import { describe, expect, test } from '@jest/globals';
import { ExtractionContext } from '../../src/extraction/reading/extraction-context.ts';
import { isGap } from '../../src/extraction/reading/gaps.ts';
import { readEnvironment } from '../../src/extraction/reading/read-environment.ts';
import { readPod } from '../../src/extraction/reading/read-pod.ts';
import { deployment, sourcesOf, subjectOf, type TestSources } from './workload-builder.ts';

interface Read {
  readonly values: Readonly<Record<string, string>>;
  readonly pointers: Readonly<Record<string, string>>;
  readonly unread: readonly string[];
}

/** Reads the environment of the first container; what cannot be seen is shown as its cause in brackets. */
function read(
  container: Readonly<Record<string, unknown>>,
  sources: TestSources & { readonly secretsOn?: boolean } = {},
  spec: Readonly<Record<string, unknown>> = {},
): Read {
  const subject = subjectOf(
    deployment(
      [],
      { containers: [container], ...spec },
      { labels: { tier: 'web' }, annotations: { note: 'n' } },
    ),
  );
  const pod = readPod(subject);
  const context = new ExtractionContext(subject, pod, sourcesOf(sources), sources.secretsOn === true);
  const { variables, unread } = readEnvironment(container, '/c', context);
  const values: Record<string, string> = {};
  const pointers: Record<string, string> = {};
  for (const [name, { text, place }] of variables) {
    const opened = context.gaps.open(text);
    values[name] = isGap(opened) ? `[${opened.cause}]` : opened.text;
    pointers[name] = `${place.object.kind}${place.pointer}`;
  }
  return { values, pointers, unread: unread.map(({ kind, name, cause }) => `${kind} ${name} ${cause}`) };
}

const value = (name: string, text: string): unknown => ({ name, value: text });
const from = (name: string, source: unknown): unknown => ({ name, valueFrom: source });
const key = (name: string, at: string, optional?: boolean): unknown => ({ name, key: at, optional });

describe('reading an environment as the kubelet makes it', () => {
  test('a later variable sees earlier ones, an earlier one does not see later ones', () => {
    const { values } = read({ env: [value('A', '$(B)'), value('B', 'b'), value('C', '$(A)-$(B)')] });
    expect(values).toEqual({ A: '$(B)', B: 'b', C: '$(B)-b' });
  });

  test('of a name given twice the last wins, and may refer to the first', () => {
    const { values } = read({ env: [value('A', 'one'), value('A', '$(A) two')] });
    expect(values).toEqual({ A: 'one two' });
  });

  test('env wins over envFrom, a later envFrom over an earlier one, prefixes are put before', () => {
    const configMaps = { first: { A: '1', B: '1' }, second: { A: '2' } };
    const { values } = read(
      {
        envFrom: [
          { configMapRef: { name: 'first' } },
          { configMapRef: { name: 'second' } },
          { prefix: 'P_', configMapRef: { name: 'first' } },
        ],
        env: [value('B', 'env')],
      },
      { configMaps },
    );
    expect(values).toEqual({ A: '2', B: 'env', P_A: '1', P_B: '1' });
  });

  test('variables of envFrom are seen by references in env, and not expanded themselves', () => {
    const configMaps = { c: { HOST: 'db', RAW: '$(HOST)' } };
    const { values } = read(
      { envFrom: [{ configMapRef: { name: 'c' } }], env: [value('URL', 'pg://$(HOST)/$(RAW)')] },
      { configMaps },
    );
    expect(values).toMatchObject({ RAW: '$(HOST)', URL: 'pg://db/$(HOST)' });
  });

  test('a key of a ConfigMap is not expanded, and its place is the ConfigMap', () => {
    const { values, pointers } = read(
      { env: [value('A', 'a'), from('K', { configMapKeyRef: key('c', 'x/y') })] },
      { configMaps: { c: { 'x/y': '$(A)' } } },
    );
    expect(values['K']).toBe('$(A)');
    expect(pointers).toEqual({ A: 'Deployment/c/env/0/value', K: 'ConfigMap/data/x~1y' });
  });

  test.each([
    ['a ConfigMap that is missing', { configMapKeyRef: key('none', 'k') }, '[ObjectMissing]'],
    ['a ConfigMap that could not be read', { configMapKeyRef: key('refused', 'k') }, '[ObjectNotRead]'],
    ['a key that is missing', { configMapKeyRef: key('c', 'none') }, '[KeyMissing]'],
    ['an optional ConfigMap that is missing', { configMapKeyRef: key('none', 'k', true) }, undefined],
    ['an optional key that is missing', { configMapKeyRef: key('c', 'none', true) }, undefined],
    [
      'an optional ConfigMap that could not be read',
      { configMapKeyRef: key('refused', 'k', true) },
      '[ObjectNotRead]',
    ],
    ['a Secret that is not read', { secretKeyRef: key('s', 'k') }, '[Secret]'],
    ['the namespace', { fieldRef: { fieldPath: 'metadata.namespace' } }, 'shop'],
    [
      'the name of a Pod that a Deployment will make',
      { fieldRef: { fieldPath: 'metadata.name' } },
      '[DownwardApi]',
    ],
    ['a label of the template', { fieldRef: { fieldPath: "metadata.labels['tier']" } }, 'web'],
    ['an annotation of the template', { fieldRef: { fieldPath: "metadata.annotations['note']" } }, 'n'],
    ['a label that is not there', { fieldRef: { fieldPath: "metadata.labels['none']" } }, '[DownwardApi]'],
    ['the address of the Pod', { fieldRef: { fieldPath: 'status.podIP' } }, '[DownwardApi]'],
    ['a resource', { resourceFieldRef: { resource: 'limits.cpu' } }, '[DownwardApi]'],
    [
      'a file that an init container writes',
      { fileKeyRef: { volumeName: 'v', path: 'p', key: 'k' } },
      '[InitContainerFile]',
    ],
  ])('%s', (_what, source, expected) => {
    const { values } = read({ env: [from('V', source)] }, { configMaps: { c: { k: 'v' }, refused: null } });
    expect(values['V']).toBe(expected);
  });

  test('a variable that an optional reference leaves out keeps what envFrom gave it', () => {
    const { values } = read(
      {
        envFrom: [{ configMapRef: { name: 'c' } }],
        env: [from('k', { configMapKeyRef: key('none', 'k', true) })],
      },
      { configMaps: { c: { k: 'kept' } } },
    );
    expect(values['k']).toBe('kept');
  });

  test('what is seen of a value with a Secret in it stays', () => {
    const { values } = read({
      env: [from('PW', { secretKeyRef: key('s', 'k') }), value('URL', 'pg://u:$(PW)@db/app')],
    });
    expect(values).toEqual({ PW: '[Secret]', URL: '[Secret]' });
  });

  test('Secrets are filled in where they are switched on', () => {
    const { values } = read(
      { env: [from('PW', { secretKeyRef: key('s', 'k') }), value('URL', 'pg://u:$(PW)@db/app')] },
      { secretData: { s: { k: 'hunter2' } }, secretsOn: true },
    );
    expect(values).toEqual({ PW: 'hunter2', URL: 'pg://u:hunter2@db/app' });
  });

  test('envFrom that cannot be read is told, unless it is optional and missing', () => {
    const { unread } = read({
      envFrom: [
        { configMapRef: { name: 'none' } },
        { configMapRef: { name: 'none', optional: true } },
        { secretRef: { name: 's' } },
      ],
    });
    expect(unread).toEqual(['ConfigMap none ObjectMissing', 'Secret s Secret']);
  });

  test('variables that Kubernetes sets for a Service cannot be seen, unless they are switched off', () => {
    const env = [value('U', 'redis://$(REDIS_SERVICE_HOST)')];
    expect(read({ env }).values['U']).toBe('[Unresolvable]');
    expect(read({ env }, {}, { enableServiceLinks: false }).values['U']).toBe(
      'redis://$(REDIS_SERVICE_HOST)',
    );
  });

  test('variables that double each other do not grow without bound', () => {
    const env = [value('V0', 'x'.repeat(1000))];
    for (let at = 1; at < 60; at += 1) env.push(value(`V${at}`, `$(V${at - 1})$(V${at - 1})`));
    expect(read({ env }).values['V59']).toBe('[TooLarge]'.repeat(1));
  });

  test('hostile entries are passed over', () => {
    const { values } = read({
      env: [
        null,
        1,
        'x',
        {},
        { name: 5, value: 'x' },
        { name: '__proto__', value: 'p' },
        { name: 'N', value: 7 },
      ],
      envFrom: [null, { configMapRef: null }, 'x'],
    });
    expect(Object.keys(values).sort()).toEqual(['N']);
    expect(({} as Record<string, unknown>)['p']).toBeUndefined();
  });
});
