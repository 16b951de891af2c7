import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

const MOST_DEPTH = 64;
/** Elements that give a name and a value rather than being a name: `<property name="x">1</property>`. */
const NAMED = new Set([
  'property',
  'param',
  'parameter',
  'entry',
  'prop',
  'add',
  'init-param',
  'config-property',
]);
const ENTITIES = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * XML, read for its values: attributes (`Context.Resource.maxIdle`) and texts (`datasource.pool.min-pool-size`),
 * keyed by the names of their elements; of elements that stand several times side by side the second is
 * `Resource[1]`. `<property name="x" value="1"/>` is also `x` alone. There are no external entities and no
 * entities but the five of XML and character numbers: a document type is passed over. Looks at each character once.
 */
export const readXml: FileReader = {
  format: 'xml',
  matches: (name) => name.endsWith('.xml') || name.endsWith('.config'),
  read: (text) => new XmlReader(text).read(),
};

interface OpenElement {
  readonly path: string;
  /** What the element names by an attribute, for elements that only carry a name and a value. */
  readonly named: string | undefined;
  readonly children: Map<string, number>;
  readonly line: number;
  text: string;
}

class XmlReader {
  readonly #text: string;
  readonly #entries: FlatEntry[] = [];
  readonly #open: OpenElement[] = [{ path: '', named: undefined, children: new Map(), line: 1, text: '' }];
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly FlatEntry[] | undefined {
    while (this.#at < this.#text.length && this.#entries.length < MOST_ENTRIES) {
      const start = this.#text.indexOf('<', this.#at);
      const end = start === -1 ? this.#text.length : start;
      this.#takeText(this.#text.slice(this.#at, end));
      if (start === -1) break;
      this.#advance(start);
      if (!this.#readMarkup()) return undefined;
    }
    return this.#open.length === 1 || this.#entries.length >= MOST_ENTRIES ? this.#entries : undefined;
  }

  #takeText(text: string): void {
    const open = this.#open.at(-1);
    if (open !== undefined && open.text.length < 65_536) open.text += text;
  }

  /** One piece of markup at the current place; false where it is none. */
  #readMarkup(): boolean {
    if (this.#text.startsWith('<!--', this.#at)) return this.#skipPast('-->');
    if (this.#text.startsWith('<![CDATA[', this.#at)) return this.#readCharacterData();
    if (this.#text.startsWith('<?', this.#at)) return this.#skipPast('?>');
    if (this.#text.startsWith('<!', this.#at)) return this.#skipDocumentType();
    if (this.#text.startsWith('</', this.#at)) return this.#close();
    return this.#openElement();
  }

  #skipPast(mark: string): boolean {
    const end = this.#text.indexOf(mark, this.#at);
    if (end === -1) return false;
    this.#advance(end + mark.length);
    return true;
  }

  #readCharacterData(): boolean {
    const end = this.#text.indexOf(']]>', this.#at);
    if (end === -1) return false;
    this.#takeText(this.#text.slice(this.#at + 9, end).replaceAll('&', '&amp;'));
    this.#advance(end + 3);
    return true;
  }

  #skipDocumentType(): boolean {
    const end = this.#text.indexOf('>', this.#at);
    if (end === -1) return false;
    if (!this.#text.slice(this.#at, end).includes('[')) return this.#skipPast('>');
    const closing = this.#text.indexOf(']', this.#at);
    if (closing === -1) return false;
    this.#advance(closing);
    return this.#skipPast('>');
  }

  #close(): boolean {
    const element = this.#open.length > 1 ? this.#open.pop() : undefined;
    if (element === undefined) return false;
    const text = decodeEntities(element.text).trim();
    if (text !== '') this.#add(element, text);
    return this.#skipPast('>');
  }

  #openElement(): boolean {
    const end = endOfTag(this.#text, this.#at + 1);
    const parent = this.#open.at(-1);
    if (end === -1 || parent === undefined || this.#open.length > MOST_DEPTH) return false;
    const isEmpty = this.#text[end - 1] === '/';
    const tag = this.#text.slice(this.#at + 1, isEmpty ? end - 1 : end);
    const name = /^[^\s/]+/.exec(tag)?.[0];
    if (name === undefined) return false;
    const element = this.#elementOf(name, tag.slice(name.length), parent);
    if (!isEmpty) this.#open.push(element);
    this.#advance(end + 1);
    return true;
  }

  #elementOf(name: string, rest: string, parent: OpenElement): OpenElement {
    const local = name.slice(name.indexOf(':') + 1);
    const count = parent.children.get(local) ?? 0;
    parent.children.set(local, count + 1);
    const indexed = count === 0 ? local : `${local}[${count}]`;
    const path = parent.path === '' ? indexed : `${parent.path}.${indexed}`;
    const attributes = attributesOf(rest);
    const named = NAMED.has(local) ? (attributes.get('name') ?? attributes.get('key')) : undefined;
    const element = { path, named, children: new Map<string, number>(), line: this.#line, text: '' };
    const value = attributes.get('value');
    if (named !== undefined && value !== undefined) this.#add(element, value);
    else for (const [attribute, text] of attributes) this.#push(`${path}.${attribute}`, text, element.line);
    return element;
  }

  /** A value of an element: under its path, or under the name that it gives, with and without the path before. */
  #add({ path, named, line }: OpenElement, text: string): void {
    if (named === undefined) return this.#push(path, text, line);
    const dot = path.lastIndexOf('.');
    this.#push(named, text, line);
    if (dot !== -1) this.#push(`${path.slice(0, dot)}.${named}`, text, line);
  }

  #push(key: string, text: string, line: number): void {
    this.#entries.push({ key, text, line, document: 0 });
  }

  /** Moves on, counting lines. */
  #advance(to: number): void {
    for (
      let at = this.#text.indexOf('\n', this.#at);
      at !== -1 && at < to;
      at = this.#text.indexOf('\n', at + 1)
    ) {
      this.#line += 1;
    }
    this.#at = to;
  }
}

/** The `>` that ends a tag; one in quotes does not. */
function endOfTag(text: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at;
  }
  return -1;
}

/** `name="value"` and `name='value'`; what is neither is passed over. */
function attributesOf(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  let at = 0;
  while (attributes.size < 200) {
    const equals = text.indexOf('=', at);
    const quoteAt = equals === -1 ? -1 : afterBlanks(text, equals + 1);
    const quote = text[quoteAt] ?? '';
    if (quote !== '"' && quote !== "'") break;
    const end = text.indexOf(quote, quoteAt + 1);
    if (end === -1) break;
    const name = text.slice(at, equals).trim();
    attributes.set(
      name.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf(' ')) + 1),
      decodeEntities(text.slice(quoteAt + 1, end)),
    );
    at = end + 1;
  }
  return attributes;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9A-Fa-f]{1,6}|#\d{1,7}|[a-z]{2,4});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES.get(name) ?? whole;
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
