import { describe, expect, test } from '@jest/globals';
import { loadEntries } from '../../src/catalogue/load-catalogue.ts';
import { changed, CLIENT, DEVICE } from './entry-texts.ts';

const DEVICE_FILE = 'catalogue/devices/some-firewall.yaml';
const CLIENT_FILE = 'catalogue/clients/some-driver.yaml';

const device = (text: string) => loadEntries([{ path: DEVICE_FILE, text }]);
const client = (text: string) => loadEntries([{ path: CLIENT_FILE, text }]);

describe('a well-formed catalogue', () => {
  test('is loaded with its defaults filled in', () => {
    const { devices, clients, problems } = loadEntries([
      { path: DEVICE_FILE, text: DEVICE },
      { path: CLIENT_FILE, text: CLIENT },
    ]);
    expect(problems).toEqual([]);
    expect(devices).toMatchObject([{ id: 'some-firewall', idleTimeoutSeconds: 3600, variants: [] }]);
    expect(clients).toMatchObject([{ id: 'some-driver', closing: 'Local', listens: 'Never' }]);
  });

  test('an entry that stands on another is completed by it', () => {
    const derived = `id: other-driver
like: some-driver
title: Other driver
kind: Driver
ecosystem: Jvm
recognise: { schemes: ['jdbc:other'] }
confidence: High
sources: [{ url: 'https://example.com', says: It wraps some-driver. }]
`;
    const { clients, problems } = loadEntries([
      { path: 'clients/other-driver.yaml', text: derived },
      { path: CLIENT_FILE, text: CLIENT },
    ]);
    expect(problems).toEqual([]);
    const [first, second] = clients;
    expect(first).toMatchObject({ id: 'other-driver', recognise: { schemes: ['jdbc:other'] } });
    expect(first?.settings).toEqual(second?.settings);
    expect(first?.limits).toEqual(second?.limits);
  });
});

/** What is changed, by what, the line that must be named, and what must be said of it. */
type Broken = readonly [passage: string, other: string, line: number, message: string];

const BROKEN_DEVICES: readonly Broken[] = [
  [
    'kind: Firewall',
    'kind: Firewal',
    5,
    "kind must be one of Firewall, Nat, LoadBalancer, Proxy, Mesh, Pooler, Conntrack, Gateway, Server, not 'Firewal'; did you mean 'Firewall'?",
  ],
  [
    'minSeconds: 60',
    'minimumSeconds: 60',
    8,
    "'minimumSeconds' is not a known field; did you mean 'minSeconds'?",
  ],
  [
    'kind: Service, annotation',
    'kind: Service, anotation',
    16,
    "'anotation' is not a known field; did you mean 'annotation'?",
  ],
  ['vendor: Some\n', '', 1, 'vendor is missing'],
  [
    'idleTimeoutSeconds: 3600\nminSeconds',
    'idleTimeoutSeconds: 1h\nminSeconds',
    7,
    'idleTimeoutSeconds: must be a number',
  ],
  [
    'idleTimeoutSeconds: 3600\nminSeconds',
    'idleTimeoutSeconds: 1.5\nminSeconds',
    7,
    'idleTimeoutSeconds: must be a whole number',
  ],
  ['maxSeconds: 7200', 'maxSeconds: 31536001', 9, 'maxSeconds: must be at most 31536000'],
  [
    'https://example.com/one',
    'ftp://example.com/one',
    22,
    'sources[0].url: must be an http or https address',
  ],
  ['id: some-firewall', 'id: Some_Firewall', 1, 'id: must be lower-case letters, digits and single dashes'],
  [
    'minSeconds: 60',
    'minSeconds: 7201',
    8,
    'minSeconds (7201) must be less than or equal to maxSeconds (7200)',
  ],
  ['minSeconds: 60', 'minSeconds: 3601', 7, 'the default (3600) is below minSeconds (3601)'],
  ['maxSeconds: 7200', 'maxSeconds: 3599', 7, 'the default (3600) is above maxSeconds (3599)'],
  ['idleTimer: Known', 'idleTimer: None', 6, 'idleTimeoutSeconds must not be given with idleTimer None'],
  [
    'idleTimeoutSeconds: 3600\nminSeconds',
    'atLeastSeconds: 60\nminSeconds',
    6,
    'idleTimer Known needs idleTimeoutSeconds',
  ],
  ['timeout: Configurable', 'timeout: Fixed', 8, 'minSeconds must not be given with timeout Fixed'],
  [
    'mode: Passthrough',
    'mode: Passthrough\nreuseIdleSeconds: 60',
    14,
    'reuseIdleSeconds needs mode Terminate',
  ],
  ['refreshedBy: Packets', 'refreshedBy: Payload', 12, 'refreshedBy Payload needs mode Terminate'],
  ['kind: Firewall', 'kind: Pooler', 13, 'a Pooler ends the connection: mode must be Terminate'],
  [
    'mode: Passthrough',
    'mode: Passthrough\nvariants: [{ name: tcp, idleTimer: None }]',
    14,
    'a single variant says nothing: give its values to the entry itself',
  ],
  [
    'mode: Passthrough',
    'mode: Passthrough\nvariants:\n  - { name: tcp, idleTimer: None }\n  - { name: tcp, idleTimer: None }',
    16,
    "there is already a variant named 'tcp'",
  ],
  [
    'mode: Passthrough',
    'mode: Passthrough\nvariants:\n  - { name: tcp, idleTimer: Known }\n  - { name: http, idleTimer: None }',
    15,
    'idleTimer Known needs idleTimeoutSeconds',
  ],
  [
    'annotation: example.com/idle',
    'annotation: example.com/idle-<port>-<port>',
    16,
    'must be an annotation key, with at most one <port>',
  ],
  [
    'annotation: example.com/idle',
    'annotation: UPPER.com/idle',
    16,
    'must be an annotation key, with at most one <port>',
  ],
  ['kind: Service', 'kind: Other', 16, '`other` must be given with kind Other, and only then'],
  ['kind: Service', 'kind: ConfigMap', 16, 'kind ConfigMap needs key'],
  ['annotation: example.com/idle', 'unit: Seconds', 16, 'exactly one of annotation and field must be given'],
  [
    "from: '2024-05', idleTimeoutSeconds: 3600",
    "from: '2024-05', idleTimeoutSeconds: 3599",
    19,
    'the last default of the history (3599) is not the present one',
  ],
  ["from: '2020'", "from: '2025'", 19, "'2024-05' stands after '2025': oldest first"],
  [
    'says: The default is one hour.\n',
    'says: The default is one hour.\n  - { url: https://example.com/one, says: again }\n',
    24,
    'this source stands here already: say all of it in one place',
  ],
  [
    'mode: Passthrough',
    'mode: Passthrough\nsidecar: { containers: [proxy] }',
    14,
    'a sidecar ends the connection: mode must be Terminate',
  ],
  [
    'mode: Passthrough',
    "mode: Terminate\nsidecar: { injectedBy: [{ on: PodLabel, key: 'not a key' }] }",
    14,
    "'not a key' is not a key of an annotation or label",
  ],
  [
    'configuredBy: a knob\nkubernetes:\n  - { kind: Service, annotation: example.com/idle }\n',
    '',
    10,
    'timeout Configurable needs configuredBy or a kubernetes field',
  ],
];

const BROKEN_CLIENTS: readonly Broken[] = [
  [
    'value: { setting: idleTimeout }',
    'value: { setting: idleTimout }',
    24,
    "there is no setting 'idleTimout' in this entry; did you mean 'idleTimeout'?",
  ],
  [
    '  setting: keepAlive\n',
    '  setting: tcpKeepAlive\n',
    21,
    "there is no setting 'tcpKeepAlive' in this entry; did you mean 'keepAlive'?",
  ],
  [
    'when: [{ setting: idleTimeout, above: 0 }]',
    'when: [{ setting: nothing, above: 0 }]',
    26,
    "there is no setting 'nothing' in this entry",
  ],
  [
    'when: [{ setting: idleTimeout, above: 0 }]',
    'when: [{ setting: idleTimeout }]',
    26,
    'asks nothing of the setting: give equals, above or the like',
  ],
  [
    'set: [{ setting: keepAlive,',
    'set: [{ setting: keepalive,',
    29,
    "there is no setting 'keepalive' in this entry; did you mean 'keepAlive'?",
  ],
  [
    'value: { setting: idleTimeout }',
    'value: { setting: keepAlive }',
    24,
    "'keepAlive' is not a number: its type must be Duration or Integer",
  ],
  [
    'value: { setting: idleTimeout }',
    'value: { setting: idleTimeout, seconds: 3 }',
    24,
    'limits[0].value: must have exactly one of seconds and setting',
  ],
  ['enabled: Setting', 'enabled: Always', 20, '`setting` must be given with enabled Setting, and only then'],
  [
    'enabled: Setting\n  setting: keepAlive',
    'enabled: Never\n  time: { seconds: 60 }',
    20,
    'with enabled Never no time, interval or probes are of use',
  ],
  [
    '  setting: keepAlive\n',
    '  setting: keepAlive\n  probes: {}\n',
    22,
    'probes must have exactly one of count and setting',
  ],
  [
    "value: 'true', since: '2.0'",
    "value: 'true', since: '1.9'",
    14,
    'holds for versions for which an earlier default holds',
  ],
  [
    "value: 'false', until: '2.0'",
    "value: 'false', since: '2.0', until: '2.0'",
    13,
    'since (2.0) must be before until (2.0)',
  ],
  [
    "value: 'false', until: '2.0'",
    "value: 'nope', until: '2.0'",
    13,
    "'nope' is not a value of type Boolean, nor one of its special values",
  ],
  ['    unit: Seconds\n', '', 16, 'type Duration needs a unit, or suffixes'],
  ['type: Boolean', 'type: Boolean\n    unit: Days', 11, 'a unit is of no use to type Boolean'],
  [
    "[{ value: '0', means: 'Off' }]",
    "[{ value: '0', means: 'Off' }, { value: '0', means: Unlimited }]",
    18,
    "'0' has a meaning already",
  ],
  ['- name: idleTimeout', '- name: keepAlive', 15, "there is already a setting named 'keepAlive'"],
  [
    '{ urlParameter: keepAlive }',
    '{ urlParameter: keepAlive, env: X }',
    11,
    'settings[0].given[0]: must have exactly one of urlParameter, descriptor',
  ],
  ['{ urlParameter: keepAlive }', "{ urlParameter: keepAlive, given: 'BROKEN' }", 11, 'given needs value'],
  ['{ urlParameter: keepAlive }', '{ fileKey: keepAlive }', 11, 'file and fileKey go together'],
  ['{ urlParameter: keepAlive }', '{ flag: keep-alive }', 11, 'flag must begin with a dash'],
  ['{ urlParameter: keepAlive }', '{ env: KEEP, naming: Spring }', 11, 'naming needs property'],
  ["'SOME_*'", "'*'", 7, "'*' matches too much: at least 3 characters before *"],
  ["'SOME_*'", "'SO*ME'", 7, "'SO*ME' may have * at its end only"],
  ["env: ['SOME_*']", "hosts: ['example.com']", 7, "'example.com' must begin with a dot and have two names"],
  ['states: [Pooled]', 'states: [Pooled, Pooled]', 25, "state 'Pooled' stands here already"],
  ["value: 'true' }]\n    acts", "value: '{tiem}' }]\n    acts", 29, "'{tiem}' is not a known placeholder"],
  [
    "    set: [{ setting: keepAlive, value: 'true' }]\n",
    '',
    28,
    'changes nothing: give set, code or kernelTime Needed',
  ],
  [
    'confidence: High',
    'noticesClose: [{ value: Always }, { value: Never }]\nconfidence: High',
    31,
    'has no conditions, so that what follows it is never reached',
  ],
  [
    'confidence: High',
    'brings: [{ client: some-drivr }]\nconfidence: High',
    31,
    "there is no client 'some-drivr'; did you mean 'some-driver'?",
  ],
  ['confidence: High', 'brings: [{ client: some-driver }]\nconfidence: High', 31, 'brings itself'],
  [
    'confidence: High',
    'inFront: { clients: [nobody-known] }\nconfidence: High',
    31,
    "there is no client 'nobody-known'",
  ],
  [
    'title: Some driver',
    'like: some-driver\ntitle: Some driver',
    2,
    'stands on itself: some-driver is like some-driver',
  ],
  [
    'title: Some driver',
    'like: some-divers\ntitle: Some driver',
    2,
    "there is no client 'some-divers'; did you mean 'some-driver'?",
  ],
  [
    'says: It has settings.\n',
    'says: It has settings.\n  - { url: https://example.com/one, says: again }\n',
    35,
    'this source stands here already: say all of it in one place',
  ],
  [
    '    unit: Seconds\n',
    '    unit: Seconds\n    minimums: [{ value: 1, below: Off }, { value: 2, below: Off }]\n',
    18,
    'holds for versions for which an earlier minimum holds',
  ],
  [
    '    unit: Seconds\n',
    '    unit: Seconds\n    defaults: [{ sameAs: idleTimeout }]\n',
    18,
    'a setting cannot be its own default',
  ],
];

describe('what is wrong with an entry is told with file, entry and line', () => {
  test.each(BROKEN_DEVICES)('device: %s -> %s', (passage, other, line, message) => {
    const { devices, problems } = device(changed(DEVICE, passage, other));
    expect(problems[0]).toMatchObject({ file: DEVICE_FILE, line, message: expect.stringContaining(message) });
    expect(problems[0]?.entry).toBe(message.startsWith('id:') ? 'Some_Firewall' : 'some-firewall');
    expect(devices).toEqual([]);
  });

  test.each(BROKEN_CLIENTS)('client: %s -> %s', (passage, other, line, message) => {
    const { clients, problems } = client(changed(CLIENT, passage, other));
    expect(problems).toContainEqual(
      expect.objectContaining({
        file: CLIENT_FILE,
        entry: 'some-driver',
        line,
        message: expect.stringContaining(message),
      }),
    );
    expect(clients).toEqual([]);
  });

  test('with the column, and what would be allowed', () => {
    const { problems } = device(changed(DEVICE, 'onExpiry: Drop', 'onExpiry: Dorp'));
    expect(problems).toEqual([
      {
        file: DEVICE_FILE,
        entry: 'some-firewall',
        line: 11,
        column: 11,
        message: "onExpiry must be one of Drop, Reset, Close, DropOrReset, not 'Dorp'; did you mean 'Drop'?",
        allowed: ['Drop', 'Reset', 'Close', 'DropOrReset'],
      },
    ]);
  });

  test('every unknown field by itself, with the known ones', () => {
    const { problems } = device(changed(DEVICE, 'vendor: Some\n', 'vendor: Some\nvendr: x\nxyz: y\n'));
    expect(problems.map(({ line, column, message }) => [line, column, message])).toEqual([
      [4, 1, "'vendr' is not a known field; did you mean 'vendor'?"],
      [5, 1, "'xyz' is not a known field"],
    ]);
    expect(problems[0]?.allowed).toContain('vendor');
  });
});

describe('what entries say of each other', () => {
  test('an id that is taken, in the file that comes later', () => {
    const { devices, problems } = loadEntries([
      { path: 'a/devices/some-firewall.yaml', text: DEVICE },
      { path: 'b/devices/some-firewall.yaml', text: DEVICE },
    ]);
    expect(problems).toMatchObject([
      {
        file: 'b/devices/some-firewall.yaml',
        line: 1,
        message: "'some-firewall' is taken by a/devices/some-firewall.yaml already",
      },
    ]);
    expect(devices).toHaveLength(1);
  });

  test('a name that is another device’s, whatever its spelling', () => {
    const other = changed(changed(DEVICE, 'id: some-firewall', 'id: other'), '[somewall]', '[Some-Firewall]');
    const { problems } = loadEntries([
      { path: 'devices/other.yaml', text: other },
      { path: 'devices/some-firewall.yaml', text: DEVICE },
    ]);
    expect(problems).toMatchObject([
      {
        file: 'devices/other.yaml',
        entry: 'other',
        line: 4,
        message: "'Some-Firewall' is a name of 'some-firewall' already",
      },
    ]);
  });

  test('a client that is not there yet is allowed where references are open', () => {
    const text = changed(CLIENT, 'confidence: High', 'brings: [{ client: later }]\nconfidence: High');
    expect(loadEntries([{ path: CLIENT_FILE, text }], 'Open').problems).toEqual([]);
  });

  test('clients that stand on each other', () => {
    const one = changed(CLIENT, 'title:', 'like: two\ntitle:').replace('some-driver', 'one');
    const two = changed(CLIENT, 'title:', 'like: one\ntitle:').replace('some-driver', 'two');
    const { problems } = loadEntries([
      { path: 'clients/one.yaml', text: one },
      { path: 'clients/two.yaml', text: two },
    ]);
    expect(problems.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
      'clients/one.yaml:2 stands on itself: one is like two is like one',
      'clients/two.yaml:2 stands on itself: two is like one is like two',
    ]);
  });

  test('a file that is named otherwise than its entry, and one in no folder', () => {
    const { problems } = loadEntries([
      { path: 'devices/firewall.yaml', text: DEVICE },
      { path: 'things/thing.yaml', text: DEVICE },
    ]);
    expect(problems.map(({ file, message }) => `${file}: ${message}`)).toEqual([
      "devices/firewall.yaml: the file of 'some-firewall' must be named some-firewall.yaml",
      'things/thing.yaml: must stand in a folder named devices or clients',
    ]);
  });
});

describe('hostile texts', () => {
  const HOSTILE: readonly (readonly [string, string, string])[] = [
    ['not YAML', 'id: [', 'Flow sequence'],
    ['nothing', '', 'the entry: must be an object'],
    ['a list', '- 1', 'the entry: must be an object'],
    ['two documents', `${DEVICE}---\n${DEVICE}`, 'multiple documents'],
    ['a name twice', `${DEVICE}id: again\n`, 'Map keys must be unique'],
    ['an anchor', changed(DEVICE, 'Some firewall', '&a Some firewall'), 'anchors (&name) must not be used'],
    ['an alias', changed(DEVICE, 'vendor: Some', 'vendor: *a'), 'aliases (*name) must not be used'],
    ['a tag', changed(DEVICE, 'vendor: Some', 'vendor: !!js/function x'), 'Unresolved tag'],
    ['__proto__', `${DEVICE}__proto__: { x: 1 }\n`, "'__proto__' must not be used as a name"],
    [
      'constructor below',
      changed(DEVICE, '{ kind: Service', '{ constructor: 1, kind: Service'),
      "'constructor' must not be used",
    ],
    ['a name that is no text', `${DEVICE}[1, 2]: x\n`, 'With stringKeys, all keys must be strings'],
    ['30 levels', `${DEVICE}x: ${'['.repeat(30)}${']'.repeat(30)}\n`, 'nested deeper than 20 levels'],
    ['100 000 levels', `x: ${'['.repeat(100_000)}`, 'nested deeper than 20 levels'],
    ['a megabyte', `${DEVICE}# ${'x'.repeat(1_000_000)}`, 'longer than 262144 characters'],
    ['aliases that multiply', `a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n`, 'must not be used'],
  ];

  test.each(HOSTILE)('%s', (_, text, message) => {
    const { devices, problems } = device(text);
    expect(devices).toEqual([]);
    expect(problems.map((problem) => problem.message)).toContainEqual(expect.stringContaining(message));
    for (const problem of problems) {
      expect(problem.file).toBe(DEVICE_FILE);
      expect(problem.line).toBeGreaterThanOrEqual(1);
    }
  });

  test('nothing of it reaches a prototype', () => {
    device(`${DEVICE}__proto__: { polluted: 1 }\n`);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('more files than a catalogue has', () => {
    const files = Array.from({ length: 5001 }, (_, i) => ({ path: `devices/d${i}.yaml`, text: '' }));
    expect(loadEntries(files).problems).toEqual([{ file: '', line: 1, message: 'more than 5000 files' }]);
  });
});
