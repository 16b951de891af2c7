import { MOST_HOSTS, type StringHost } from './connection-string.ts';

/**
 * An Oracle connect descriptor: `(KEY=value)` or `(KEY=(…)(…))`. Keys in upper case, as they are compared.
 * (Oracle Net Services Reference, "Local Naming Parameters in the tnsnames.ora File".)
 */
export interface Descriptor {
  readonly key: string;
  readonly value?: string;
  readonly children: readonly Descriptor[];
}

const MOST_DEPTH = 16;
const MOST_NODES = 2000;

/** Parses the descriptor at the start of the text; undefined where brackets do not match. Linear. */
export function parseDescriptor(text: string): { descriptor: Descriptor; end: number } | undefined {
  const parser = new DescriptorParser(text);
  const descriptor = parser.node(0);
  return descriptor === undefined ? undefined : { descriptor, end: parser.at };
}

class DescriptorParser {
  readonly #text: string;
  #nodes = 0;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  node(depth: number): Descriptor | undefined {
    this.#blanks();
    if (this.#text[this.at] !== '(' || depth > MOST_DEPTH || (this.#nodes += 1) > MOST_NODES)
      return undefined;
    this.at += 1;
    const key = this.#until('=').trim().toUpperCase();
    this.at += 1;
    this.#blanks();
    if (this.#text[this.at] !== '(') return this.#leaf(key);
    const children: Descriptor[] = [];
    while (this.#text[this.at] === '(') {
      const child = this.node(depth + 1);
      if (child === undefined) return undefined;
      children.push(child);
      this.#blanks();
    }
    return this.#close() ? { key, children } : undefined;
  }

  #leaf(key: string): Descriptor | undefined {
    const value = this.#until(')').trim();
    return this.#close() ? { key, value: value.replace(/^"(.*)"$/, '$1'), children: [] } : undefined;
  }

  #close(): boolean {
    if (this.#text[this.at] !== ')') return false;
    this.at += 1;
    return true;
  }

  #until(end: string): string {
    const start = this.at;
    while (
      this.at < this.#text.length &&
      !(this.#text[this.at] === end || '()'.includes(this.#text[this.at] ?? ''))
    ) {
      this.at += 1;
    }
    return this.#text.slice(start, this.at);
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.at] ?? '')) this.at += 1;
  }
}

/** The first value of a key anywhere in the descriptor. */
export function descriptorValue(descriptor: Descriptor, key: string): string | undefined {
  if (descriptor.key === key && descriptor.value !== undefined) return descriptor.value;
  for (const child of descriptor.children) {
    const found = descriptorValue(child, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every ADDRESS with a host. */
export function descriptorHosts(descriptor: Descriptor): readonly StringHost[] {
  if (descriptor.key === 'ADDRESS') {
    const host = descriptorValue(descriptor, 'HOST');
    const port = descriptorValue(descriptor, 'PORT');
    if (host === undefined) return [];
    return [port === undefined ? { host } : { host, port }];
  }
  return descriptor.children.flatMap(descriptorHosts).slice(0, MOST_HOSTS);
}
