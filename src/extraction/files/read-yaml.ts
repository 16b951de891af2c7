import {
  type Event,
  EVENT_ALIAS,
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  getScalarValue,
  parseEvents,
} from 'js-yaml';
import { type FileReader, type FlatEntry, MOST_ENTRIES } from './flat-entry.ts';

const MOST_DEPTH = 64;
/** The most events that aliases may add: what a file of a mebibyte can hold without them. */
const MOST_REPEATED = 100_000;
const MOST_ALIASES_OPEN = 8;

/**
 * YAML, and JSON as its subset: every document, scalars as the text that stands there. The parser's events are
 * walked directly: nothing is converted, and an alias is walked again only as long as the bound on repeated events
 * lasts, so that nested aliases cannot grow.
 */
export const readYaml: FileReader = {
  format: 'yaml',
  matches: (name) => name.endsWith('.yaml') || name.endsWith('.yml'),
  read(text) {
    if (newLinesOf(text).length > MOST_ENTRIES + MOST_ENTRIES / 2) return undefined;
    let events: readonly Event[];
    try {
      events = parseEvents(text, { maxDepth: MOST_DEPTH });
    } catch {
      return undefined;
    }
    return new EventWalker(text, events).walk();
  },
};

/** JSON: as YAML, for its lines. */
export const readJson: FileReader = {
  format: 'json',
  matches: (name) => name.endsWith('.json'),
  read: (text) => readYaml.read(text.includes('\t') ? text.replaceAll('\t', ' ') : text),
};

class EventWalker {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #entries: FlatEntry[] = [];
  readonly #anchors = new Map<string, number>();
  #document = -1;
  #repeatsLeft = MOST_REPEATED;
  #aliasesOpen = 0;
  #newLines: readonly number[] | undefined;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  walk(): readonly FlatEntry[] {
    let at = 0;
    while (at < this.#events.length) {
      if (this.#events[at]?.type === EVENT_DOCUMENT) {
        this.#document += 1;
        this.#anchors.clear();
        at += 1;
      } else if (this.#events[at]?.type === EVENT_POP) at += 1;
      else at = this.#node(at, '', false);
    }
    return this.#entries;
  }

  /** Walks the node at this event and gives the event after it. */
  #node(at: number, key: string, repeated: boolean): number {
    const event = this.#events[at];
    if (event === undefined || (repeated && (this.#repeatsLeft -= 1) < 0)) return this.#events.length;
    switch (event.type) {
      case EVENT_SCALAR:
        this.#anchor(event, at);
        this.#add(key, getScalarValue(this.#text, event), event.valueStart);
        return at + 1;
      case EVENT_MAPPING:
        this.#anchor(event, at);
        return this.#mapping(at + 1, key, repeated);
      case EVENT_SEQUENCE:
        this.#anchor(event, at);
        return this.#sequence(at + 1, key, repeated);
      case EVENT_ALIAS:
        this.#alias(event, key);
        return at + 1;
      case EVENT_DOCUMENT:
      case EVENT_POP:
      default:
        return at + 1;
    }
  }

  #mapping(from: number, key: string, repeated: boolean): number {
    let at = from;
    while (at < this.#events.length && this.#events[at]?.type !== EVENT_POP) {
      const keyEvent = this.#events[at];
      if (keyEvent?.type !== EVENT_SCALAR) {
        // A key that is itself a collection names no setting: it is left out, its value walked without a name.
        at = this.#skip(this.#skip(at));
        continue;
      }
      const name = getScalarValue(this.#text, keyEvent);
      const merges = name === '<<';
      const inner = key === '' || name.startsWith('[') ? `${key}${name}` : `${key}.${name}`;
      at = this.#node(at + 1, merges ? key : inner, repeated);
    }
    return at + 1;
  }

  #sequence(from: number, key: string, repeated: boolean): number {
    let at = from;
    for (let index = 0; at < this.#events.length && this.#events[at]?.type !== EVENT_POP; index += 1) {
      at = this.#node(at, `${key}[${index}]`, repeated);
    }
    return at + 1;
  }

  #skip(from: number): number {
    let depth = 0;
    let at = from;
    do {
      const type = this.#events[at]?.type;
      if (type === EVENT_MAPPING || type === EVENT_SEQUENCE) depth += 1;
      else if (type === EVENT_POP) depth -= 1;
      at += 1;
    } while (depth > 0 && at < this.#events.length);
    return at;
  }

  #anchor(event: { readonly anchorStart: number; readonly anchorEnd: number }, at: number): void {
    if (event.anchorStart >= 0) this.#anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), at);
  }

  /** An alias inside what its own anchor names is followed a few times, and no further. */
  #alias(event: { readonly anchorStart: number; readonly anchorEnd: number }, key: string): void {
    const target = this.#anchors.get(this.#text.slice(event.anchorStart, event.anchorEnd));
    if (target === undefined || this.#aliasesOpen === MOST_ALIASES_OPEN) return;
    this.#aliasesOpen += 1;
    this.#node(target, key, true);
    this.#aliasesOpen -= 1;
  }

  #add(key: string, text: string, offset: number): void {
    if (this.#entries.length >= MOST_ENTRIES || key === '') return;
    this.#entries.push({ key, text, line: this.#lineOf(offset), document: this.#document });
  }

  #lineOf(offset: number): number {
    this.#newLines ??= newLinesOf(this.#text);
    let low = 0;
    let high = this.#newLines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#newLines[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}

function newLinesOf(text: string): readonly number[] {
  const offsets: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) offsets.push(at);
  return offsets;
}
