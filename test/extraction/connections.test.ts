import { describe, expect, test } from '@jest/globals';
import { evaluatePath } from '../../src/evaluation/evaluate-path.ts';
import type { PathModel } from '../../src/evaluation/path-model.ts';
import type { WorkloadFacts } from '../../src/extraction/workload-facts.ts';
import {
  addressOf,
  deployment,
  extract,
  idsOf,
  modelOf,
  only,
  outbound,
  shown,
  type TestContainer,
} from './workload-builder.ts';

/** Addresses of the connections that a container opens, with how its clients are known. */
function found(container: TestContainer, spec = {}, circumstances = {}): readonly string[] {
  return outbound(extract(deployment(container, spec), circumstances)).map((connection) => {
    const recognised = connection.candidates.some(({ model }) => model.recognised);
    return `${recognised ? 'known' : 'unknown'} ${addressOf(connection)}`;
  });
}

const env = (variables: TestContainer['env']): TestContainer => ({ env: variables ?? {} });

/** One hop that drops after that many seconds. */
function pathOf(idleSeconds: number): PathModel {
  return {
    direction: 'Outbound',
    hops: [
      {
        name: 'nat',
        timers: [{ kind: 'Seconds', seconds: idleSeconds, basis: 'Declared', source: 'the test' }],
        onExpiry: 'Drop',
        refreshedBy: 'Packets',
        mode: 'Passthrough',
      },
    ],
    peer: { onIdle: 'Close' },
    marginPercent: 10,
    lostProbes: 1,
    keepAliveProof: 'Assume',
  };
}

describe('what is a connection', () => {
  test.each<[string, TestContainer, readonly string[]]>([
    ['a URL of a known scheme', env({ X: 'redis://cache.example:6380/0' }), ['known cache.example:6380']],
    ['a URL of an unknown scheme', env({ X: 'strange://host.example:99/x' }), ['unknown host.example:99']],
    ['a URL in an argument', { args: ['--db', 'redis://cache.example/0'] }, ['known cache.example:6379']],
    ['a URL in a flag', { args: ['--db=redis://cache.example/0'] }, ['known cache.example:6379']],
    [
      'a URL in a shell',
      { command: ['sh', '-c', 'exec app redis://cache.example/0'] },
      ['known cache.example:6379'],
    ],
    [
      'a URL in a system property',
      { command: ['java', '-Ddb=jdbc:postgresql://db.example/x'] },
      ['known db.example:5432'],
    ],
    [
      'two brokers in one value',
      env({ X: 'amqp://a.example,amqp://b.example' }),
      ['known a.example:5672', 'known b.example:5672'],
    ],
    ['a host and its port', env({ DB_HOST: 'db.example', DB_PORT: '5432' }), ['unknown db.example:5432']],
    [
      'an address in one variable',
      env({ EMAIL_SERVICE_ADDR: 'email.shop:5000' }),
      ['unknown email.shop:5000'],
    ],
    ['an address in a flag', { args: ['--store-endpoint=store.shop:10901'] }, ['unknown store.shop:10901']],
    [
      'addresses in one variable',
      env({ CACHE_SERVERS: 'a.shop:11211,b.shop:11211' }),
      ['unknown a.shop:11211', 'unknown b.shop:11211'],
    ],
    [
      'an address where it listens',
      env({ LISTEN_ADDR: '0.0.0.0:80', METRICS_ADDR: 'x:9090', SERVER_ADDR: 'y.shop:1' }),
      ['unknown unknown: InCode'],
    ],
    ['a time of day', env({ BACKUP_SERVER: '12:30' }), ['unknown unknown: InCode']],
    ['a host without port', env({ DB_HOST: 'db.example' }), ['unknown unknown: InCode']],
    [
      'a host and the port of another',
      env({ DB_HOST: 'db.example', MAIL_PORT: '25' }),
      ['unknown unknown: InCode'],
    ],
    [
      'the program listens there',
      env({ LISTEN_HOST: 'x.example', LISTEN_PORT: '80', SERVER_HOST: 'y', SERVER_PORT: '1' }),
      ['unknown unknown: InCode'],
    ],
    ['a host that is no host', env({ DB_HOST: 'not a host', DB_PORT: '5432' }), ['unknown unknown: InCode']],
    ['a port that is no port', env({ DB_HOST: 'db.example', DB_PORT: 'tcp' }), ['unknown unknown: InCode']],
    [
      'a web address that it calls',
      env({ BACKEND_URL: 'https://api.example/v1' }),
      ['unknown api.example:443'],
    ],
    [
      'a web address that it tells others',
      env({
        PUBLIC_URL: 'https://www.example',
        CORS_ORIGIN: 'https://a.example',
        REDIRECT_URI: 'https://b.example',
      }),
      ['unknown unknown: InCode'],
    ],
    ['its own address', env({ APP_URL: 'https://www.example' }), ['unknown unknown: InCode']],
    [
      'loopback',
      env({ DB_URL: 'strange://localhost:1/x', B_URL: 'strange://127.0.0.1/x', C_URL: 'strange://[::1]/x' }),
      ['unknown local', 'unknown local', 'unknown local'],
    ],
    [
      'the pod itself',
      env({ IP: { valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }, X: 'strange://$(IP):1' }),
      ['unknown local'],
    ],
    ['a socket', env({ X: 'redis+socket:///run/redis.sock' }), ['known local']],
    ['a socket in libpq', env({ X: 'host=/var/run/postgresql dbname=x' }), ['known local']],
    [
      'the same string twice',
      env({ A: 'strange://h.example:1', B: 'strange://h.example:1' }),
      ['unknown h.example:1'],
    ],
    ['one that refers to another', env({ A: 'strange://h.example:1', B: '$(A)' }), ['unknown h.example:1']],
  ])('%s', (_what, container, expected) => {
    const addresses = found(container);
    expect([...addresses].sort()).toEqual([...expected].sort());
  });

  test('a host and its port in a file', () => {
    const spec = { volumes: [{ name: 'v', configMap: { name: 'c' } }] };
    const container = { volumeMounts: [{ name: 'v', mountPath: '/etc/app' }] };
    const configMaps = { c: { 'app.yaml': 'database:\n  host: db.example\n  port: 5432\n' } };
    expect(found(container, spec, { configMaps })).toEqual(['unknown db.example:5432']);
    expect(found({}, spec, { configMaps })).toEqual(['unknown unknown: InCode']);
  });

  test('several hosts of one string are several connections of the same client', () => {
    const facts = extract(
      deployment(env({ X: 'mongodb://a.example,b.example:27018/x?maxIdleTimeMS=60000' })),
    );
    expect(outbound(facts).map(addressOf)).toEqual(['a.example:27017', 'b.example:27018']);
  });

  test('a workload in which nothing is visible has one of which nothing is known, each way', () => {
    const { connections } = extract(deployment({}));
    expect(connections.map(({ direction, origin }) => `${direction} ${origin}`)).toEqual([
      'Outbound Unnamed',
      'Inbound Unnamed',
    ]);
    expect(connections.every(({ candidates }) => candidates.every(({ model }) => !model.recognised))).toBe(
      true,
    );
  });

  test.each<[string, object]>([
    ['DATABASE_URL', { valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
    ['REDIS_HOST', { valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
    ['DB_CONNECTION_STRING', { valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
    ['databaseUrl', { valueFrom: { configMapKeyRef: { name: 'none', key: 'k' } } }],
  ])('%s that cannot be read is a connection to an unknown place', (name, value) => {
    const [connection] = outbound(extract(deployment(env({ [name]: value }))));
    expect(connection?.origin).toBe('Visible');
    expect(connection?.address.state).toBe('Unknown');
  });

  test('what cannot be read may speak at any time: only the pod itself can protect it', () => {
    const value = { valueFrom: { secretKeyRef: { name: 's', key: 'k' } } };
    const path = pathOf(350);
    const verdict = (spec: object): string => {
      const facts = extract(deployment(env({ ORDERS_DSN: value }), spec as Record<string, unknown>));
      const model = modelOf(only(facts));
      expect(model.recognised).toBe(false);
      return evaluatePath(model, path, 'Pooled', {
        podKeepAlive: facts.keepAlive,
        shortLived: false,
        unrecognisedSettings: [],
      }).verdict;
    };
    expect(verdict({})).toBe('Unknown');
    const sysctls = [{ name: 'net.ipv4.tcp_keepalive_time', value: '120' }];
    expect(verdict({ securityContext: { sysctls } })).toBe('Protected');
  });

  test.each([['DB_PASSWORD'], ['API_TOKEN'], ['DB_USER'], ['JWT_SECRET']])(
    '%s that cannot be read is none',
    (name) => {
      const value = { valueFrom: { secretKeyRef: { name: 's', key: 'k' } } };
      expect(only(extract(deployment(env({ [name]: value })))).origin).toBe('Unnamed');
    },
  );

  test('init containers and ephemeral ones have no connections that last; native sidecars do', () => {
    const url = [{ name: 'X', value: 'strange://h.example:1' }];
    const spec = {
      initContainers: [
        { name: 'i', image: 'x', env: url },
        { name: 's', image: 'x', env: url, restartPolicy: 'Always' },
      ],
      ephemeralContainers: [{ name: 'e', image: 'x', env: url }],
    };
    expect(outbound(extract(deployment({}, spec))).map(({ container }) => container)).toEqual(['s']);
  });

  test('ids do not change when another variable is put before', () => {
    const url = 'redis://cache.example:6379/0';
    const ids = (variables: Record<string, string>): readonly string[] =>
      outbound(extract(deployment(env(variables)))).map(({ id }) => id);
    expect(ids({ A: 'x', REDIS_URL: url })).toEqual(ids({ REDIS_URL: url }));
  });
});

describe('who is behind a connection', () => {
  const clients = (container: TestContainer): readonly string[] => {
    const [connection] = outbound(extract(deployment(container)));
    return [...new Set(connection?.candidates.map(({ model }) => idsOf(model)))];
  };
  const URL = { DATABASE_URL: 'postgres://u:p@db.example/app' };

  test('every client of the scheme, where nothing shows the language', () => {
    expect(clients({ env: URL }).length).toBeGreaterThan(5);
    expect(clients({ env: URL })).toContain('libpq');
  });

  test.each<[string, TestContainer, string]>([
    ['an image of Node', { image: 'node:22' }, 'node-postgres'],
    ['a program of Python', { command: ['python3.12', 'app.py'] }, 'psycopg2'],
    ['a variable of Ruby', { env: { RAILS_ENV: 'production' } }, 'ruby-pg'],
    [
      'a shell that starts Node',
      { command: ['sh', '-c', 'cd /app && exec node server.js'] },
      'node-postgres',
    ],
  ])('%s narrows them', (_what, container, expected) => {
    const narrowed = clients({ ...container, env: { ...container.env, ...URL } });
    expect(narrowed.some((ids) => ids.includes(expected))).toBe(true);
    expect(narrowed).not.toContain('pgx');
  });

  test('a program that is itself a client is the one', () => {
    expect(clients({ command: ['psql', 'postgres://db.example/app'] })).toEqual(['libpq']);
  });

  test('a package that is named is the one', () => {
    const command = ['sh', '-c', 'pip install asyncpg==0.29.0 && python app.py'];
    expect(clients({ command, env: URL })).toEqual(['asyncpg']);
  });

  test('an unrecognised client of Go has what its runtime does by default, on an assumption', () => {
    const facts = extract(deployment({ env: { GOMEMLIMIT: '1GiB', X: 'strange://h.example:1' } }));
    const models = only(facts).candidates.map(({ model }) => model);
    expect(new Set(models.map(idsOf))).toEqual(new Set(['go-net-dialer']));
    expect(models.map(({ keepAlive }) => shown(keepAlive.time))).toContain('15 assumed');
  });

  test('a runtime that does nothing by default leaves the client unrecognised', () => {
    const model = modelOf(
      only(extract(deployment({ image: 'node:22', env: { X: 'strange://h.example:1' } }))),
    );
    expect(model.recognised).toBe(false);
  });
});

describe('what may be hidden in what is not read', () => {
  const timeOf = (facts: WorkloadFacts): string => shown(modelOf(only(facts)).keepAlive.time);
  const psql = { command: ['psql', 'postgres://db.example/app?keepalives_idle=$(IDLE)'] };

  test('a parameter that comes from nowhere', () => {
    const secret = { valueFrom: { secretKeyRef: { name: 's', key: 'k' } } };
    expect(timeOf(extract(deployment({ ...psql, env: { IDLE: secret } })))).toBe('unknown: Secret');
  });

  test('a value that is none', () => {
    const facts = extract(deployment({ ...psql, env: { IDLE: 'soon' } }));
    expect(timeOf(facts)).toBe('unknown: Malformed');
  });

  test('envFrom of a ConfigMap that cannot be read hides what it may give, one of a Secret leaves an assumption', () => {
    const spring = (envFrom: unknown): TestContainer => ({
      envFrom,
      env: {
        SPRING_DATASOURCE_URL: 'jdbc:postgresql://db.example/x',
        SPRING_DATASOURCE_HIKARI_KEEPALIVETIME: '60000',
      },
    });
    const lifetime = (envFrom: unknown): readonly string[] =>
      only(extract(deployment(spring(envFrom)))).candidates.flatMap(({ model }) =>
        model.limits.filter(({ kind }) => kind === 'MaxLifetime').map(({ seconds }) => shown(seconds)),
      );
    expect(lifetime([{ configMapRef: { name: 'none' } }])).toEqual(['unknown: ObjectMissing']);
    expect(lifetime([{ secretRef: { name: 's' } }])).toEqual(['1800 assumed']);
    expect(lifetime([{ prefix: 'OTHER_', configMapRef: { name: 'none' } }])).toEqual(['1800 default']);
  });

  test('what could not be read is told by its name', () => {
    const facts = extract(
      deployment(
        {
          envFrom: [{ configMapRef: { name: 'none' } }, { secretRef: { name: 's' } }],
          volumeMounts: [{ name: 'v', mountPath: '/c' }],
        },
        { volumes: [{ name: 'v', configMap: { name: 'broken' } }] },
      ),
      { configMaps: { broken: { 'app.yaml': 'a: [' } } },
    );
    expect(facts.unreadable.map(({ what, cause }) => `${what}: ${cause}`)).toEqual([
      'ConfigMap none: ObjectMissing',
      'file app.yaml of ConfigMap broken: Malformed',
    ]);
  });
});

describe('Oracle by tnsnames.ora', () => {
  const tns =
    '# local\nORDERS.WORLD =\n (DESCRIPTION=(ENABLE=BROKEN)\n  (ADDRESS=(PROTOCOL=TCP)(HOST=ora.example)(PORT=1522)))\n';
  const object = (url: string, variables = {}): unknown =>
    deployment(
      { env: { ...variables, URL: url }, volumeMounts: [{ name: 'v', mountPath: '/tns' }] },
      { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
    );

  test('an alias is looked up, and its descriptor decides', () => {
    const facts = extract(object('jdbc:oracle:thin:@orders', { TNS_ADMIN: '/tns' }), {
      configMaps: { c: { 'tnsnames.ora': tns } },
    });
    const connection = only(facts);
    expect(addressOf(connection)).toBe('ora.example:1522');
    const { enabled } = modelOf(connection).keepAlive;
    expect(shown(enabled)).toBe('true read');
    expect(enabled).toMatchObject({ place: { pointer: '/data/tnsnames.ora', lineWithin: 2 } });
  });

  test('an alias that nothing resolves has no address', () => {
    expect(
      addressOf(
        only(extract(object('jdbc:oracle:thin:@other'), { configMaps: { c: { 'tnsnames.ora': tns } } })),
      ),
    ).toBe('unknown: Unresolvable');
  });
});
