import { describe, expect, test } from '@jest/globals';

import { isPathPolicy, parsePolicy } from '../../src/api/parse-policy.ts';

const POLICY = {
  apiVersion: 'pathkeeper.dev/v1alpha1',
  kind: 'NetworkPathPolicy',
  metadata: { name: 'orders', namespace: 'orders', generation: 3, uid: 'u', labels: { a: 'b' } },
  spec: { podSelector: {}, path: { hops: [{ name: 'firewall', idleTimeoutSeconds: 3600 }] } },
};

function problemsOf(change: object): string[] {
  return parsePolicy({ ...POLICY, ...change }).problems.map(({ path, message }) => `${path}: ${message}`);
}

function specProblems(spec: object): string[] {
  return problemsOf({ spec: { ...POLICY.spec, ...spec } });
}

describe('a policy that is read', () => {
  test('has its defaults, and of the metadata what is needed', () => {
    expect(parsePolicy(POLICY).policy).toEqual({
      apiVersion: 'pathkeeper.dev/v1alpha1',
      kind: 'NetworkPathPolicy',
      metadata: { name: 'orders', namespace: 'orders', generation: 3, uid: 'u' },
      spec: {
        podSelector: {},
        direction: 'Outbound',
        path: { hops: [{ name: 'firewall', idleTimeoutSeconds: 3600 }] },
        tolerance: { marginPercent: 10, lostProbes: 1 },
        keepAliveProof: 'Assume',
        enforcement: { admission: 'Warn', unknown: 'Audit', annotate: 'Enabled', remediate: 'Off' },
      },
    });
  });

  test('keeps a status that can be read, and does without one that cannot', () => {
    const status = { observedGeneration: 2 };
    expect(parsePolicy({ ...POLICY, status }).policy?.status).toEqual(status);
    expect(parsePolicy({ ...POLICY, status: { phase: 'Happy' } })).toMatchObject({ problems: [] });
    expect(parsePolicy({ ...POLICY, status: { phase: 'Happy' } }).policy).not.toHaveProperty('status');
  });

  test('is not changed itself, even when it is frozen', () => {
    const spec = Object.freeze({
      ...POLICY.spec,
      enforcement: Object.freeze({ remediate: false }),
      description: null,
    });
    const raw = Object.freeze({ ...POLICY, spec });
    expect(parsePolicy(raw).policy?.spec.enforcement.remediate).toBe('Off');
    expect(raw.spec.enforcement.remediate).toBe(false);
  });
});

describe('what is wrong is said for the person who wrote it', () => {
  test.each([
    [
      'a misspelt field',
      { podSelecter: {} },
      'spec.podSelecter: is not a known field; did you mean `podSelector`?',
    ],
    [
      'a field without its unit',
      { longestQuietOperation: 9 },
      'spec.longestQuietOperation: is not a known field; did you mean `longestQuietOperationSeconds`?',
    ],
    [
      'a field in another place',
      { marginPercent: 5 },
      'spec.marginPercent: is not a field here; it is one at `spec.tolerance.marginPercent`',
    ],
    [
      'a field of nowhere',
      { tolerance: { xyzzy: 1 } },
      'spec.tolerance.xyzzy: is not a known field; allowed here: `marginPercent`, `lostProbes`',
    ],
    [
      'a number as text',
      { tolerance: { marginPercent: '10' } },
      "spec.tolerance.marginPercent: must be a whole number, not the text '10'",
    ],
    [
      'a number as a list',
      { tolerance: { marginPercent: [] } },
      'spec.tolerance.marginPercent: must be a whole number, not a list',
    ],
    [
      'a number out of bounds',
      { tolerance: { lostProbes: 11 } },
      'spec.tolerance.lostProbes: must be between 0 and 10',
    ],
    [
      'a text as a number',
      { podSelector: { matchLabels: { version: 2 } } },
      'spec.podSelector.matchLabels.version: must be text: put it in quotes ("2")',
    ],
    [
      'another spelling',
      { direction: 'outbound' },
      "spec.direction: must be 'Outbound' or 'Inbound'; did you mean 'Outbound'?",
    ],
    [
      'a key with dots',
      { podSelector: { matchLabels: { 'app.kubernetes.io/name': '-' } } },
      'spec.podSelector.matchLabels[app.kubernetes.io/name]: must be empty or consist of',
    ],
    ['a list in an object', { peer: [] }, 'spec.peer: must be an object with fields, not a list'],
  ])('%s', (_what, spec, problem) => {
    expect(specProblems(spec)).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    [
      'no kind of ours',
      { kind: 'NetworkPathPolici' },
      "kind: must be 'NetworkPathPolicy' or 'ClusterNetworkPathPolicy'; did you mean 'NetworkPathPolicy'?",
    ],
    ['another version', { apiVersion: 'pathkeeper.dev/v2' }, "apiVersion: must be 'pathkeeper.dev/v1alpha1'"],
    ['no name', { metadata: {} }, 'metadata.name: must be given'],
    [
      'a kind from the prototype',
      { kind: 'toString' },
      "kind: must be 'NetworkPathPolicy' or 'ClusterNetworkPathPolicy'",
    ],
  ])('%s', (_what, change, problem) => {
    expect(problemsOf(change)).toEqual([problem]);
  });

  test('everything at once, each with its pointer', () => {
    const spec = {
      podSelector: {},
      path: { hops: [{ name: 'a', onExpiry: 'Drip' }] },
      peer: { onIdle: 'Drop' },
    };
    expect(parsePolicy({ ...POLICY, spec }).problems.map(({ rule, pointer }) => [rule, pointer])).toEqual([
      ['allowed-values', '/spec/path/hops/0/onExpiry'],
      ['on-idle-needs-timeout', '/spec/peer/onIdle'],
    ]);
    const labels = { podSelector: { matchLabels: { 'a/b~c': '-' } } };
    expect(parsePolicy({ ...POLICY, spec: { ...POLICY.spec, ...labels } }).problems[0]?.pointer).toBe(
      '/spec/podSelector/matchLabels/a~1b~0c',
    );
  });
});

describe('hostile input is a problem and nothing worse', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'a'],
    ['a list', [POLICY]],
    ['a number', 3],
  ])('%s', (_what, raw) => {
    expect(parsePolicy(raw).problems).toMatchObject([{ rule: 'type', path: '' }]);
  });

  test('ten thousand levels', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 10_000; level += 1) deep = level % 2 === 0 ? [deep] : { a: deep };
    expect(specProblems({ path: { hops: deep } })).not.toEqual([]);
    expect(specProblems({ deep })).not.toEqual([]);
  });

  test('a hundred thousand unknown fields', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`field${index}`, 1]));
    const { problems } = parsePolicy({ ...POLICY, spec: { ...POLICY.spec, ...many } });
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)?.message).toBe('has 99950 more problems');
  });

  test('megabytes of text are measured before they are matched, and not repeated', () => {
    const long = 'a'.repeat(4_000_000);
    const hops = [{ name: `${long}!`, device: long, idleTimeoutFrom: { kind: long, name: long } }];
    const spec = { description: long, podSelector: { matchLabels: { a: long } }, path: { hops }, [long]: 1 };
    const { problems } = parsePolicy({ ...POLICY, spec });
    expect(problems.length).toBeGreaterThanOrEqual(6);
    for (const { message, path } of problems) expect(message.length + path.length).toBeLessThan(1000);
  });

  test('keys that mean something to JavaScript', () => {
    const spec = JSON.parse(
      '{"__proto__": {"podSelector": {}}, "constructor": 1, "path": {"__proto__": 1}}',
    ) as object;
    const { problems, policy } = parsePolicy({ ...POLICY, spec });
    expect(policy).toBeUndefined();
    expect(problems.map(({ path }) => path)).toEqual([
      'spec.__proto__',
      'spec.path.__proto__',
      'spec.podSelector',
      'spec.constructor',
    ]);
    expect({}).not.toHaveProperty('podSelector');
    const selector = JSON.parse('{"matchLabels": {"__proto__": "x"}}') as object;
    expect(specProblems({ podSelector: selector })).not.toEqual([]);
  });

  test('text that would forge lines in a terminal', () => {
    const [problem = ''] = specProblems({ 'a\u001b[31m\nok': 1 });
    // oxlint-disable-next-line no-control-regex
    expect(problem).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('isPathPolicy', () => {
  test.each([
    [POLICY, true],
    [{ apiVersion: 'pathkeeper.dev/v9', kind: 'ClusterNetworkPathPolicy' }, true],
    [{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }, false],
    [{ apiVersion: 'pathkeeper.dev/v1alpha1', kind: 'ClientProfile' }, false],
    [{ kind: 'NetworkPathPolicy' }, false],
    [{ apiVersion: 'pathkeeper.dev/v1alpha1', kind: { toString: 1, valueOf: 1 } }, false],
    [null, false],
    [[POLICY], false],
  ])('%j: %s', (raw, expected) => {
    expect(isPathPolicy(raw)).toBe(expected);
  });
});
