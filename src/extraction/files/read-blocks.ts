import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

const DEEPEST = 32;

interface Token {
  readonly text: string;
  readonly line: number;
  /** `;`, `{` or `}` outside quotes. */
  readonly isMark: boolean;
}

/**
 * Blocks and directives of nginx (nginx.org, "Configuration File's Structure"): `name arguments;`, and
 * `name arguments { ... }` around others. The key is the names of the blocks around it and its own, with dots
 * (`http.server.location.proxy_read_timeout`); arguments of a block are left out. `#` begins a comment.
 */
export const readBlocks: FileReader = {
  format: 'blocks',
  matches: (name) => /^(?:nginx|openresty)[\w.-]*\.conf$/.test(name) || name.endsWith('.nginx'),
  read(text) {
    const entries: FlatEntry[] = [];
    const around: string[] = [];
    let words: Token[] = [];
    for (const token of tokensOf(text)) {
      if (entries.length >= MOST_ENTRIES) break;
      if (!token.isMark) {
        words.push(token);
        continue;
      }
      if (token.text === ';') add(entries, around, words);
      else if (token.text === '}') around.pop();
      else if (around.length < DEEPEST) around.push(words[0]?.text ?? '');
      else return undefined;
      words = [];
    }
    return entries;
  },
};

function add(entries: FlatEntry[], around: readonly string[], [name, ...rest]: readonly Token[]): void {
  if (name === undefined) return;
  const text = rest.map((word) => word.text).join(' ');
  entries.push({ key: [...around, name.text].join('.'), text, line: name.line, document: 0 });
}

/** Words, quoted words and marks, each with its line. Looks at each character once. */
function* tokensOf(text: string): Generator<Token> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\n') line += 1;
    const end = isQuote(character) ? endOfQuoted(text, at) : endOfPlain(text, at);
    const token = tokenOf(text.slice(at, end), line);
    if (token !== undefined) yield token;
    if (isQuote(character)) line += text.slice(at, end).split('\n').length - 1;
    at = end;
  }
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'";
}

/** After the closing quote; the end of the text where there is none. */
function endOfQuoted(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return text.length;
}

/** After a comment, a word, or a single blank or mark. */
function endOfPlain(text: string, start: number): number {
  const isComment = text[start] === '#';
  if (!isComment && /[\s;{}]/.test(text[start] ?? '')) return start + 1;
  let at = start + 1;
  while (at < text.length && !(isComment ? text[at] === '\n' : /[\s;{}"']/.test(text[at] ?? ''))) at += 1;
  return at;
}

function tokenOf(text: string, line: number): Token | undefined {
  if (text.trim() === '' || text.startsWith('#')) return undefined;
  if (isQuote(text[0] ?? ''))
    return {
      text: text.slice(1, text.length > 1 && text.endsWith(text[0] ?? '') ? -1 : undefined),
      line,
      isMark: false,
    };
  return { text, line, isMark: /^[;{}]$/.test(text) };
}
