import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

const MOST_DEPTH = 16;

/**
 * Settings in Python (Django, Superset, Gunicorn, Celery): `NAME = literal` at the beginning of a line, with texts,
 * numbers, True, False, None, dictionaries and lists. `os.environ["X"]`, `os.environ.get("X", "d")` and
 * `os.getenv("X", "d")` become `${X:d}`. Nothing is run: any other expression is passed over, and so is what stands
 * indented.
 */
export const readPython: FileReader = {
  format: 'python',
  matches: (name) =>
    /(?:^|[_-])(?:settings|config|conf)(?:_local|_override)?\.py$/.test(name) || name.endsWith('.conf.py'),
  read(text) {
    const reader = new PythonReader(text);
    return reader.read();
  },
};

class PythonReader {
  readonly #text: string;
  readonly #entries: FlatEntry[] = [];
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly FlatEntry[] {
    while (this.#at < this.#text.length && this.#entries.length < MOST_ENTRIES) {
      const end = this.#lineEnd();
      const name = /^([A-Za-z_][A-Za-z0-9_]{0,99})[ \t]*=(?!=)/.exec(
        this.#text.slice(this.#at, Math.min(end, this.#at + 120)),
      );
      if (name !== null) {
        this.#at += name[0].length;
        this.#value(name[1] ?? '', 0);
      }
      this.#toNextLine();
    }
    return this.#entries;
  }

  /** A literal under a key; false where it is none. */
  #value(key: string, depth: number): boolean {
    this.#blanks(depth > 0);
    const character = this.#text[this.#at] ?? '';
    if (character === '{') return depth < MOST_DEPTH && this.#dictionary(key, depth + 1);
    if (character === '[' || character === '(') return depth < MOST_DEPTH && this.#list(key, depth + 1);
    const text = this.#scalar();
    if (text === undefined) return false;
    this.#entries.push({ key, text, line: this.#line, document: 0 });
    return true;
  }

  #scalar(): string | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 400);
    const environment = environmentOf(rest);
    if (environment !== undefined) {
      this.#at += environment.length;
      return environment.text;
    }
    const quote = /^[rRbBuUfF]{0,2}("""|'''|"|')/.exec(rest);
    if (quote !== null) return this.#string(quote[0].length, quote[1] ?? '"');
    const word = /^-?[\w.]+/.exec(rest)?.[0];
    if (word === undefined || !/^(?:-?\d[\d_.]*|True|False|None)$/.test(word)) return undefined;
    this.#at += word.length;
    return /\d/.test(word) ? word.replaceAll('_', '') : word;
  }

  #string(opening: number, mark: string): string {
    const start = this.#at + opening;
    let end = this.#text.indexOf(mark, start);
    if (end === -1) end = this.#text.length;
    const text = this.#text.slice(start, end);
    this.#line += text.split('\n').length - 1;
    this.#at = end + mark.length;
    return text;
  }

  #dictionary(key: string, depth: number): boolean {
    return this.#bracketed('}', () => {
      const name = this.#scalar();
      this.#blanks(true);
      if (name === undefined || this.#text[this.#at] !== ':') return false;
      this.#at += 1;
      return this.#value(`${key}.${name}`, depth);
    });
  }

  #list(key: string, depth: number): boolean {
    let index = 0;
    return this.#bracketed(this.#text[this.#at] === '[' ? ']' : ')', () => {
      index += 1;
      return this.#value(`${key}[${index - 1}]`, depth);
    });
  }

  /** Items up to the closing bracket; one that is no literal is passed over up to the next comma. */
  #bracketed(closing: string, item: () => boolean): boolean {
    this.#at += 1;
    while (this.#at < this.#text.length && this.#entries.length < MOST_ENTRIES) {
      this.#blanks(true);
      if (this.#text[this.#at] === closing) {
        this.#at += 1;
        return true;
      }
      if (!item()) this.#skipItem();
      this.#blanks(true);
      if (this.#text[this.#at] === ',') this.#at += 1;
      else if (this.#text[this.#at] !== closing) this.#skipItem();
    }
    return false;
  }

  /** To the comma or bracket that ends an item, brackets within it matched. */
  #skipItem(): void {
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at] ?? '';
      if (character === '\n') this.#line += 1;
      if (/[([{]/.test(character)) depth += 1;
      else if (/[)\]}]/.test(character)) {
        if (depth === 0) return;
        depth -= 1;
      } else if (character === ',' && depth === 0) return;
    }
  }

  #blanks(lines: boolean): void {
    for (;;) {
      const character = this.#text[this.#at] ?? '';
      if (character === '#') this.#at = this.#lineEnd();
      else if (character === '\n' && lines) {
        this.#line += 1;
        this.#at += 1;
      } else if (/[ \t\r]/.test(character)) this.#at += 1;
      else return;
    }
  }

  #toNextLine(): void {
    this.#at = this.#lineEnd() + 1;
    this.#line += 1;
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end === -1 ? this.#text.length : end;
  }
}

/** A look-up in the environment as a placeholder, with its length; wrappers such as int(…) may stand around it. */
function environmentOf(text: string): { readonly text: string; readonly length: number } | undefined {
  const match =
    /^(?:int|str|float|bool)?\(?(?:os\.)?(?:environ(?:\.get)?|getenv)[([]\s?["']([A-Za-z_]\w{0,99})["']\s?(?:,\s?["']?([^"'()\n]{0,200})["']?)?[\])]\)?/.exec(
      text,
    );
  if (match === null) return undefined;
  const otherwise = match[2] === undefined ? '' : `:${match[2].trim()}`;
  return { text: `\${${match[1] ?? ''}${otherwise}}`, length: match[0].length };
}
