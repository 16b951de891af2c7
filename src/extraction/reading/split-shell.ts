/** The most characters of a script and the most words that are read of it. */
const MOST_SCRIPT = 65_536;
const MOST_WORDS = 4096;

/** One simple command of a script: the variables set before it, and its words. */
export interface ShellCommand {
  readonly assignments: readonly { readonly name: string; readonly text: string }[];
  readonly words: readonly string[];
  /** Text written to a file by `> file` or `>> file`. */
  readonly redirectedTo?: string;
}

/**
 * Splits a script into its simple commands as a POSIX shell would: quotes, escapes, comments, `VAR=value cmd`,
 * `;`, `&&`, `||`, `|`, `&` and new lines; `$NAME` and `${NAME:-word}` from the variables given. Nothing is run:
 * what only running could tell (`$(cmd)`, backquotes, arithmetic, other expansions) becomes `unseen`.
 * Linear in the length of the script, which is cut at 64 KiB.
 */
export function splitShell(
  script: string,
  valueOf: (name: string) => string | undefined,
  unseen: (what: string) => string,
): readonly ShellCommand[] {
  return new ShellSplitter(script.slice(0, MOST_SCRIPT), valueOf, unseen).split();
}

const NAME_START = /[A-Za-z_]/;
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=/;
const RESERVED = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', '{', '(', 'time']);

class ShellSplitter {
  readonly #script: string;
  readonly #valueOf: (name: string) => string | undefined;
  readonly #unseen: (what: string) => string;
  readonly #commands: ShellCommand[] = [];
  #at = 0;
  #word = '';
  #inWord = false;
  #quotedWord = false;
  #words: { text: string; quoted: boolean }[] = [];
  #count = 0;

  constructor(
    script: string,
    valueOf: (name: string) => string | undefined,
    unseen: (what: string) => string,
  ) {
    this.#script = script;
    this.#valueOf = valueOf;
    this.#unseen = unseen;
  }

  split(): readonly ShellCommand[] {
    while (this.#at < this.#script.length && this.#count < MOST_WORDS) this.#step();
    this.#endCommand();
    return this.#commands;
  }

  #step(): void {
    const character = this.#script[this.#at] ?? '';
    if (character === ' ' || character === '\t') return this.#separate(() => this.#endWord());
    if (';&|\n()'.includes(character)) return this.#separate(() => this.#endCommand());
    if (!this.#inWord && this.#skipped(character)) return;
    if (character === '>' || character === '<') return this.#redirect(character);
    this.#inWord = true;
    this.#readPart(character, false);
  }

  /** One part of a word: a quote, an expansion, an escape, or a character. */
  #readPart(character: string, inDouble: boolean): void {
    if (character === "'" && !inDouble) return this.#readSingleQuoted();
    if (character === '"' && !inDouble) return this.#readDoubleQuoted();
    if (character === '\\') return this.#readEscape(inDouble);
    if (character === '$') return this.#readDollar(inDouble);
    if (character === '`') return this.#readBackquoted();
    this.#word += character;
    this.#at += 1;
  }

  #readSingleQuoted(): void {
    const end = this.#endOf("'", this.#at + 1);
    this.#quotedWord = true;
    this.#word += this.#script.slice(this.#at + 1, end);
    this.#at = end + 1;
  }

  #readDoubleQuoted(): void {
    this.#quotedWord = true;
    this.#at += 1;
    while (this.#at < this.#script.length) {
      const character = this.#script[this.#at] ?? '';
      if (character === '"') break;
      this.#readPart(character, true);
    }
    this.#at += 1;
  }

  #readEscape(inDouble: boolean): void {
    const next = this.#script[this.#at + 1] ?? '';
    if (next !== '\n') this.#word += inDouble && !'$`"\\'.includes(next) ? `\\${next}` : next;
    this.#at += 2;
  }

  #readDollar(inDouble: boolean): void {
    const next = this.#script[this.#at + 1] ?? '';
    if (next === '{') return this.#readBraces(inDouble);
    if (next === '(') return this.#readSubstitution();
    if (!NAME_START.test(next)) {
      this.#word += /[0-9@*#?!$-]/.test(next) ? this.#unseen(`$${next}`) : '$';
      this.#at += /[0-9@*#?!$-]/.test(next) ? 2 : 1;
      return;
    }
    let end = this.#at + 1;
    while (/[A-Za-z0-9_]/.test(this.#script[end] ?? '')) end += 1;
    const name = this.#script.slice(this.#at + 1, end);
    this.#at = end;
    this.#append(this.#valueOf(name) ?? this.#unset(name), inDouble);
  }

  /** `${NAME}`, `${NAME:-word}`, `${NAME-word}`; any other operator is not seen. */
  #readBraces(inDouble: boolean): void {
    const end = this.#endOf('}', this.#at + 2);
    const inner = this.#script.slice(this.#at + 2, end);
    this.#at = end + 1;
    const parts = /^([A-Za-z_][A-Za-z0-9_]*)(?::?-(.*))?$/s.exec(inner);
    if (parts === null) return this.#append(this.#unseen(`\${${inner.slice(0, 40)}}`), true);
    const name = parts[1] ?? '';
    const value = this.#valueOf(name);
    const otherwise = parts[2];
    if (value !== undefined && value !== '') return this.#append(value, inDouble);
    this.#append(otherwise ?? value ?? this.#unset(name), inDouble);
  }

  /** `$(command)`: only running it could tell. */
  #readSubstitution(): void {
    let depth = 0;
    let end = this.#at + 1;
    for (; end < this.#script.length; end += 1) {
      if (this.#script[end] === '(') depth += 1;
      else if (this.#script[end] === ')') depth -= 1;
      if (depth === 0) break;
    }
    this.#at = end + 1;
    this.#append(this.#unseen('the output of a command'), true);
  }

  #readBackquoted(): void {
    this.#at = this.#endOf('`', this.#at + 1) + 1;
    this.#append(this.#unseen('the output of a command'), true);
  }

  #unset(name: string): string {
    return this.#unseen(`$${name.slice(0, 80)}`);
  }

  /** Adds what an expansion gave; outside quotes a shell splits it at blanks. */
  #append(text: string, quoted: boolean): void {
    if (quoted || !/[ \t\n]/.test(text)) {
      this.#word += text;
      return;
    }
    const pieces = text.split(/[ \t\n]+/);
    pieces.forEach((piece, index) => {
      if (index > 0) this.#endWord();
      this.#word += piece;
      this.#inWord = piece !== '' || this.#word !== '';
    });
  }

  #redirect(character: string): void {
    this.#endWord();
    this.#at += 1;
    while (/[>&|]/.test(this.#script[this.#at] ?? '')) this.#at += 1;
    this.#words.push({ text: character, quoted: false });
  }

  #separate(end: () => void): void {
    end();
    this.#at += 1;
  }

  /** Passes over a comment, or a line that goes on, between words. */
  #skipped(character: string): boolean {
    const goesOn = character === '\\' && this.#script[this.#at + 1] === '\n';
    if (goesOn) this.#at += 2;
    else if (character === '#') this.#at = this.#endOf('\n', this.#at);
    return goesOn || character === '#';
  }

  /** Where the character is next, or the end of the script. */
  #endOf(character: string, from: number): number {
    const found = this.#script.indexOf(character, from);
    return found === -1 ? this.#script.length : found;
  }

  #endWord(): void {
    if (!this.#inWord) return;
    this.#words.push({ text: this.#word, quoted: this.#quotedWord });
    this.#count += 1;
    this.#word = '';
    this.#inWord = false;
    this.#quotedWord = false;
  }

  #endCommand(): void {
    this.#endWord();
    const all = this.#words;
    this.#words = [];
    const { words, redirectedTo } = withoutRedirections(all);
    let first = 0;
    while (RESERVED.has(words[first] ?? '')) first += 1;
    const assignments: { name: string; text: string }[] = [];
    for (; first < words.length; first += 1) {
      const word = words[first] ?? '';
      const name = ASSIGNMENT.exec(word)?.[1];
      if (name === undefined) break;
      assignments.push({ name, text: word.slice(name.length + 1) });
    }
    if (assignments.length === 0 && first === words.length) return;
    this.#commands.push({
      assignments,
      words: words.slice(first),
      ...(redirectedTo === undefined ? {} : { redirectedTo }),
    });
  }
}

function withoutRedirections(all: readonly { text: string; quoted: boolean }[]): {
  words: string[];
  redirectedTo: string | undefined;
} {
  const words: string[] = [];
  let redirectedTo: string | undefined;
  for (let index = 0; index < all.length; index += 1) {
    const { text, quoted } = all[index] ?? { text: '', quoted: false };
    if (!quoted && (text === '>' || text === '<')) {
      index += 1;
      if (text === '>') redirectedTo = all[index]?.text;
    } else words.push(text);
  }
  return { words, redirectedTo };
}
