import { describe, expect, test } from '@jest/globals';
import { isReadable, readFile } from '../../src/extraction/files/read-file.ts';
import { readTnsNames } from '../../src/extraction/strings/read-tnsnames.ts';

/** `key=text @line` of every entry; a document other than the first in brackets. */
function read(name: string, text: string): readonly string[] | undefined {
  return readFile(name, text)?.map(
    ({ key, text: value, line, document }) =>
      `${document === 0 ? '' : `[${document}] `}${key}=${value} @${line}`,
  );
}

describe('properties', () => {
  test('separators, comments, escapes, joined lines', () => {
    const text = [
      '# comment',
      '! comment',
      'a=1',
      'b : 2',
      'c 3',
      'd\\=e=4',
      'joined=one,\\',
      '   two',
      'unicode=\\u00e4\\n',
      'empty=',
      'path=C:\\\\x',
      '#---',
      'a=5',
    ].join('\n');
    expect(read('application.properties', text)).toEqual([
      'a=1 @3',
      'b=2 @4',
      'c=3 @5',
      'd=e=4 @6',
      'joined=one,two @7',
      'unicode=ä\n @9'.replace('\n', ''),
      'empty= @10',
      'path=C:\\x @11',
      '[1] a=5 @13',
    ]);
  });
});

describe('YAML', () => {
  test('nested keys, sequences, quotes, blocks, documents, with their lines', () => {
    const text = [
      'spring:',
      '  datasource:',
      '    url: "jdbc:postgresql://db/app"   # comment',
      "    name: 'it''s'",
      'list:',
      '  - one',
      '  - key: two',
      'block: |',
      '  line',
      'dotted.key: 3',
      '---',
      'second: true',
    ].join('\n');
    expect(read('application.yaml', text)).toEqual([
      'spring.datasource.url=jdbc:postgresql://db/app @3',
      "spring.datasource.name=it's @4",
      'list[0]=one @6',
      'list[1].key=two @7',
      'block=line\n @9',
      'dotted.key=3 @10',
      '[1] second=true @12',
    ]);
  });

  test('anchors and merges are followed, texts stay as they are written', () => {
    const text = 'base: &b {idle: 1_0, on: yes}\nuse: *b\nmerged:\n  <<: *b\n  own: 0x10\n';
    expect(read('x.yml', text)).toEqual([
      'base.idle=1_0 @1',
      'base.on=yes @1',
      'use.idle=1_0 @1',
      'use.on=yes @1',
      'merged.idle=1_0 @1',
      'merged.on=yes @1',
      'merged.own=0x10 @5',
    ]);
  });

  test('aliases that multiply are bounded', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let at = 1; at < 12; at += 1) {
      const alias = `*a${at - 1}`;
      lines.push(`a${at}: &a${at} [${Array.from({ length: 10 }, () => alias).join(', ')}]`);
    }
    expect(read('x.yaml', lines.join('\n'))).toBeUndefined();
  });

  test.each([
    ['an anchor that holds itself', 'a: &a [*a, *a]'],
    ['a merge of itself', 'a: &a {<<: *a, k: 1}'],
    ['an alias to nothing', 'a: *none'],
  ])('%s ends', (_what, text) => {
    expect(() => read('x.yaml', text)).not.toThrow();
  });

  test.each([
    ['is no YAML', 'a: [1, 2\nb: }'],
    ['is a template', 'a: {{ .Values.x }}\n{{- if }}'],
    ['is too deep', `${'['.repeat(200)}${']'.repeat(200)}`],
  ])('a file that %s gives nothing and says so', (_what, text) => {
    expect(read('x.yaml', text)).toBeUndefined();
  });

  test('JSON, tabs included', () => {
    expect(read('x.json', '{\n\t"a": {"b": [1, "two"]},\n\t"c": null\n}')).toEqual([
      'a.b[0]=1 @2',
      'a.b[1]=two @2',
      'c=null @3',
    ]);
  });
});

describe('INI, environment files, directives', () => {
  test('sections stand before their keys', () => {
    const text =
      '; c\n# c\ntop = 1\n[pgbouncer]\nserver_idle_timeout = 120 ; why\nquoted = "a # b"\n[mysqld]\nskip-name-resolve\n';
    expect(read('pgbouncer.ini', text)).toEqual([
      'top=1 @3',
      'pgbouncer.server_idle_timeout=120 @5',
      'pgbouncer.quoted=a # b @6',
      'mysqld.skip-name-resolve= @8',
    ]);
  });

  test('an environment file', () => {
    expect(read('.env', "export A='x y'\nB=1\n")).toEqual(['A=x y @1', 'B=1 @2']);
  });

  test('redis.conf and postgresql.conf', () => {
    expect(read('redis.conf', 'tcp-keepalive 60\n# timeout 5\nTimeout 0\nsave ""\n')).toEqual([
      'tcp-keepalive=60 @1',
      'timeout=0 @3',
      'save= @4',
    ]);
    expect(read('postgresql.conf', "tcp_keepalives_idle = 60 # s\nlisten_addresses = '*'\n")).toEqual([
      'tcp_keepalives_idle=60 @1',
      'listen_addresses=* @2',
    ]);
  });

  test('what nobody reads', () => {
    expect(isReadable('tls.crt')).toBe(false);
    expect(readFile('run.sh', 'a=b')).toBeUndefined();
  });
});

describe('tnsnames.ora', () => {
  test('names, comments, several names of one, lines', () => {
    const text = [
      '# comment (x=y)',
      'ORDERS, orders.world =',
      '  (DESCRIPTION =',
      '    (ENABLE = BROKEN)',
      '    (ADDRESS = (PROTOCOL = TCP)(HOST = ora)(PORT = 1521)))',
      '',
      'broken = (DESCRIPTION',
      'Other=(DESCRIPTION=(ADDRESS=(HOST=o2)(PORT=1522)))',
    ].join('\n');
    const entries = readTnsNames(text).map(({ names, line }) => `${names.join(' ')} @${line}`);
    expect(entries).toContain('ORDERS ORDERS.WORLD @2');
    expect(entries).toContain('OTHER @8');
  });

  test('brackets without end', () => {
    expect(readTnsNames('a=('.repeat(20_000))).toEqual([]);
  });
});

describe('XML', () => {
  test('attributes, texts, named values, repeated elements, with their lines', () => {
    const text = [
      '<?xml version="1.0"?>',
      '<!DOCTYPE Context [ <!ENTITY x SYSTEM "file:///etc/passwd"> ]>',
      '<!-- <Resource maxIdle="1"/> -->',
      '<Context>',
      '  <Resource name="jdbc/a" url="jdbc:postgresql://a/x?b=1&amp;c=2" maxIdle="5"/>',
      "  <Resource name='jdbc/b' maxIdle = '6'/>",
      '  <pool><min-pool-size> 2 </min-pool-size></pool>',
      '  <property name="hibernate.c3p0.timeout">300</property>',
      '  <bean><property name="maxIdleTime" value="240"/></bean>',
      '  <sql><![CDATA[a < b & c]]></sql>',
      '  <entity>&x;&#65;&lt;</entity>',
      '</Context>',
    ].join('\n');
    expect(read('context.xml', text)).toEqual([
      'Context.Resource.name=jdbc/a @5',
      'Context.Resource.url=jdbc:postgresql://a/x?b=1&c=2 @5',
      'Context.Resource.maxIdle=5 @5',
      'Context.Resource[1].name=jdbc/b @6',
      'Context.Resource[1].maxIdle=6 @6',
      'Context.pool.min-pool-size=2 @7',
      'Context.property.name=hibernate.c3p0.timeout @8',
      'hibernate.c3p0.timeout=300 @8',
      'Context.hibernate.c3p0.timeout=300 @8',
      'maxIdleTime=240 @9',
      'Context.bean.maxIdleTime=240 @9',
      'Context.sql=a < b & c @10',
      'Context.entity=&x;A< @11',
    ]);
  });

  test.each([['<a><b></a'], ['<a>'], ['</a>'], ['<a b="'], ['<'.repeat(1000)], ['<a>'.repeat(100)]])(
    '%.20s is none',
    (text) => {
      expect(read('x.xml', text)).toBeUndefined();
    },
  );
});

describe('TOML', () => {
  test('tables, arrays of tables, strings, arrays, inline tables', () => {
    const text = [
      'top = 1 # comment',
      '[a.b]',
      'c = "x # y"',
      "d = 'C:\\x'",
      'e.f = true',
      'list = [',
      '  "one", # first',
      '  2,',
      ']',
      'inline = { g = 1, h = "two" }',
      'long = """',
      'three"""',
      '[[server]]',
      'port = 1',
      '[[server]]',
      'port = 2',
    ].join('\n');
    expect(read('config.toml', text)).toEqual([
      'top=1 @1',
      'a.b.c=x # y @3',
      'a.b.d=C:\\x @4',
      'a.b.e.f=true @5',
      'a.b.list[0]=one @7',
      'a.b.list[1]=2 @8',
      'a.b.inline.g=1 @10',
      'a.b.inline.h=two @10',
      'a.b.long=three @12',
      'server[0].port=1 @14',
      'server[1].port=2 @16',
    ]);
  });
});

describe('HOCON', () => {
  test('objects, separators, substitutions that may fall back, arrays, comments', () => {
    const text = [
      'include "other"',
      'datastax-java-driver {',
      '  basic.contact-points = ["a:9042", "b:9042"] // comment',
      '  advanced { heartbeat.interval = 30 seconds, socket { keep-alive: true } }',
      '}',
      'db.url = "jdbc:postgresql://db/x"',
      'db.url = ${?DB_URL}',
      'other = ${HOST}":5432"',
      'long = """a',
      'b"""',
    ].join('\n');
    expect(read('application.conf', text)).toEqual([
      'datastax-java-driver.basic.contact-points[0]=a:9042 @3',
      'datastax-java-driver.basic.contact-points[1]=b:9042 @3',
      'datastax-java-driver.advanced.heartbeat.interval=30 seconds @4',
      'datastax-java-driver.advanced.socket.keep-alive=true @4',
      'db.url=jdbc:postgresql://db/x @6',
      'db.url=${DB_URL:jdbc:postgresql://db/x} @7',
      'other=${HOST}:5432 @8',
      'long=a\nb @9',
    ]);
  });
});

describe('Python settings', () => {
  test('literals at the beginning of a line, look-ups in the environment, nothing else', () => {
    const text = [
      'import os',
      'CONN_MAX_AGE = 60',
      'NAME: str = "x"',
      'DEBUG = False',
      'HOST = os.environ.get("DB_HOST", "db.example")',
      'PORT = int(os.getenv("DB_PORT", "5432"))',
      'COMPUTED = 60 * 60',
      'CALL = dangerous("x")',
      'DATABASES = {',
      "    'default': {",
      "        'ENGINE': 'django.db.backends.postgresql',",
      "        'HOST': os.environ['DB_HOST'],  # comment",
      "        'OPTIONS': {'keepalives_idle': 60, 'other': call(1, [2])},",
      '    },',
      '}',
      'def f():',
      '    INNER = 1',
    ].join('\n');
    expect(read('settings.py', text)).toEqual([
      'CONN_MAX_AGE=60 @2',
      'DEBUG=False @4',
      'HOST=${DB_HOST:db.example} @5',
      'PORT=${DB_PORT:5432} @6',
      'COMPUTED=60 @7',
      'DATABASES.default.ENGINE=django.db.backends.postgresql @11',
      'DATABASES.default.HOST=${DB_HOST} @12',
      'DATABASES.default.OPTIONS.keepalives_idle=60 @13',
    ]);
  });
});

describe('Erlang terms', () => {
  test('applications and their keys', () => {
    const text = [
      '%% comment',
      '[',
      ' {rabbit, [',
      '   {heartbeat, 30},',
      '   {tcp_listen_options, [{keepalive, true}, {backlog, 128}]}',
      ' ]},',
      ' {app, [{url, "amqp://h"}, {name, <<"n">>}]}',
      '].',
    ].join('\n');
    expect(read('advanced.config', text)).toEqual([
      'rabbit.heartbeat=30 @4',
      'rabbit.tcp_listen_options.keepalive=true @5',
      'rabbit.tcp_listen_options.backlog=128 @5',
      'app.url=amqp://h @7',
      'app.name=n @7',
    ]);
  });
});

describe('names that tell no format', () => {
  test.each([
    ['mongod.conf', 'net:\n  port: 27017\n', 'net.port=27017 @2'],
    ['rabbitmq.conf', '# c\nheartbeat = 30\n', 'heartbeat=30 @2'],
    ['nats-server.conf', 'ping_interval: "30s"\njetstream { x: 1 }\n', 'ping_interval=30s @1'],
    ['server.conf', 'http {\n  keepalive_timeout 75s;\n}\n', 'http.keepalive_timeout=75s @2'],
    ['config', '[default]\ntcp_keepalive = true\n', 'default.tcp_keepalive=true @2'],
    ['web.config', '<configuration><x y="1"/></configuration>', 'configuration.x.y=1 @1'],
  ])('%s', (name, text, first) => {
    expect(read(name, text)?.[0]).toBe(first);
  });

  test('a database of PgBouncer', () => {
    expect(read('pgbouncer.ini', '[databases]\napp = host=db port=5433 dbname=app\n')).toContain(
      'databases.app.host=db @2',
    );
  });
});
