import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

/**
 * TOML as far as settings need it: tables, arrays of tables (`[[x]]` is `x[0]`, `x[1]`), dotted and quoted keys,
 * strings of all four kinds, numbers, Booleans, inline tables. Items of an array are `key[0]`, `key[1]`. What is
 * none of these is passed over.
 */
export const readToml: FileReader = {
  format: 'toml',
  matches: (name) => name.endsWith('.toml') || name === 'Pipfile',
  read: (text) => new TomlReader(text).read(),
};

const MOST_DEPTH = 32;

class TomlReader {
  readonly #text: string;
  readonly #entries: FlatEntry[] = [];
  readonly #arrays = new Map<string, number>();
  #table = '';
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly FlatEntry[] {
    while (this.#at < this.#text.length && this.#entries.length < MOST_ENTRIES) {
      this.#blanks();
      const character = this.#text[this.#at];
      if (character === '[') this.#readTable();
      else if (character !== undefined) this.#readPair(this.#table, 0);
      this.#skipLine();
    }
    return this.#entries;
  }

  #readTable(): void {
    const isArray = this.#text.startsWith('[[', this.#at);
    const line = this.#text.slice(this.#at + (isArray ? 2 : 1), this.#lineEnd());
    const end = line.indexOf(']');
    if (end === -1) return;
    const name = plainKey(line.slice(0, end));
    const count = this.#arrays.get(name) ?? 0;
    if (isArray) this.#arrays.set(name, count + 1);
    this.#table = isArray ? `${name}[${count}].` : `${name}.`;
  }

  /** `key = value`; false where there is none. */
  #readPair(prefix: string, depth: number): boolean {
    const line = this.#text.slice(this.#at, this.#lineEnd());
    const equals = line.indexOf('=');
    if (equals === -1) return false;
    const key = prefix + plainKey(line.slice(0, equals));
    this.#at += equals + 1;
    this.#readValue(key, depth);
    return true;
  }

  #readValue(key: string, depth: number): void {
    this.#blanks();
    const character = this.#text[this.#at] ?? '';
    if (character === '"' || character === "'") return this.#push(key, this.#readString(character));
    if (character === '[' && depth < MOST_DEPTH) return this.#readArray(key, depth + 1);
    if (character === '{' && depth < MOST_DEPTH) return this.#readInlineTable(`${key}.`, depth + 1);
    const end = this.#plainEnd();
    const text = this.#text.slice(this.#at, end).trim();
    this.#at = end;
    if (text !== '') this.#push(key, text);
  }

  #readArray(key: string, depth: number): void {
    this.#at += 1;
    for (let index = 0; this.#at < this.#text.length && this.#entries.length < MOST_ENTRIES; index += 1) {
      this.#blanksAndLines();
      if (this.#text[this.#at] === ']') break;
      const before = this.#at;
      this.#readValue(`${key}[${index}]`, depth);
      this.#blanksAndLines();
      if (this.#text[this.#at] === ',') this.#at += 1;
      else if (this.#at === before) this.#at += 1;
    }
    this.#at += 1;
  }

  #readInlineTable(prefix: string, depth: number): void {
    this.#at += 1;
    while (this.#at < this.#text.length && this.#entries.length < MOST_ENTRIES) {
      this.#blanks();
      if (this.#text[this.#at] === '}' || this.#text[this.#at] === '\n') break;
      if (!this.#readPair(prefix, depth)) break;
      this.#blanks();
      if (this.#text[this.#at] !== ',') break;
      this.#at += 1;
    }
    if (this.#text[this.#at] === '}') this.#at += 1;
  }

  #readString(quote: string): string {
    const triple = quote.repeat(3);
    const isLong = this.#text.startsWith(triple, this.#at);
    const mark = isLong ? triple : quote;
    const start = this.#at + mark.length;
    const stop = endOfString(this.#text, mark, start);
    const raw = this.#text.slice(start, stop);
    this.#countLines(raw);
    this.#at = stop + mark.length;
    const text = isLong ? raw.replace(/^\r?\n/, '') : raw;
    return quote === '"'
      ? text.replace(/\\(["\\nt])/g, (_all, escaped: string) => ESCAPES.get(escaped) ?? '')
      : text;
  }

  #push(key: string, text: string): void {
    this.#entries.push({ key, text, line: this.#line, document: 0 });
  }

  #plainEnd(): number {
    let at = this.#at;
    while (at < this.#text.length && !/[,\]}#\n]/.test(this.#text[at] ?? '')) at += 1;
    return at;
  }

  #blanks(): void {
    while (/[ \t\r]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #blanksAndLines(): void {
    for (;;) {
      this.#blanks();
      if (this.#text[this.#at] === '#') this.#at = this.#lineEnd();
      if (this.#text[this.#at] !== '\n') return;
      this.#line += 1;
      this.#at += 1;
    }
  }

  #skipLine(): void {
    this.#at = this.#lineEnd() + 1;
    this.#line += 1;
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end === -1 ? this.#text.length : end;
  }

  #countLines(text: string): void {
    for (const character of text) if (character === '\n') this.#line += 1;
  }
}

const ESCAPES = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['n', '\n'],
  ['t', '\t'],
]);

/** Where the mark ends a string; a backslash before it counts in double quotes only. */
function endOfString(text: string, mark: string, from: number): number {
  let end = text.indexOf(mark, from);
  while (end !== -1 && mark.startsWith('"') && isEscaped(text, end)) end = text.indexOf(mark, end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (text[at - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}

/** A key without quotes and blanks: `a."b.c"` is `a.b.c`. */
function plainKey(key: string): string {
  return key.replace(/["'\s]/g, '');
}
