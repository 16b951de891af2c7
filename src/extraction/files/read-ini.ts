import { parseLibpq } from '../strings/parse-keywords.ts';
import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

const EXTENSIONS = /\.(?:ini|cnf|env|service)$/;

/**
 * INI and its kin: `[section]`, `key = value` or `key: value`, `#` and `;` comments, quotes around a value, the
 * `export` of an environment file. A key after a section is `section.key`; one without value is empty text
 * (option files of MySQL). Used for .ini, .cnf, .env, pg_service.conf, pgbouncer.ini, odbc.ini.
 */
export const readIni: FileReader = {
  format: 'ini',
  matches: (name) =>
    EXTENSIONS.test(name) || name === '.env' || name.startsWith('.env.') || name === '.my.cnf',
  read(text) {
    const entries: FlatEntry[] = [];
    const lines = text.split('\n');
    let section = '';
    for (let index = 0; index < lines.length && entries.length < MOST_ENTRIES; index += 1) {
      const line = (lines[index] ?? '').trim();
      if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
      const header = line.startsWith('[') && line.endsWith(']');
      if (header) section = `${line.slice(1, -1).trim()}.`;
      else {
        const pair = splitLine(line, section);
        entries.push({ ...pair, line: index + 1, document: 0 });
        for (const inner of connectionOf(pair)) entries.push({ ...inner, line: index + 1, document: 0 });
      }
    }
    return entries;
  },
};

function splitLine(line: string, section: string): { key: string; text: string } {
  const assignment = line.startsWith('export ') ? line.slice('export '.length).trimStart() : line;
  const equals = assignment.indexOf('=');
  const at = equals === -1 ? assignment.indexOf(':') : equals;
  if (at === -1) return { key: `${section}${assignment}`, text: '' };
  return {
    key: `${section}${assignment.slice(0, at).trim()}`,
    text: unquote(assignment.slice(at + 1).trim()),
  };
}

/** A database of PgBouncer is a connection string itself: `databases.app.host` (pgbouncer.ini, section [databases]). */
function connectionOf({
  key,
  text,
}: {
  readonly key: string;
  readonly text: string;
}): readonly { key: string; text: string }[] {
  if (!key.startsWith('databases.') || !/(?:^|\s)(?:host|port|dbname)\s{0,5}=/.test(text)) return [];
  const string = parseLibpq(text);
  return (string?.parameters ?? []).map(({ name, value }) => ({ key: `${key}.${name}`, text: value }));
}

/** Quotes around the value go; without quotes, a comment after it goes. */
function unquote(value: string): string {
  const quote = value[0];
  if (quote === '"' || quote === "'") {
    const end = value.indexOf(quote, 1);
    if (end !== -1) return value.slice(1, end);
  }
  const comment = value.search(/\s[#;]/);
  return comment === -1 ? value : value.slice(0, comment).trimEnd();
}
