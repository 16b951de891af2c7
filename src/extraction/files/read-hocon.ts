import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

const MOST_DEPTH = 64;

/**
 * HOCON and its kin (application.conf of Akka, Play and the DataStax driver, nats-server.conf) as far as a plain
 * reader goes: objects, `=`, `:`, `+=`, dotted keys, quoted and triple-quoted strings, arrays (`key[0]`), comments
 * with `#` and `//`. Includes are passed over. A substitution stays as `${name}`; `${?name}` falls back to the value
 * that stood there before (HOCON, "Substitutions").
 */
export const readHocon: FileReader = {
  format: 'hocon',
  matches: (name) =>
    name.endsWith('.hocon') || /^(?:application|reference|akka|nats[\w-]*)\.conf$/.test(name),
  read: (text) => new HoconReader(text).read(),
};

class HoconReader {
  readonly #text: string;
  readonly #entries: FlatEntry[] = [];
  readonly #last = new Map<string, string>();
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly FlatEntry[] | undefined {
    this.#blanks();
    if (this.#text[this.#at] === '{') this.#at += 1;
    return this.#members('', 0) ? this.#entries : undefined;
  }

  /** The members of an object up to its closing bracket; false where it is too deep. */
  #members(prefix: string, depth: number): boolean {
    if (depth > MOST_DEPTH) return false;
    while (this.#at < this.#text.length && this.#entries.length < MOST_ENTRIES) {
      this.#blanks();
      const character = this.#text[this.#at];
      if (character === undefined) return true;
      if (character === '}') {
        this.#at += 1;
        return true;
      }
      if (character === ',' || character === ']') this.#at += 1;
      else if (!this.#member(prefix, depth)) return false;
    }
    return true;
  }

  #member(prefix: string, depth: number): boolean {
    const key = this.#key();
    while (/[ \t\r]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    const isAppend = this.#text.startsWith('+=', this.#at);
    if (isAppend) this.#at += 2;
    else if (/[=:]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    else if (this.#text[this.#at] !== '{') return this.#skipLine();
    return this.#value(`${prefix}${key}`, depth);
  }

  #value(key: string, depth: number): boolean {
    this.#blanks();
    const character = this.#text[this.#at];
    if (character === '{') {
      this.#at += 1;
      return this.#members(`${key}.`, depth + 1);
    }
    if (character === '[') {
      this.#at += 1;
      return this.#items(key, depth + 1);
    }
    const line = this.#line;
    this.#push(key, this.#scalar(), line);
    return true;
  }

  #items(key: string, depth: number): boolean {
    if (depth > MOST_DEPTH) return false;
    for (let index = 0; this.#at < this.#text.length && this.#entries.length < MOST_ENTRIES;) {
      this.#blanks();
      const character = this.#text[this.#at];
      if (character === ']' || character === undefined) break;
      if (character === ',' || character === '}') this.#at += 1;
      else {
        if (!this.#value(`${key}[${index}]`, depth)) return false;
        index += 1;
      }
    }
    this.#at += 1;
    return true;
  }

  #key(): string {
    const start = this.#at;
    let quoted = false;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? '';
      if (character === '"') quoted = !quoted;
      else if (!quoted && /[=:{}\n,]/.test(character)) break;
      else if (!quoted && this.#text.startsWith('+=', this.#at)) break;
      this.#at += 1;
    }
    return this.#text.slice(start, this.#at).replaceAll('"', '').trim();
  }

  /** A value up to the end of its line or member: strings without quotes, substitutions as they stand. */
  #scalar(): string {
    if (this.#text.startsWith('"""', this.#at)) return this.#longString();
    let text = '';
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? '';
      if (character === '"') text += this.#string();
      else if (this.#text.startsWith('${', this.#at)) text += this.#substitution();
      else if (/[\n,}\]#]/.test(character) || this.#text.startsWith(' //', this.#at)) break;
      else {
        text += character;
        this.#at += 1;
      }
    }
    return text.trim();
  }

  #string(): string {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== '"' && this.#text[end] !== '\n') {
      end += this.#text[end] === '\\' ? 2 : 1;
    }
    const text = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return text.replace(/\\(.)/g, '$1');
  }

  #longString(): string {
    const end = this.#text.indexOf('"""', this.#at + 3);
    const stop = end === -1 ? this.#text.length : end;
    const text = this.#text.slice(this.#at + 3, stop);
    this.#line += text.split('\n').length - 1;
    this.#at = stop + 3;
    return text;
  }

  #substitution(): string {
    const end = this.#text.indexOf('}', this.#at);
    const stop = end === -1 ? this.#text.length : end;
    const text = this.#text.slice(this.#at, stop + 1);
    this.#at = stop + 1;
    return text;
  }

  /** `${?name}` alone leaves what stood there before where nothing gives the name. */
  #push(key: string, text: string, line: number): void {
    const optional = /^\$\{\?([^}]+)\}$/.exec(text)?.[1];
    const before = this.#last.get(key);
    const meant = optional === undefined ? text : `\${${optional}:${before ?? ''}}`;
    this.#last.set(key, meant);
    this.#entries.push({ key, text: meant, line, document: 0 });
  }

  #blanks(): void {
    for (;;) {
      const character = this.#text[this.#at] ?? '';
      if (character === '\n') this.#line += 1;
      else if (character === '#' || this.#text.startsWith('//', this.#at)) {
        this.#at = this.#lineEnd();
        continue;
      } else if (!/[ \t\r]/.test(character)) return;
      this.#at += 1;
    }
  }

  #skipLine(): boolean {
    this.#at = this.#lineEnd();
    return true;
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end === -1 ? this.#text.length : end;
  }
}
