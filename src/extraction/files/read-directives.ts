import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

const NAMES = new Set([
  'redis.conf',
  'sentinel.conf',
  'valkey.conf',
  'postgresql.conf',
  'mosquitto.conf',
  'sqlnet.ora',
  'httpd.conf',
  'apache2.conf',
]);

/**
 * One directive a line: `name value` (redis.conf, httpd.conf) or `name = 'value'` (postgresql.conf, sqlnet.ora), `#`
 * comments. Names are lower-cased: all these programs read them in any case.
 */
export const readDirectives: FileReader = {
  format: 'directives',
  matches: (name) => NAMES.has(name) || /^(?:redis|valkey|postgresql|postgres).*\.conf$/.test(name),
  read(text) {
    const entries: FlatEntry[] = [];
    const lines = text.split('\n');
    for (let index = 0; index < lines.length && entries.length < MOST_ENTRIES; index += 1) {
      const line = (lines[index] ?? '').trim();
      if (line === '' || line.startsWith('#')) continue;
      const end = line.search(/[\s=]/);
      if (end <= 0) continue;
      const value = line.slice(end).replace(/^[\s=]+/, '');
      entries.push({
        key: line.slice(0, end).toLowerCase(),
        text: withoutComment(value),
        line: index + 1,
        document: 0,
      });
    }
    return entries;
  },
};

function withoutComment(value: string): string {
  const quote = value[0];
  if (quote === "'" || quote === '"') {
    const end = value.indexOf(quote, 1);
    if (end !== -1) return value.slice(1, end);
  }
  const comment = value.indexOf(' #');
  return (comment === -1 ? value : value.slice(0, comment)).trim();
}
