import { describe, expect, test } from '@jest/globals';
import {
  addressOf,
  deployment,
  extract,
  idsOf,
  limitsOf,
  modelOf,
  only,
  shown,
  type TestContainer,
} from './workload-builder.ts';

const inbound = (container: TestContainer, spec = {}): readonly string[] =>
  extract(deployment(container, spec))
    .connections.filter(({ direction }) => direction === 'Inbound')
    .map(
      (connection) =>
        `${idsOf(connection.candidates[0]?.model ?? modelOf(connection)) || 'unrecognised'} ${addressOf(connection)}`,
    );

describe('what a workload serves', () => {
  test.each<[string, TestContainer, readonly string[]]>([
    ['a server by its image', { image: 'postgres:16.3' }, ['postgresql-server 0.0.0.0:5432']],
    [
      'its own port and another',
      { image: 'postgres:16', ports: [{ containerPort: 5432 }, { containerPort: 9187 }] },
      ['postgresql-server 0.0.0.0:5432', 'unrecognised 0.0.0.0:9187'],
    ],
    [
      'a port of its own choice',
      { image: 'postgres:16', ports: [{ containerPort: 6000 }] },
      ['postgresql-server 0.0.0.0:6000'],
    ],
    [
      'a server by its program',
      { command: ['gunicorn', '--bind', '0.0.0.0:8080', 'app'], ports: [{ containerPort: 8080 }] },
      ['gunicorn 0.0.0.0:8080'],
    ],
    ['a module', { command: ['python', '-m', 'gunicorn', 'app'] }, ['gunicorn 0.0.0.0:8000']],
    [
      'a client in the image of a server',
      { image: 'postgres:16', command: ['psql', 'postgres://db/x'] },
      ['unrecognised unknown: InCode'],
    ],
    ['a port that nobody knows', { ports: [{ containerPort: 8080 }] }, ['unrecognised 0.0.0.0:8080']],
    [
      'a port of datagrams',
      { ports: [{ containerPort: 53, protocol: 'UDP' }] },
      ['unrecognised unknown: InCode'],
    ],
    [
      'ports that are none',
      { ports: [{ containerPort: 0 }, { containerPort: 'x' }, null, { containerPort: 1.5 }] },
      ['unrecognised unknown: InCode'],
    ],
  ])('%s', (_what, container, expected) => {
    expect(inbound(container)).toEqual(expected);
  });

  test('a server that closes after each answer never lies idle', () => {
    const sync = only(extract(deployment({ command: ['gunicorn', 'app'] })), 'Inbound');
    const threads = only(extract(deployment({ command: ['gunicorn', '-k', 'gthread', 'app'] })), 'Inbound');
    expect(sync.neverIdle).toBeDefined();
    expect(threads.neverIdle).toBeUndefined();
  });

  test('settings of a server from its arguments, its file and the pod', () => {
    const model = modelOf(
      only(extract(deployment({ image: 'postgres:16', args: ['-c', 'tcp_keepalives_idle=60'] })), 'Inbound'),
    );
    expect(shown(model.keepAlive.time)).toBe('60 read');
    const sysctls = { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_keepalive_time', value: '300' }] } };
    const byPod = modelOf(only(extract(deployment({ image: 'postgres:16' }, sysctls)), 'Inbound'));
    expect(shown(byPod.keepAlive.time)).toBe('300 read');
    const byFile = modelOf(
      only(
        extract(
          deployment(
            {
              image: 'redis:7',
              command: ['redis-server', '/etc/redis/redis.conf'],
              volumeMounts: [{ name: 'v', mountPath: '/etc/redis' }],
            },
            { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
          ),
          { configMaps: { c: { 'redis.conf': 'tcp-keepalive 60\ntimeout 120\n' } } },
        ),
        'Inbound',
      ),
    );
    expect(shown(byFile.keepAlive.time)).toBe('60 read');
    expect(limitsOf(byFile, 'IdleLimit')).toEqual(['120 read']);
  });

  test('the version of the image is the version of the server', () => {
    const model = modelOf(
      only(extract(deployment({ image: 'docker.io/library/postgres:16.3-alpine@sha256:00' })), 'Inbound'),
    );
    expect(model.clients).toEqual([expect.objectContaining({ id: 'postgresql-server', version: '16.3' })]);
  });

  test('a Spring application serves with the server that Spring brings, on an assumption', () => {
    const connection = only(
      extract(deployment({ env: { SPRING_PROFILES_ACTIVE: 'x', SERVER_PORT: '9000' } })),
      'Inbound',
    );
    expect(addressOf(connection)).toBe('0.0.0.0:9000');
    expect(
      connection.candidates.flatMap(({ model }) => model.limits.map(({ seconds }) => shown(seconds))),
    ).toContain('60 assumed');
  });
});
