import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

const SECTIONS = new Set([
  'global',
  'defaults',
  'frontend',
  'backend',
  'listen',
  'peers',
  'resolvers',
  'userlist',
]);
/** Keywords whose second word is part of the name: `timeout client 30s`, `option tcpka`. */
const TWO_WORDS = new Set(['timeout', 'option']);

/**
 * haproxy.cfg (HAProxy configuration manual, 2.1): sections, and a keyword with its values on each line. The key is
 * the section's kind and the keyword (`defaults.timeout client`). An `option` alone is `true`, after `no` `false`.
 */
export const readHaproxy: FileReader = {
  format: 'haproxy',
  matches: (name) => /^haproxy[\w.-]*\.cfg$/.test(name),
  read(text) {
    const entries: FlatEntry[] = [];
    const lines = text.split('\n');
    let section = '';
    for (let index = 0; index < lines.length && entries.length < MOST_ENTRIES; index += 1) {
      const words =
        (lines[index] ?? '')
          .split('#', 1)[0]
          ?.split(/\s+/)
          .filter((word) => word !== '') ?? [];
      const [first = ''] = words;
      if (SECTIONS.has(first)) section = first;
      else if (first !== '') entries.push({ ...keywordOf(words, section), line: index + 1, document: 0 });
    }
    return entries;
  },
};

function keywordOf(words: readonly string[], section: string): { key: string; text: string } {
  const isNegated = words[0] === 'no';
  const meant = isNegated ? words.slice(1) : words;
  const length = TWO_WORDS.has(meant[0] ?? '') ? 2 : 1;
  const rest = meant.slice(length).join(' ');
  const isSwitch = meant[0] === 'option' && rest === '';
  const text = isSwitch ? String(!isNegated) : rest;
  return { key: `${section}.${meant.slice(0, length).join(' ')}`, text };
}
