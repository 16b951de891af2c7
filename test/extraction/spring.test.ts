import { describe, expect, test } from '@jest/globals';
import type { WorkloadFacts } from '../../src/extraction/workload-facts.ts';
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
  type TestContainer,
} from './workload-builder.ts';

const URL = 'jdbc:postgresql://db.example:5432/app';
const MOUNT = {
  volumes: [{ name: 'config', configMap: { name: 'config' } }],
  mounts: [{ name: 'config', mountPath: '/config' }],
};

/** A Spring workload with files mounted from a ConfigMap. */
function spring(container: TestContainer, files: Readonly<Record<string, string>> = {}): WorkloadFacts {
  const object = deployment({ ...container, volumeMounts: MOUNT.mounts }, { volumes: MOUNT.volumes });
  return extract(object, { configMaps: { config: files } });
}

const keepaliveOf = (facts: WorkloadFacts): readonly string[] => limitsOf(modelOf(only(facts)), 'Heartbeat');

describe('a setting of HikariCP under Spring', () => {
  const yaml = 'spring:\n  datasource:\n    hikari:\n      keepalive-time: 50000\n';
  test.each<[string, TestContainer, Record<string, string>]>([
    ['environment, dashes dropped', { env: { SPRING_DATASOURCE_HIKARI_KEEPALIVETIME: '60000' } }, {}],
    ['environment, dashes as underscores', { env: { SPRING_DATASOURCE_HIKARI_KEEPALIVE_TIME: '60000' } }, {}],
    ['properties file', {}, { 'application.properties': 'spring.datasource.hikari.keepalive-time=60000' }],
    [
      'camel case in a file',
      {},
      { 'application.properties': 'spring.datasource.hikari.keepaliveTime=60000' },
    ],
    ['YAML', {}, { 'application.yaml': yaml.replace('50000', '60000') }],
    ['YAML with dotted keys', {}, { 'application.yml': 'spring.datasource.hikari.keepalive-time: 60000' }],
    ['argument', { args: ['--spring.datasource.hikari.keepalive-time=60000'] }, {}],
    [
      'system property',
      { command: ['java', '-Dspring.datasource.hikari.keepalive-time=60000', '-jar', 'a.jar'] },
      {},
    ],
    [
      'system property in a variable',
      { env: { JAVA_TOOL_OPTIONS: '-Xmx1g -Dspring.datasource.hikari.keepalive-time=60000' } },
      {},
    ],
    [
      'system property in a shell',
      { command: ['sh', '-c', 'exec java -Dspring.datasource.hikari.keepalive-time=60000 -jar a.jar'] },
      {},
    ],
    [
      'JSON',
      { env: { SPRING_APPLICATION_JSON: '{"spring":{"datasource":{"hikari":{"keepalive-time":60000}}}}' } },
      {},
    ],
    [
      'environment before file',
      { env: { SPRING_DATASOURCE_HIKARI_KEEPALIVETIME: '60000' } },
      { 'application.yaml': yaml },
    ],
    [
      'JSON before environment',
      {
        env: {
          SPRING_DATASOURCE_HIKARI_KEEPALIVETIME: '50000',
          SPRING_APPLICATION_JSON: '{"spring.datasource.hikari.keepaliveTime": 60000}',
        },
      },
      {},
    ],
    [
      'argument before JSON',
      {
        env: { SPRING_APPLICATION_JSON: '{"spring.datasource.hikari.keepalive-time": 50000}' },
        args: ['--spring.datasource.hikari.keepalive-time=60000'],
      },
      {},
    ],
    [
      'an active profile before none',
      { env: { SPRING_PROFILES_ACTIVE: 'prod' } },
      { 'application.yaml': yaml, 'application-prod.yaml': yaml.replace('50000', '60000') },
    ],
    [
      'a profile that is not active does not count',
      { env: { SPRING_PROFILES_ACTIVE: 'dev' } },
      { 'application.yaml': yaml.replace('50000', '60000'), 'application-prod.yaml': yaml },
    ],
    [
      'of two active profiles the last',
      { env: { SPRING_PROFILES_ACTIVE: 'a,b' } },
      { 'application-b.yaml': yaml.replace('50000', '60000'), 'application-a.yaml': yaml },
    ],
    [
      'a document of an active profile',
      { env: { SPRING_PROFILES_ACTIVE: 'prod' } },
      {
        'application.yaml': `${yaml}---\nspring.config.activate.on-profile: prod\nspring.datasource.hikari.keepalive-time: 60000\n`,
      },
    ],
    [
      'a document of another profile',
      { env: { SPRING_PROFILES_ACTIVE: 'prod' } },
      {
        'application.yaml': `${yaml.replace('50000', '60000')}---\nspring.config.activate.on-profile: dev\nspring.datasource.hikari.keepalive-time: 50000\n`,
      },
    ],
    [
      'a placeholder',
      { env: { KEEPALIVE: '60000' } },
      { 'application.properties': 'spring.datasource.hikari.keepalive-time=${KEEPALIVE}' },
    ],
    [
      'the default of a placeholder',
      {},
      { 'application.properties': 'spring.datasource.hikari.keepalive-time=${NONE:60000}' },
    ],
  ])('%s', (_what, container, files) => {
    const facts = spring({ ...container, env: { ...container.env, SPRING_DATASOURCE_URL: URL } }, files);
    expect(keepaliveOf(facts)).toEqual(['60 read']);
  });

  test('a profile of which nothing shows whether it is active makes it unknown', () => {
    const files = { 'application-prod.yaml': yaml };
    const facts = spring({ env: { SPRING_DATASOURCE_URL: URL } }, files);
    const models = only(facts).candidates.map(({ model }) => limitsOf(model, 'Heartbeat'));
    expect(models.flat()).toContain('unknown: Unresolvable');
  });

  test('its place is the line in the file', () => {
    const facts = spring({ env: { SPRING_DATASOURCE_URL: URL } }, { 'application.yaml': yaml });
    const seconds = modelOf(only(facts)).limits.find(({ kind }) => kind === 'Heartbeat')?.seconds;
    expect(seconds).toMatchObject({
      name: 'keepaliveTime',
      text: '50000',
      place: {
        object: { kind: 'ConfigMap', namespace: 'shop', name: 'config' },
        pointer: '/data/application.yaml',
        lineWithin: 4,
      },
    });
  });

  test('a setting of the driver whose name the environment changed is ignored, and that is said', () => {
    const env = {
      SPRING_DATASOURCE_URL: URL,
      SPRING_DATASOURCE_HIKARI_DATASOURCEPROPERTIES_TCPKEEPALIVE: 'true',
    };
    const facts = extract(deployment({ env }));
    expect(only(facts).candidates.map(({ model }) => shown(model.keepAlive.enabled))).not.toContain(
      'true read',
    );
    expect(facts.findings.map(({ code }) => code)).toContain('NPP4005');
  });

  test('the same in a file acts', () => {
    const files = {
      'application.properties': 'spring.datasource.hikari.data-source-properties.tcpKeepAlive=true',
    };
    const facts = spring({ env: { SPRING_DATASOURCE_URL: URL } }, files);
    expect(only(facts).candidates.map(({ model }) => shown(model.keepAlive.enabled))).toEqual(
      only(facts).candidates.map(() => 'true read'),
    );
  });

  test('a value below the least is off, and that is said', () => {
    const env = { SPRING_DATASOURCE_URL: URL, SPRING_DATASOURCE_HIKARI_KEEPALIVETIME: '20000' };
    const facts = extract(deployment({ env }));
    expect(facts.findings.map(({ code, details }) => `${code} ${details?.['setting']}`)).toContain(
      'NPP4005 keepaliveTime=20000',
    );
  });
});

describe('several data sources', () => {
  const files = {
    'application.yaml': [
      'app:',
      '  datasource:',
      '    one:',
      '      url: jdbc:postgresql://one.example/a',
      '      configuration:',
      '        keepalive-time: 60000',
      '    two:',
      '      jdbc-url: jdbc:postgresql://two.example/b',
      '      keepalive-time: 90000',
      'spring.datasource.hikari.keepalive-time: 40000',
      'spring.datasource.url: jdbc:postgresql://main.example/c',
    ].join('\n'),
  };

  test('each has the pool settings whose prefix it shares', () => {
    const facts = spring({ env: { SPRING_PROFILES_ACTIVE: 'x' } }, files);
    const found = outbound(facts).map(
      (connection) => `${addressOf(connection)} ${limitsOf(modelOf(connection), 'Heartbeat').join()}`,
    );
    expect(found.sort()).toEqual([
      'main.example:5432 40 read',
      'one.example:5432 60 read',
      'two.example:5432 90 read',
    ]);
  });
});

describe('what Spring puts in front', () => {
  test('HikariCP by default, in the versions that are possible', () => {
    const connection = only(extract(deployment({ env: { SPRING_DATASOURCE_URL: URL } })));
    expect(new Set(connection.candidates.map(({ model }) => idsOf(model)))).toContain('hikaricp + pgjdbc');
    expect(connection.candidates.every(({ decidedBy }) => decidedBy !== undefined)).toBe(true);
  });

  test('another pool where spring.datasource.type names it', () => {
    const env = {
      SPRING_DATASOURCE_URL: URL,
      SPRING_DATASOURCE_TYPE: 'org.apache.commons.dbcp2.BasicDataSource',
    };
    const connection = only(extract(deployment({ env })));
    expect(new Set(connection.candidates.map(({ model }) => idsOf(model)))).toEqual(
      new Set(['commons-dbcp2 + pgjdbc']),
    );
  });

  test('a name that only later versions know narrows the versions', () => {
    const env = { SPRING_DATASOURCE_URL: URL, SPRING_DATA_REDIS_HOST: 'cache.example' };
    const connection = outbound(extract(deployment({ env })))[0];
    expect(new Set(connection?.candidates.map(({ model }) => idsOf(model)))).toEqual(
      new Set(['hikaricp + pgjdbc']),
    );
  });

  test('a pool that is configured with no connection string to be seen is a connection all the same', () => {
    const connection = only(extract(deployment({ env: { SPRING_DATASOURCE_HIKARI_MAXLIFETIME: '300000' } })));
    expect(addressOf(connection)).toBe('unknown: Unresolvable');
    for (const { model } of connection.candidates) {
      expect(idsOf(model)).toBe('hikaricp');
      expect(limitsOf(model, 'MaxLifetime')).toEqual(['300 read']);
      expect(shown(model.keepAlive.enabled)).toBe('unknown: Unresolvable');
    }
  });

  test('a connection string from a Secret hides the driver, not the pool', () => {
    const env = {
      SPRING_DATASOURCE_URL: { valueFrom: { secretKeyRef: { name: 'db', key: 'url' } } },
      SPRING_DATASOURCE_HIKARI_KEEPALIVETIME: '60000',
    };
    const connection = only(extract(deployment({ env })));
    expect(addressOf(connection)).toBe('unknown: Secret');
    for (const { model } of connection.candidates) {
      expect(idsOf(model)).toBe('hikaricp');
      expect(shown(model.keepAlive.enabled)).toBe('unknown: Secret');
    }
    expect(connection.candidates.flatMap(({ model }) => limitsOf(model, 'Heartbeat'))).toContain('60 read');
  });
});
