import { describe, expect, test } from '@jest/globals';
import { findFileKey, matchesFile } from '../../src/extraction/settings/find-file-key.ts';
import type { Given } from '../../src/extraction/settings/given.ts';
import type { ConfigFile } from '../../src/extraction/settings/read-config-files.ts';
import { resolvePlaceholders } from '../../src/extraction/settings/resolve-placeholders.ts';
import { readFile } from '../../src/extraction/files/read-file.ts';
import { addressOf, deployment, extract, limitsOf, outbound, shown } from './workload-builder.ts';

function fileOf(name: string, text: string): ConfigFile {
  const place = { object: { kind: 'ConfigMap', name: 'c' }, pointer: `/data/${name}` };
  return { file: { path: `/c/${name}`, name, text, place }, entries: readFile(name, text) };
}

describe('a key of a file', () => {
  const ini = fileOf('my.cnf', '[client]\nconnect-timeout = 5\n[mysqld]\nwait_timeout = 600\n');
  const find = (file: string, key: string, files: readonly ConfigFile[], owner?: Given): string | undefined =>
    findFileKey(file, key, files, owner)?.text;

  test.each([
    ['my.cnf', 'mysqld.wait_timeout', '600'],
    ['my.cnf', '[mysqld]wait_timeout', '600'],
    ['*.cnf', '*.wait_timeout', '600'],
    ['my*', 'mysqld.wait_timeout', '600'],
    ['my.cnf', 'client.wait_timeout', undefined],
    ['other.cnf', 'mysqld.wait_timeout', undefined],
    ['my.cnf', 'wait_timeout', undefined],
  ])('%s: %s', (file, key, expected) => {
    expect(find(file, key, [ini])).toBe(expected);
  });

  test('is the one of the connection that stands in the file', () => {
    const xml = fileOf(
      'context.xml',
      '<Context><Resource url="jdbc:a://x" maxIdle="1"/><Resource url="jdbc:b://x" maxIdle="2"/><Resource url="jdbc:c://x"/></Context>',
    );
    const owner = (name: string): Given => ({ name, text: '', origin: 'File', place: xml.file.place });
    expect(find('context.xml', '*.Resource.maxIdle', [xml], owner('Context.Resource.url'))).toBe('1');
    expect(find('context.xml', '*.Resource.maxIdle', [xml], owner('Context.Resource[1].url'))).toBe('2');
    expect(
      find('context.xml', '*.Resource.maxIdle', [xml], owner('Context.Resource[2].url')),
    ).toBeUndefined();
  });

  test('is the nearest where connections have names', () => {
    const yaml = fileOf(
      'a.yaml',
      'one:\n  url: x\n  pool:\n    idle: 1\ntwo:\n  url: y\n  pool:\n    idle: 2\n',
    );
    const owner = (name: string): Given => ({ name, text: '', origin: 'File', place: yaml.file.place });
    expect(find('*.yaml', '*.pool.idle', [yaml], owner('one.url'))).toBe('1');
    expect(find('*.yaml', '*.pool.idle', [yaml], owner('two.url'))).toBe('2');
  });

  test.each([
    ['*.ini', 'a.ini', true],
    ['application*', 'application-prod.yaml', true],
    ['standalone*.xml', 'standalone-full.xml', true],
    ['a.ini', 'b.ini', false],
  ])('pattern %s, name %s: %s', (pattern, name, expected) => {
    expect(matchesFile(pattern, name)).toBe(expected);
  });
});

describe('placeholders', () => {
  const values = new Map([
    ['A', 'one'],
    ['B', '${A}-two'],
    ['LOOP', '${LOOP}'],
  ]);
  const resolve = (text: string): string =>
    resolvePlaceholders(
      text,
      (name) => values.get(name),
      (name) => `<${name}>`,
    );

  test.each([
    ['${A}', 'one'],
    ['x${A}y${B}', 'xoneyone-two'],
    ['${NONE:5432}', '5432'],
    ['${NONE:-5432}', '5432'],
    ['${NONE:${A}}', 'one'],
    ['${NONE:}', ''],
    ['${NONE}', '<NONE>'],
    ['${NONE:jdbc:pg://h}', 'jdbc:pg://h'],
    ['${unclosed', '${unclosed'],
    ['$A {A}', '$A {A}'],
    ['<%= ENV["A"] %>', 'one'],
    ["<%= ENV.fetch('NONE') { 5 } %>", '5'],
    ['<%= ENV.fetch("NONE", "d") %>:<%= ENV["A"] || "x" %>', 'd:one'],
    ['<%= 1 + 1 %>', '<an expression in Ruby>'],
  ])('%s', (text, expected) => {
    expect(resolve(text)).toBe(expected);
  });

  test('that refer to themselves end', () => {
    expect(resolve('${LOOP}')).toContain('LOOP');
    expect(resolve('${'.repeat(5000)).length).toBeGreaterThan(0);
  });
});

describe('settings from files of other formats', () => {
  const mounted = (files: Record<string, string>, container: object = {}) =>
    extract(
      deployment(
        { ...container, volumeMounts: [{ name: 'v', mountPath: '/config' }] },
        { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
      ),
      { configMaps: { c: files } },
    );

  test('Tomcat: each Resource has its own pool', () => {
    const xml = [
      '<Context>',
      ' <Resource name="jdbc/a" factory="org.apache.tomcat.jdbc.pool.DataSourceFactory" url="jdbc:postgresql://a.example/x" maxAge="60000"/>',
      ' <Resource name="jdbc/b" factory="org.apache.tomcat.jdbc.pool.DataSourceFactory" url="jdbc:postgresql://b.example/x" maxAge="90000"/>',
      '</Context>',
    ].join('\n');
    const found = outbound(mounted({ 'context.xml': xml })).map((connection) => {
      const lifetimes = connection.candidates.flatMap(({ model }) => limitsOf(model, 'MaxLifetime'));
      return `${addressOf(connection)} ${lifetimes.filter((one) => one.endsWith('read')).join()}`;
    });
    expect(found.some((one) => one.startsWith('a.example:5432'))).toBe(true);
    expect(found.some((one) => one.startsWith('b.example:5432'))).toBe(true);
  });

  test('Rails: the part of the environment that runs', () => {
    const yml = [
      'default: &default',
      '  adapter: postgresql',
      '  host: <%= ENV.fetch("DB_HOST") { "db.example" } %>',
      'production:',
      '  <<: *default',
      '  url: postgres://prod.example/app?keepalives_idle=60',
      'development:',
      '  <<: *default',
      '  url: postgres://dev.example/app',
    ].join('\n');
    expect(
      outbound(mounted({ 'database.yml': yml }, { env: { RAILS_ENV: 'production' } })).map(addressOf),
    ).toEqual(['prod.example:5432']);
    expect(
      outbound(mounted({ 'database.yml': yml }, { env: { RAILS_ENV: 'development' } })).map(addressOf),
    ).toEqual(['dev.example:5432']);
  });

  test('Django: a connection of its settings', () => {
    const settings =
      "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': os.environ['DB_HOST'], 'PORT': '5432'}}\n";
    const facts = mounted({ 'settings.py': settings }, { env: { DB_HOST: 'db.example' } });
    expect(outbound(facts).map(addressOf)).toContain('db.example:5432');
  });

  test('appsettings.json of .NET', () => {
    const json =
      '{"ConnectionStrings": {"Default": "Host=db.example;Port=5433;Username=u;Password=p;Keepalive=30"}}';
    const [connection] = outbound(
      mounted({ 'appsettings.json': json }, { image: 'mcr.microsoft.com/dotnet/aspnet:8.0' }),
    );
    expect(connection && addressOf(connection)).toBe('db.example:5433');
    const heartbeats = connection?.candidates.flatMap(({ model }) => limitsOf(model, 'Heartbeat'));
    expect(heartbeats).toContain('30 read');
    expect(connection?.candidates.map(({ model }) => shown(model.keepAlive.enabled))).toBeDefined();
  });
});
