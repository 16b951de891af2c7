import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { EntryComplaint, EntryPath } from './entry-problem.ts';

/** Largest entry: the longest of ours has some 20 KiB. */
const MAX_TEXT = 256 * 1024;
/** Deepest value of the format is at 6. */
export const MAX_DEPTH = 20;
/** Names that reach an object's prototype instead of a member. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Where something stands in a text, both from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** A complaint about the text itself knows its place. */
interface TextComplaint extends EntryComplaint {
  readonly at?: TextPosition;
}

/** An entry as read: its value, what is wrong with the text, and where each value stands. */
export interface EntryText {
  /** Plain data; `undefined` where the text cannot be used. */
  readonly value: unknown;
  readonly complaints: readonly TextComplaint[];
  /** Where the value (or the name) stands that a complaint is about, or the nearest thing around it. */
  readonly locate: (complaint: TextComplaint) => TextPosition;
}

/**
 * Reads one YAML document (1.2, core schema) and keeps where everything stands. Refused: anchors and aliases (an
 * entry is read by people, and repetition is bounded that way), tags, names that reach a prototype, repeated names,
 * more than one document, and anything above the bounds of size and depth.
 */
export function readEntryText(text: string): EntryText {
  if (text.length > MAX_TEXT) return unusable(`the file is longer than ${MAX_TEXT} characters`);
  const lines = new LineCounter();
  let document: Document;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      version: '1.2',
      stringKeys: true,
      logLevel: 'error',
    });
  } catch {
    // The parser recurses: a text that is nothing but brackets exhausts the stack before our own bound is asked.
    return unusable(`nested deeper than ${MAX_DEPTH} levels`);
  }
  const at = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const complaints: TextComplaint[] = [...document.errors, ...document.warnings].map((error) => ({
    path: [],
    message: firstLine(error.message),
    at: at(error.pos[0]),
  }));
  inspectNode(document.contents, [], 0, (path, message, node) => {
    complaints.push({ path, message, at: at(node.range?.[0] ?? 0) });
  });
  return {
    value: complaints.length === 0 ? document.toJS() : undefined,
    complaints,
    locate: (complaint) => complaint.at ?? at(offsetOf(document.contents, complaint)),
  };
}

function unusable(message: string): EntryText {
  return {
    value: undefined,
    complaints: [{ path: [], message }],
    locate: () => ({ line: 1, column: 1 }),
  };
}

/** The parser's messages go on with an excerpt of the source; the line number says enough. */
function firstLine(message: string): string {
  return (message.split('\n', 1)[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}

type Tell = (path: EntryPath, message: string, node: Node) => void;

/** Walks the tree and tells what an entry must not hold. */
function inspectNode(node: unknown, path: EntryPath, depth: number, tell: Tell): void {
  if (!isNode(node)) return;
  if (depth > MAX_DEPTH) return tell(path, `nested deeper than ${MAX_DEPTH} levels`, node);
  if (isAlias(node)) return tell(path, 'aliases (*name) must not be used: repeat the text', node);
  if (node.anchor !== undefined) tell(path, 'anchors (&name) must not be used: repeat the text', node);
  if (isMap(node)) inspectMap(node, path, depth, tell);
  else if (isSeq(node)) node.items.forEach((item, i) => inspectNode(item, [...path, i], depth + 1, tell));
}

function inspectMap(map: YAMLMap, path: EntryPath, depth: number, tell: Tell): void {
  for (const pair of map.items) {
    const name = nameOf(pair);
    if (FORBIDDEN_NAMES.has(name)) tell(path, `'${name}' must not be used as a name`, map);
    inspectNode(pair.value, [...path, name], depth + 1, tell);
  }
}

function nameOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

/** The offset of the value (or the name) that a complaint is about, or of the nearest thing around it that exists. */
function offsetOf(root: unknown, complaint: EntryComplaint): number {
  let place: Place = { node: root, offset: startOf(root, 0) };
  for (const step of complaint.path) {
    const next = stepInto(place, step);
    if (next === undefined) return place.offset;
    place = next;
  }
  return isScalar(place.node) && complaint.atName !== true ? startOf(place.node, place.offset) : place.offset;
}

interface Place {
  readonly node: unknown;
  /** Of the name under which the node stands, or of the node itself in a list. */
  readonly offset: number;
}

function stepInto({ node, offset }: Place, step: string | number): Place | undefined {
  if (isMap(node)) {
    const pair = node.items.find((candidate) => nameOf(candidate) === step);
    return pair === undefined ? undefined : { node: pair.value, offset: startOf(pair.key, offset) };
  }
  if (!isSeq(node) || typeof step !== 'number') return undefined;
  const item: unknown = node.items[step];
  return { node: item, offset: startOf(item, offset) };
}

function startOf(node: unknown, otherwise: number): number {
  return isNode(node) ? (node.range?.[0] ?? otherwise) : otherwise;
}
