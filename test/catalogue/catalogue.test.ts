import { describe, expect, test } from '@jest/globals';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { ClientEntry } from '../../src/catalogue/client-entry.ts';
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';
import { clientThat } from './generated-clients.ts';

const ids = (clients: readonly ClientEntry[]): readonly string[] => clients.map(({ id }) => id);

const catalogue = new Catalogue(
  [],
  [
    clientThat('oracle', { schemes: ['jdbc:oracle'], artefacts: ['ojdbc11', 'ojdbc8'] }),
    clientThat('oracle-thin', { schemes: ['jdbc:oracle:thin'] }),
    clientThat('libpq', { schemes: ['postgresql'], env: ['PGHOST'], commands: ['psql'] }),
    clientThat('asyncpg', { schemes: ['postgresql+asyncpg'] }),
    clientThat('sqlalchemy', { schemes: ['postgresql+*'] }),
    clientThat('hikari', { properties: ['spring.datasource.hikari.*'], naming: 'Spring' }),
    clientThat('messaging', { properties: ['mp.messaging.*.rabbitmq*'], naming: 'MicroProfile' }),
    clientThat('own', { properties: ['app.pool.maxIdle'], env: ['APP_*'], files: ['app-*'] }),
    clientThat('redis', {
      images: ['redis', 'bitnami/redis'],
      strings: [{ syntax: 'StackExchangeRedis', keywords: [], without: [], contains: [] }],
    }),
    clientThat('redis-stack', { images: ['redis/redis-stack*'] }),
    clientThat('azure', { hosts: ['.redis.cache.windows.net'] }),
    clientThat('boot', { artefacts: ['spring-boot*', 'org.springframework.boot.loader.*'] }),
  ],
);

describe('look-ups find what the names mean', () => {
  const LOOKUPS: readonly (readonly [string, () => readonly ClientEntry[], readonly string[]])[] = [
    ['a scheme and its starts', () => catalogue.byScheme('jdbc:oracle:thin'), ['oracle', 'oracle-thin']],
    ['a scheme as it stands in a URL', () => catalogue.byScheme('JDBC:Oracle:oci://'), ['oracle']],
    [
      'a driver after + is not its dialect',
      () => catalogue.byScheme('postgresql+asyncpg'),
      ['asyncpg', 'sqlalchemy'],
    ],
    ['a scheme that only begins alike', () => catalogue.byScheme('postgresqlx'), []],
    ['a variable', () => catalogue.byEnv('PGHOST'), ['libpq']],
    ['a variable in another case', () => catalogue.byEnv('pghost'), []],
    ['a variable by prefix', () => catalogue.byEnv('APP_X'), ['own']],
    [
      'a Spring property as a variable',
      () => catalogue.byEnv('SPRING_DATASOURCE_HIKARI_MAXLIFETIME'),
      ['hikari'],
    ],
    [
      'a property with a part that may be any, as a variable: never',
      () => catalogue.byEnv('MP_MESSAGING_X_RABBITMQ'),
      [],
    ],
    ['a property by prefix', () => catalogue.byProperty('spring.datasource.hikari.max-lifetime'), ['hikari']],
    [
      'a property in another spelling',
      () => catalogue.byProperty('Spring.dataSource.hikari.max_lifetime'),
      ['hikari'],
    ],
    [
      'a property under rules that are not its own',
      () => catalogue.byProperty('spring.datasource.hikari.x', 'Exact'),
      [],
    ],
    ['an exact property', () => catalogue.byProperty('app.pool.maxIdle'), ['own']],
    ['an exact property in another spelling', () => catalogue.byProperty('app.pool.max-idle'), []],
    [
      'a property with a part that may be any',
      () => catalogue.byProperty('mp.messaging.orders.rabbitmq-host'),
      ['messaging'],
    ],
    ['that part stands for one part', () => catalogue.byProperty('mp.messaging.in.orders.rabbitmq-host'), []],
    ['an image', () => catalogue.byImage('redis'), ['redis']],
    [
      'an image with everything',
      () => catalogue.byImage('reg.example:5000/mirror/bitnami/Redis:7.2-debian@sha256:0123'),
      ['redis'],
    ],
    [
      'an image with a prefix',
      () => catalogue.byImage('docker.io/redis/redis-stack-server:latest'),
      ['redis-stack'],
    ],
    ['an image that ends alike', () => catalogue.byImage('myredis'), []],
    ['a registry’s port is not a tag', () => catalogue.byImage('redis:5000/other'), []],
    ['a command with its path', () => catalogue.byCommand('/usr/bin/psql'), ['libpq']],
    ['a jar with its version', () => catalogue.byArtefact('/app/lib/ojdbc11-23.3.0.23.09.jar'), ['oracle']],
    ['a wheel', () => catalogue.byArtefact('spring-boot-3.2.0.jar'), ['boot']],
    [
      'a class by prefix',
      () => catalogue.byArtefact('org.springframework.boot.loader.launch.JarLauncher'),
      ['boot'],
    ],
    ['a jar without version', () => catalogue.byArtefact('ojdbc8.jar'), ['oracle']],
    ['a package with == and its version', () => catalogue.byArtefact('ojdbc8==19.3'), ['oracle']],
    ['a file', () => catalogue.byFile('/etc/app-main.yaml'), ['own']],
    ['a host', () => catalogue.byHost('x.redis.cache.windows.net.'), ['azure']],
    ['a host that ends alike', () => catalogue.byHost('xredis.cache.windows.net'), []],
    ['a syntax', () => catalogue.byStringSyntax('StackExchangeRedis'), ['redis']],
  ];
  test.each(LOOKUPS)('%s', (_, lookUp, expected) => {
    expect(ids(lookUp())).toEqual(expected);
  });

  test('names of Object’s prototype and overlong names find nothing', () => {
    for (const name of [
      '__proto__',
      'constructor',
      'toString',
      '',
      '*',
      '.',
      '/',
      ':',
      '@',
      'a'.repeat(1_000_000),
    ]) {
      expect(catalogue.byScheme(name)).toEqual([]);
      expect(catalogue.byEnv(name)).toEqual([]);
      expect(catalogue.byProperty(name)).toEqual([]);
      expect(catalogue.byImage(name)).toEqual([]);
      expect(catalogue.byCommand(name)).toEqual([]);
      expect(catalogue.byArtefact(name)).toEqual([]);
      expect(catalogue.byFile(name)).toEqual([]);
      expect(catalogue.byHost(name)).toEqual([]);
      expect(catalogue.device(name)).toBeUndefined();
      expect(catalogue.client(name)).toBeUndefined();
    }
  });
});

describe('users’ own entries', () => {
  const own = clientThat('libpq', { schemes: ['own'] });
  const added = catalogue.withProfiles([own, clientThat('extra', { schemes: ['postgresql'] })]);

  test('are found beside the others, or in their place', () => {
    expect(added.client('libpq')).toBe(own);
    expect(ids(added.byScheme('own'))).toEqual(['libpq']);
    expect(ids(added.byScheme('postgresql'))).toEqual(['extra']);
    expect(ids(added.byScheme('jdbc:oracle'))).toEqual(['oracle']);
  });

  test('leave the catalogue that they were added to as it was', () => {
    expect(ids(catalogue.byScheme('postgresql'))).toEqual(['libpq']);
    expect(catalogue.client('extra')).toBeUndefined();
  });
});

describe('a device name that nobody knows', () => {
  const builtin = loadBuiltinCatalogue();
  const MEANT: readonly (readonly [string, string])[] = [
    ['aws-nat-gatway', 'aws-nat-gateway'],
    ['aws-natgateway', 'aws-nat-gateway'],
    ['AWS NAT Gateway', 'aws-nat-gateway'],
    ['nat-gateway', 'aws-nat-gateway'],
    ['check-point', 'checkpoint-gateway'],
    ['checkpoint', 'checkpoint-gateway'],
    ['checkpoint-firewall-r81', 'checkpoint-gateway'],
    ['cisco-asav', 'cisco-asa'],
    ['cisco', 'cisco-asa'],
    ['palo-alto', 'palo-alto-panos'],
    ['paloalto-firewall', 'palo-alto-panos'],
    ['fortigate', 'fortinet-fortigate'],
    ['nlb', 'aws-nlb-tcp'],
    ['azure-lb', 'azure-load-balancer'],
    ['istio', 'istio-tcp'],
    ['linkerd2-proxy', 'linkerd'],
    ['ipvs', 'kube-proxy-ipvs'],
    ['mysql', 'mysql-wait-timeout'],
    ['netscaler', 'citrix-netscaler-tcp'],
  ];
  test.each(MEANT)('%s means %s', (name, id) => {
    expect(builtin.nearestDevice(name)?.id).toBe(id);
  });

  test('nothing is suggested for what is far from all', () => {
    for (const name of ['', 'zzzzqqqq', '-', 'x'.repeat(64), 'x'.repeat(1_000_000), '日本語'])
      expect(builtin.nearestDevice(name)).toBeUndefined();
  });
});
