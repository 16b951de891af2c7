import { LineCounter, isAlias, isMap, isPair, isSeq, parseDocument, type Document, type Node } from 'yaml';
import type { InputDocument } from './read-documents.ts';

/** Finds lines for JSON pointers in documents that were parsed without positions. Each document is parsed once, when first asked. */
export class LineLocator {
  readonly #parsed = new Map<string, { document: Document; counter: LineCounter } | undefined>();

  /**
   * The line of the file on which the value stands that a pointer names, or the nearest thing above it that exists
   * (a pointer may name what is missing). `lineWithin` counts inside a block of text (a file in a ConfigMap).
   */
  lineOf(document: InputDocument, pointer: string, lineWithin?: number): number {
    const parsed = this.#parse(document);
    if (parsed === undefined) return document.firstLine;
    const found = nearestNode(parsed.document, `${document.base}${pointer}`);
    const offset = found?.offset ?? 0;
    const line = parsed.counter.linePos(offset).line;
    // A block of text begins on the line after its indicator.
    const inside = lineWithin === undefined ? 0 : found?.isBlock === true ? lineWithin : lineWithin - 1;
    return document.firstLine + line - 1 + inside;
  }

  #parse(document: InputDocument): { document: Document; counter: LineCounter } | undefined {
    const key = `${document.file}:${document.firstLine}`;
    if (this.#parsed.has(key)) return this.#parsed.get(key);
    const counter = new LineCounter();
    let parsed: { document: Document; counter: LineCounter } | undefined;
    try {
      parsed = { document: parseDocument(document.text, { lineCounter: counter, strict: false }), counter };
    } catch {
      parsed = undefined;
    }
    this.#parsed.set(key, parsed);
    return parsed;
  }
}

interface Found {
  readonly offset: number;
  readonly isBlock: boolean;
}

function nearestNode(document: Document, pointer: string): Found | undefined {
  let node: Node | null | undefined = document.contents;
  let best = node === null ? undefined : foundAt(node, undefined);
  if (pointer === '') return best;
  for (const raw of pointer.slice(1).split('/')) {
    const part = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    const step: Step | undefined = descend(node, part, document);
    if (step === undefined) return best;
    node = step.value;
    best = foundAt(node, step.keyOffset) ?? best;
  }
  return best;
}

interface Step {
  readonly value: Node | null;
  /** A mapping's value is shown at its key, where a person looks for it. */
  readonly keyOffset?: number;
}

function descend(node: Node | null | undefined, part: string, document: Document): Step | undefined {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isMap(target)) {
    const pair = target.items.find(
      (item) => isPair(item) && String((item.key as { value?: unknown } | null)?.value) === part,
    );
    if (pair === undefined) return undefined;
    const keyOffset = (pair.key as Node | null)?.range?.[0];
    return { value: pair.value as Node | null, ...(keyOffset === undefined ? {} : { keyOffset }) };
  }
  if (isSeq(target)) {
    const item = target.items[Number(part)] as Node | undefined;
    return item === undefined ? undefined : { value: item };
  }
  return undefined;
}

function foundAt(node: Node | null | undefined, keyOffset: number | undefined): Found | undefined {
  const offset = keyOffset ?? node?.range?.[0];
  if (offset === undefined) return undefined;
  const type = (node as { type?: string } | null | undefined)?.type;
  return { offset, isBlock: type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED' };
}
