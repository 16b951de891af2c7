import { describe, expect, test } from '@jest/globals';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import { type ClientEntry, clientEntrySchema } from '../../src/catalogue/client-entry.ts';
import type { ConnectionModel } from '../../src/extraction/connection-model.ts';
import {
  deployment,
  extract,
  idsOf,
  limitsOf,
  modelOf,
  only,
  outbound,
  shown,
  type TestContainer,
} from './workload-builder.ts';

/** An entry with what a test needs; the schema fills in the rest and refuses what is none. */
function entry(id: string, kind: ClientEntry['kind'], rest: object): ClientEntry {
  return clientEntrySchema.parse({
    id,
    title: id.toUpperCase(),
    kind,
    ecosystem: 'Any',
    recognise: {},
    confidence: 'High',
    sources: [{ url: 'https://example.com/source', says: 'made up for this test' }],
    ...rest,
  });
}

const DRIVER = {
  recognise: { schemes: ['db'] },
  address: { defaultPort: 1000 },
  keepAlive: { enabled: 'Always' },
  noticesClose: [{ value: 'Never' }],
};

function models(
  entries: readonly ClientEntry[],
  container: TestContainer,
  spec = {},
): readonly ConnectionModel[] {
  const facts = extract(deployment(container, spec), { catalogue: new Catalogue([], entries) });
  return outbound(facts).flatMap(({ candidates }) => candidates.map(({ model }) => model));
}

const modelIn = (entries: readonly ClientEntry[], container: TestContainer, spec = {}): ConnectionModel => {
  const [first, ...others] = models(entries, container, spec);
  if (first === undefined || others.length > 0) throw new Error('expected one candidate');
  return first;
};

const URL = { env: { URL: 'db://host.example/x' } };

describe('the keep-alive that a client asks for', () => {
  const settings = [
    { name: 'on', type: 'Boolean', given: [{ urlParameter: 'on' }], defaults: [{ value: 'false' }] },
    {
      name: 'idle',
      type: 'Duration',
      unit: 'Seconds',
      given: [{ urlParameter: 'idle' }],
      special: [{ value: '0', means: 'KernelDefault' }],
      defaults: [{ value: '0' }],
    },
    { name: 'count', type: 'Integer', given: [{ urlParameter: 'count' }] },
  ];
  const client = (keepAlive: object): ClientEntry =>
    entry('drv', 'Driver', { ...DRIVER, settings, keepAlive });
  const asked = (keepAlive: object, query = '', spec = {}): string => {
    const { enabled, time, interval, probes } = modelIn(
      [client(keepAlive)],
      { env: { URL: `db://h.example/x?${query}` } },
      spec,
    ).keepAlive;
    return [enabled, time, interval, probes].map(shown).join(', ');
  };
  const SYSCTLS = { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_keepalive_time', value: '300' }] } };

  test.each<[string, object, string, object, string]>([
    [
      'always, with the time of the kernel',
      { enabled: 'Always' },
      '',
      {},
      'true default, 7200 default, 75 default, 9 default',
    ],
    [
      'always, with the time of the pod',
      { enabled: 'Always' },
      '',
      SYSCTLS,
      'true default, 300 read, 75 default, 9 default',
    ],
    ['never', { enabled: 'Never' }, '', {}, 'false default, 7200 default, 75 default, 9 default'],
    [
      'by a setting that is off',
      { enabled: 'Setting', setting: 'on' },
      '',
      {},
      'false default, 7200 default, 75 default, 9 default',
    ],
    [
      'by a setting that is on',
      { enabled: 'Setting', setting: 'on' },
      'on=true',
      {},
      'true read, 7200 default, 75 default, 9 default',
    ],
    [
      'by another setting',
      { enabled: 'Setting', setting: 'on', orSettings: ['idle'] },
      'idle=60',
      {},
      'true read, 7200 default, 75 default, 9 default',
    ],
    [
      'with a time of its own',
      { enabled: 'Always', time: { setting: 'idle' } },
      'idle=60',
      SYSCTLS,
      'true default, 60 read, 75 default, 9 default',
    ],
    [
      'with a time that is left to the kernel',
      { enabled: 'Always', time: { setting: 'idle' } },
      'idle=0',
      SYSCTLS,
      'true default, 300 read, 75 default, 9 default',
    ],
    [
      'with fixed values',
      { enabled: 'Always', time: { seconds: 30 }, interval: { seconds: 10 }, probes: { count: 3 } },
      '',
      {},
      'true default, 30 default, 10 default, 3 default',
    ],
    [
      'a literal interval only where its own time holds',
      { enabled: 'Always', time: { setting: 'idle' }, interval: { seconds: 10 }, probes: { count: 3 } },
      '',
      {},
      'true default, 7200 default, 75 default, 9 default',
    ],
    [
      'an interval from a setting by itself',
      { enabled: 'Always', time: { setting: 'idle' }, probes: { setting: 'count' } },
      'count=5',
      {},
      'true default, 7200 default, 75 default, 5 read',
    ],
    [
      'at most the time of the kernel',
      { enabled: 'Always', time: { seconds: 600 }, timeIs: 'AtMost' },
      '',
      SYSCTLS,
      'true default, 300 read, 75 default, 9 default',
    ],
    [
      'lower than the time of the kernel',
      { enabled: 'Always', time: { seconds: 60 }, timeIs: 'AtMost' },
      '',
      SYSCTLS,
      'true default, 60 default, 75 default, 9 default',
    ],
    [
      'unless another setting forbids it',
      { enabled: 'Always', unless: [{ setting: 'on', equals: 'true' }] },
      'on=true',
      {},
      'false default, 7200 default, 75 default, 9 default',
    ],
    [
      'a switch that is no switch',
      { enabled: 'Setting', setting: 'on' },
      'on=perhaps',
      {},
      'unknown: Malformed, 7200 default, 75 default, 9 default',
    ],
  ])('%s', (_what, keepAlive, query, spec, expected) => {
    expect(asked(keepAlive, query, spec)).toBe(expected);
  });

  test('only in some states', () => {
    expect(modelIn([client({ enabled: 'Always', states: ['Pooled'] })], URL).keepAlive.states).toEqual([
      'Pooled',
    ]);
    expect(modelIn([client({ enabled: 'Always' })], URL).keepAlive.states).toBeUndefined();
  });

  test('of the far end, where its settings ask for it', () => {
    const session = [
      { name: 'far', type: 'Duration', unit: 'Seconds', given: [{ sessionOption: 'tcp_keepalives_idle' }] },
    ];
    const asking = entry('drv', 'Driver', {
      ...DRIVER,
      settings: session,
      asksPeer: { enabled: 'Setting', setting: 'far', time: { setting: 'far' } },
    });
    expect(modelIn([asking], URL).asksPeer).toBeUndefined();
    const inUrl = modelIn([asking], { env: { URL: 'db://h.example/x?options=-c%20tcp_keepalives_idle=60' } });
    expect(shown(inUrl.asksPeer?.time)).toBe('60 read');
    const inVariable = modelIn([asking], { env: { ...URL.env, PGOPTIONS: '-c tcp_keepalives_idle=90' } });
    expect(shown(inVariable.asksPeer?.time)).toBe('90 read');
  });
});

describe('what bounds a silence', () => {
  const settings = [
    {
      name: 'idle',
      type: 'Duration',
      unit: 'Seconds',
      given: [{ urlParameter: 'idle' }],
      special: [{ value: '0', means: 'Off' }],
      defaults: [{ value: '600' }],
    },
    { name: 'min', type: 'Integer', given: [{ urlParameter: 'min' }], defaults: [{ value: '0' }] },
    {
      name: 'sweep',
      type: 'Duration',
      unit: 'Seconds',
      given: [{ urlParameter: 'sweep' }],
      defaults: [{ value: '30' }],
    },
    { name: 'life', type: 'Duration', unit: 'Seconds', given: [{ urlParameter: 'life' }] },
  ];
  const limit = { kind: 'IdleEviction', value: { setting: 'idle' }, states: ['Pooled'] };
  const built = (limits: readonly object[], query = ''): ConnectionModel =>
    modelIn([entry('drv', 'Driver', { ...DRIVER, settings, limits })], {
      env: { URL: `db://h.example/x?${query}` },
    });
  const eviction = (query: string, rest: object = {}): string => {
    const [first] = built([{ ...limit, ...rest }], query).limits;
    return first === undefined
      ? 'none'
      : `${shown(first.seconds)} + ${shown(first.extraSeconds)}${first.inert === undefined ? '' : ` inert: ${first.inert.reason}`}`;
  };
  const WHEN = { when: [{ setting: 'min', equals: '0' }], otherwise: 'Spared.' };

  test.each<[string, string, object, string]>([
    ['its default', '', {}, '600 default + 0 default'],
    ['as given', 'idle=120', {}, '120 read + 0 default'],
    ['off', 'idle=0', {}, 'Never read + 0 default'],
    ['a share of it', 'idle=120', { value: { setting: 'idle', percent: 50 } }, '60 read + 0 default'],
    ['with a sweep', 'idle=120', { sweep: [{ setting: 'sweep' }] }, '120 read + 30 default'],
    [
      'with a sweep that is given',
      'sweep=5',
      { sweep: [{ setting: 'sweep' }, { seconds: 1 }] },
      '600 default + 6 read',
    ],
    ['with jitter', 'idle=100', { jitterPercent: 25 }, '100 read + 25 default'],
    ['under a condition that holds', 'idle=120', WHEN, '120 read + 0 default'],
    ['under a condition that fails', 'idle=120&min=2', WHEN, '120 read + 0 default inert: Spared.'],
    ['under a condition that fails in silence', 'min=2', { when: WHEN.when }, 'none'],
    ['under a condition that cannot be seen', 'idle=120&min=two', WHEN, 'unknown: Malformed + 0 default'],
    ['off, whatever the condition', 'idle=0&min=two', WHEN, 'Never read + 0 default'],
    [
      'below another setting',
      'idle=120&life=300',
      { when: [{ setting: 'idle', belowSetting: 'life' }], otherwise: 'Not below.' },
      '120 read + 0 default',
    ],
    [
      'not below another setting',
      'idle=300&life=300',
      { when: [{ setting: 'idle', belowSetting: 'life' }], otherwise: 'Not below.' },
      '300 read + 0 default inert: Not below.',
    ],
    [
      'only where it is given',
      '',
      { when: [{ setting: 'idle', given: 'Yes' }], otherwise: 'Not given.' },
      '600 default + 0 default inert: Not given.',
    ],
    ['above a number', 'min=1', { when: [{ setting: 'min', above: 0 }] }, '600 default + 0 default'],
    ['not above a number', 'min=0', { when: [{ setting: 'min', above: 0 }] }, 'none'],
    ['a value that is none', 'idle=soon', {}, 'unknown: Malformed + 0 default'],
    ['a value that is empty is left out', 'idle=', {}, '600 default + 0 default'],
  ])('%s', (_what, query, rest, expected) => {
    expect(eviction(query, rest)).toBe(expected);
  });

  test('inert limits that somebody set are told', () => {
    const catalogue = new Catalogue(
      [],
      [
        entry('drv', 'Driver', {
          ...DRIVER,
          settings,
          limits: [
            { ...limit, ...WHEN },
            { kind: 'MaxLifetime', value: { setting: 'life' }, states: ['Pooled'], enforced: 'OnBorrow' },
          ],
        }),
      ],
    );
    const codes = (query: string): readonly string[] =>
      extract(deployment({ env: { URL: `db://h.example/x?${query}` } }), { catalogue }).findings.map(
        ({ code, details }) => `${code} ${details?.['setting']}`,
      );
    expect(codes('min=2')).toEqual([]);
    expect(codes('min=2&idle=120')).toEqual(['NPP4002 idle=120']);
    expect(codes('life=300')).toEqual(['NPP4006 life=300']);
  });
});

describe('pool and driver', () => {
  const pool = (rest: object): ClientEntry =>
    entry('pool', 'Pool', { recognise: { env: ['POOL_*'] }, noticesClose: [{ value: 'OnBorrow' }], ...rest });
  const lifetime = {
    settings: [{ name: 'life', type: 'Duration', unit: 'Seconds', given: [{ env: 'POOL_LIFE' }] }],
    limits: [{ kind: 'MaxLifetime', value: { setting: 'life' }, enforced: 'OnBorrow', states: ['Pooled'] }],
    inFront: { schemes: ['db'] },
  };
  const env = { ...URL.env, POOL_LIFE: '300' };

  test('are one connection: the driver asks, the pool bounds and notices', () => {
    const model = modelIn([entry('drv', 'Driver', DRIVER), pool(lifetime)], { env });
    expect(idsOf(model)).toBe('pool + drv');
    expect(shown(model.keepAlive.enabled)).toBe('true default');
    expect(limitsOf(model, 'MaxLifetime')).toEqual(['300 read']);
    expect(model.noticesClose).toBe('OnBorrow');
    expect(model.limits[0]?.closing).toBe('Local');
  });

  test('a driver that closes with a round trip makes the limit on borrowing hang', () => {
    const model = modelIn([entry('drv', 'Driver', { ...DRIVER, closing: 'RoundTrip' }), pool(lifetime)], {
      env,
    });
    expect(model.limits[0]?.closing).toBe('RoundTrip');
  });

  test('a pool that says nothing of a close leaves it to the driver', () => {
    const model = modelIn([entry('drv', 'Driver', DRIVER), pool({ ...lifetime, noticesClose: [] })], { env });
    expect(model.noticesClose).toBe('Never');
  });

  test('a pool in front of other clients is not in front of this one', () => {
    const model = modelIn(
      [entry('drv', 'Driver', DRIVER), pool({ ...lifetime, inFront: { clients: ['other'] } })],
      URL,
    );
    expect(idsOf(model)).toBe('drv');
  });

  test('of two drivers a pool fronts the one that it names', () => {
    const entries = [
      entry('drv', 'Driver', DRIVER),
      entry('other', 'Driver', DRIVER),
      pool({ ...lifetime, inFront: { clients: ['other'] } }),
    ];
    expect(models(entries, { env }).map(idsOf).sort()).toEqual(['drv', 'pool + other']);
  });

  test('a preloaded library asks for every socket', () => {
    const preload = entry('preload', 'Runtime', {
      recognise: { env: ['PRELOAD_TIME'] },
      settings: [{ name: 't', type: 'Duration', unit: 'Seconds', given: [{ env: 'PRELOAD_TIME' }] }],
      keepAlive: { enabled: 'Always', time: { setting: 't' } },
    });
    const model = modelIn([entry('drv', 'Driver', { ...DRIVER, keepAlive: { enabled: 'Never' } }), preload], {
      env: { ...URL.env, PRELOAD_TIME: '60' },
    });
    expect([idsOf(model), shown(model.keepAlive.enabled), shown(model.keepAlive.time)]).toEqual([
      'preload + drv',
      'true default',
      '60 read',
    ]);
  });
});

describe('versions', () => {
  const versioned = entry('drv', 'Driver', {
    ...DRIVER,
    recognise: { schemes: ['db'], images: ['drv-image'], artefacts: ['drv'] },
    settings: [
      {
        name: 'idle',
        type: 'Duration',
        unit: 'Seconds',
        given: [{ urlParameter: 'idle' }, { urlParameter: 'new_idle', since: '3' }],
        defaults: [
          { value: '60', until: '2' },
          { value: '30', since: '2' },
        ],
      },
      { name: 'late', type: 'Duration', unit: 'Seconds', given: [{ urlParameter: 'late' }], since: '3' },
    ],
    shows: [{ env: 'DRV_THREE', since: '3' }],
    limits: [{ kind: 'Heartbeat', value: { setting: 'idle' }, states: ['Pooled'] }],
  });
  const heartbeats = (container: TestContainer): readonly string[] =>
    models([versioned], container).map((model) => limitsOf(model, 'Heartbeat').join());

  test('that differ are candidates, with what would tell', () => {
    const facts = extract(deployment(URL), { catalogue: new Catalogue([], [versioned]) });
    expect(
      only(facts).candidates.map(
        ({ model, decidedBy }) => `${limitsOf(model, 'Heartbeat').join()}: ${decidedBy}`,
      ),
    ).toEqual(['60 default: DRV before 2', '30 default: DRV from 2']);
  });

  test.each<[string, TestContainer, readonly string[]]>([
    ['the tag of an image', { ...URL, image: 'x/drv-image:1.9' }, ['60 default']],
    ['a later tag', { ...URL, image: 'x/drv-image:2.0' }, ['30 default']],
    ['a tag that is none', { ...URL, image: 'x/drv-image:latest' }, ['60 default', '30 default']],
    ['a package', { ...URL, command: ['java', '-cp', '/lib/drv-1.4.2.jar', 'x'] }, ['60 default']],
    ['a name that only later ones know', { env: { ...URL.env, DRV_THREE: 'x' } }, ['30 default']],
    ['a setting that only later ones know', { env: { URL: 'db://h.example/x?late=1' } }, ['30 default']],
    ['a form that only later ones know', { env: { URL: 'db://h.example/x?new_idle=7' } }, ['7 read']],
    ['a value that is given', { env: { URL: 'db://h.example/x?idle=5' } }, ['5 read']],
  ])('%s', (_what, container, expected) => {
    expect(heartbeats(container)).toEqual(expected);
  });
});

describe('clients that read the same', () => {
  const keyword = (id: string, port: number): ClientEntry =>
    entry(id, 'Driver', {
      ...DRIVER,
      recognise: { strings: [{ syntax: 'AdoNet', keywords: ['server', 'database'] }] },
      address: { defaultPort: port },
    });

  test('are told apart by the port, where it is one of theirs', () => {
    const entries = [keyword('one', 1433), keyword('two', 3306)];
    const at = (port: string): readonly string[] =>
      models(entries, { env: { DB: `Server=h.example${port};Database=x` } }).map(idsOf);
    expect(at(',1433')).toEqual(['one']);
    expect(at(',3306')).toEqual(['two']);
    expect(at(',9999')).toEqual(['one', 'two']);
  });

  test('a setting that the scheme gives is written nowhere else', () => {
    const tls = entry('drv', 'Driver', {
      ...DRIVER,
      recognise: { schemes: ['db', 'dbs'] },
      settings: [
        {
          name: 'tls',
          type: 'Boolean',
          given: [{ scheme: 'dbs', value: 'true' }],
          defaults: [{ value: 'false' }],
        },
      ],
      keepAlive: { enabled: 'Setting', setting: 'tls' },
    });
    const { enabled } = modelOf(
      only(
        extract(deployment({ env: { URL: 'dbs://h.example/x' } }), { catalogue: new Catalogue([], [tls]) }),
      ),
    ).keepAlive;
    expect(shown(enabled)).toBe('true read');
    expect(enabled).toMatchObject({ place: { within: 'scheme' } });
  });
});
