import { describe, expect, test } from '@jest/globals';
import type { DeclaredConnection } from '../../src/extraction/declared-connection.ts';
import { speaksOfSilence } from '../../src/extraction/settings/speaks-of-silence.ts';
import {
  addressOf,
  deployment,
  extract,
  idsOf,
  limitsOf,
  modelOf,
  only,
  outbound,
  shown,
} from './workload-builder.ts';

describe('names that speak of the matter', () => {
  test.each([
    ['DB_KEEPALIVE_SECONDS'],
    ['TCP_KEEP_ALIVE'],
    ['keepAliveInitialDelay'],
    ['socket.keepalive.enable'],
    ['BROKER_HEARTBEAT'],
    ['amqp.heartbeat'],
    ['DB_POOL_IDLE_TIMEOUT'],
    ['maxIdleTime'],
    ['POOL_MAX_IDLE_MS'],
    ['DB_CONN_MAX_LIFETIME'],
    ['connection.max-lifetime'],
    ['POOL_RECYCLE'],
    ['CONN_MAX_AGE'],
    ['PING_INTERVAL'],
    ['redis.ping_interval'],
    ['--db-keep-alive'],
    ['GRPC_KEEPALIVE_TIME_MS'],
  ])('%s', (name) => {
    expect(speaksOfSilence(name)).toBe(true);
  });

  test.each([
    ['KEEPALIVED_VIRTUAL_IP'],
    ['LIVENESS_PROBE_INTERVAL'],
    ['SESSION_IDLE_TIMEOUT'],
    ['SESSION_TIMEOUT'],
    ['JWT_LIFETIME'],
    ['ACCESS_TOKEN_LIFETIME'],
    ['COOKIE_MAX_AGE'],
    ['CACHE_MAX_AGE'],
    ['LEADER_ELECTION_HEARTBEAT'],
    ['JOB_HEARTBEAT_SEC'],
    ['THREAD_KEEP_ALIVE_SECONDS'],
    ['WORKER_MAX_LIFETIME'],
    ['IDLE'],
    ['MAX_AGE'],
    ['SHIPPING_INTERVAL'],
    ['MAPPING_TIMEOUT'],
    ['NOTEBOOK_IDLE_CULL_TIMEOUT'],
    ['LIFETIME_VALUE'],
    ['HEARTBREAK'],
    ['housekeeping.interval'],
    ['PATH'],
    ['x'.repeat(5000)],
  ])('not %s', (name) => {
    expect(speaksOfSilence(name)).toBe(false);
  });

  test('are told where no client of the container reads them', () => {
    const env = {
      SPRING_DATASOURCE_URL: 'jdbc:postgresql://db.example/x',
      SPRING_DATASOURCE_HIKARI_KEEPALIVETIME: '60000',
      ORDERS_DB_KEEPALIVE: '60',
    };
    const { unrecognisedSettings } = extract(deployment({ env, args: ['--pool-idle-timeout=60'] }));
    expect(unrecognisedSettings.map(({ name, container }) => `${container} ${name}`)).toEqual([
      'app ORDERS_DB_KEEPALIVE',
      'app --pool-idle-timeout',
    ]);
    expect(unrecognisedSettings[0]?.place.pointer).toBe('/spec/template/spec/containers/0/env/2/value');
  });
});

describe('sidecars', () => {
  const devices = (object: unknown, namespaceLabels = {}): readonly string[] =>
    extract(object, { namespaceLabels }).sidecars.map(({ device }) => device);
  const template = (metadata: object): unknown => deployment({}, {}, metadata as Record<string, unknown>);

  test.each<[string, unknown, Record<string, string>, readonly string[]]>([
    ['none', deployment({}), {}, []],
    ['a container of that name', deployment([{}, { name: 'istio-proxy', image: 'x' }]), {}, ['istio-tcp']],
    ['an image', deployment([{}, { name: 'p', image: 'docker.io/istio/proxyv2:1.22.0' }]), {}, ['istio-tcp']],
    [
      'a native sidecar',
      deployment({}, { initContainers: [{ name: 'linkerd-proxy', image: 'x', restartPolicy: 'Always' }] }),
      {},
      ['linkerd'],
    ],
    [
      'an init container is none',
      deployment({}, { initContainers: [{ name: 'linkerd-proxy', image: 'x' }] }),
      {},
      [],
    ],
    [
      'a label of the template',
      template({ labels: { 'sidecar.istio.io/inject': 'true' } }),
      {},
      ['istio-tcp'],
    ],
    [
      'an annotation of the template',
      template({ annotations: { 'linkerd.io/inject': 'enabled' } }),
      {},
      ['linkerd'],
    ],
    ['a label of the namespace', deployment({}), { 'istio-injection': 'enabled' }, ['istio-tcp']],
    [
      'a refusal in the template',
      template({ labels: { 'sidecar.istio.io/inject': 'false' } }),
      { 'istio-injection': 'enabled' },
      [],
    ],
    ['another value', deployment({}), { 'istio-injection': 'disabled' }, []],
  ])('%s', (_what, object, namespaceLabels, expected) => {
    expect(devices(object, namespaceLabels)).toEqual(expected);
  });

  test('say why', () => {
    const { sidecars } = extract(deployment({}), { namespaceLabels: { 'istio-injection': 'enabled' } });
    expect(sidecars[0]?.because).toContain('istio-injection');
  });
});

describe('declarations', () => {
  const place = {
    object: { kind: 'Deployment', namespace: 'shop', name: 'app' },
    pointer: '/metadata/annotations/pathkeeper.dev~1connections',
  };
  const declare = (declared: Partial<DeclaredConnection>): DeclaredConnection => ({
    settings: {},
    use: 'Pooled',
    place,
    ...declared,
  });

  test('a client of the catalogue with its settings, where nothing is visible', () => {
    const declarations = [
      declare({
        client: { id: 'pgjdbc', version: '42.7' },
        host: 'db.example',
        port: 5432,
        settings: { tcpKeepAlive: 'true' },
      }),
    ];
    const connection = only(extract(deployment({}), { declarations }));
    expect(connection.origin).toBe('Declared');
    expect(addressOf(connection)).toBe('db.example:5432');
    const model = modelOf(connection);
    expect(model.clients).toEqual([expect.objectContaining({ id: 'pgjdbc', version: '42.7' })]);
    expect(shown(model.keepAlive.enabled)).toBe('true read');
    expect(model.keepAlive.enabled).toMatchObject({
      place: { pointer: place.pointer, within: 'tcpKeepAlive' },
    });
  });

  test('speak of the connection that is visible at their host, and end its assumptions', () => {
    const env = { REDIS_URL: 'redis://cache.example:6379/0' };
    const declarations = [
      declare({
        client: { id: 'redis-py', version: '5.0' },
        host: 'cache.example',
        settings: { socket_keepalive: 'true' },
      }),
    ];
    const connection = only(extract(deployment({ env, image: 'python:3.12' }), { declarations }));
    expect(connection.origin).toBe('Declared');
    expect(shown(modelOf(connection).keepAlive.enabled)).toBe('true read');
    expect(limitsOf(modelOf(connection), 'OperationTimeout')).toEqual(['Never default']);
  });

  test.each([
    ['another host', { host: 'other.example' }],
    ['another port', { host: 'cache.example', port: 6380 }],
  ])('for %s are one connection more', (_what, declared) => {
    const env = { REDIS_URL: 'redis://cache.example:6379/0' };
    const facts = extract(deployment({ env }), { declarations: [declare(declared)] });
    expect(outbound(facts).map(({ origin }) => origin)).toEqual(['Visible', 'Declared']);
  });

  test('a client without a host speaks of the connections that it may be behind', () => {
    const env = { A: 'redis://a.example/0', B: 'strange://b.example:1' };
    const declarations = [declare({ client: { id: 'redis-py' }, settings: { socket_keepalive: 'true' } })];
    const origins = outbound(extract(deployment({ env }), { declarations })).map(
      (one) => `${addressOf(one)} ${one.origin}`,
    );
    expect(origins).toEqual(['a.example:6379 Declared', 'b.example:1 Visible']);
  });

  test('a client outside the catalogue is exactly what is said', () => {
    const declarations = [
      declare({
        host: 'queue.example',
        port: 4222,
        use: 'Listening',
        keepAlive: { timeSeconds: 300, intervalSeconds: 75, probes: 9 },
        heartbeatSeconds: 240,
        idleEvictionSeconds: 600,
        maxLifetimeSeconds: 1800,
      }),
    ];
    const connection = only(extract(deployment({}), { declarations }));
    const model = modelOf(connection);
    expect(connection.use).toBe('Listening');
    expect(model.recognised).toBe(true);
    expect(shown(model.keepAlive.enabled)).toBe('true read');
    expect(shown(model.keepAlive.time)).toBe('300 read');
    expect(model.limits.map(({ kind, seconds }) => `${kind} ${shown(seconds)}`)).toEqual([
      'Heartbeat 240 read',
      'IdleEviction 600 read',
      'MaxLifetime 1800 read',
    ]);
  });

  test('are for the container that they name, or the first', () => {
    const object = deployment([{ name: 'one' }, { name: 'two' }]);
    const declarations = [declare({ host: 'a.example' }), declare({ container: 'two', host: 'b.example' })];
    expect(
      outbound(extract(object, { declarations })).map((one) => `${one.container} ${addressOf(one)}`),
    ).toEqual(['one a.example', 'two b.example']);
  });
});

describe('the Kubernetes API', () => {
  test.each<[string, object, boolean]>([
    ['the default account', {}, false],
    ['an account of its own', { serviceAccountName: 'own' }, true],
    ['the default account by name', { serviceAccountName: 'default' }, false],
    [
      'a token that is switched off',
      { serviceAccountName: 'own', automountServiceAccountToken: false },
      false,
    ],
  ])('%s: %s', (_what, spec, expected) => {
    expect(extract(deployment({}, spec as Record<string, unknown>)).kubernetesApi !== undefined).toBe(
      expected,
    );
  });

  test('is of the client that the image shows, else of one that nobody recognises', () => {
    const spec = { serviceAccountName: 'own' };
    const known = extract(deployment({ image: 'bitnami/kubectl:1.29' }, spec)).kubernetesApi;
    const other = extract(deployment({}, spec)).kubernetesApi;
    expect(known?.candidates.map(({ model }) => idsOf(model))).toEqual(['k8s-client-go']);
    expect(other?.candidates.map(({ model }) => model.recognised)).toEqual([false]);
    expect(known?.origin).toBe('KubernetesApi');
  });
});

describe('jobs', () => {
  test.each<[string, object, boolean, number | undefined]>([
    ['Job', { activeDeadlineSeconds: 600 }, true, 600],
    ['Job', {}, true, undefined],
    ['Job', { activeDeadlineSeconds: '600' }, true, undefined],
  ])('a %s with %j', (kind, rest, shortLived, deadline) => {
    const facts = extract({
      apiVersion: 'batch/v1',
      kind,
      metadata: { name: 'j' },
      spec: { ...rest, template: { spec: { containers: [] } } },
    });
    expect(facts.shortLived).toBe(shortLived);
    expect(facts.deadlineSeconds).toBe(deadline);
  });

  test('a CronJob has the deadline of its Job, a pod one of its own', () => {
    const cron = extract({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c' },
      spec: { jobTemplate: { spec: { activeDeadlineSeconds: 300, template: { spec: { containers: [] } } } } },
    });
    expect([cron.shortLived, cron.deadlineSeconds]).toEqual([true, 300]);
    const pod = extract(deployment({}, { activeDeadlineSeconds: 120 }));
    expect([pod.shortLived, pod.deadlineSeconds]).toEqual([false, 120]);
  });
});
