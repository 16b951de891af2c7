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
