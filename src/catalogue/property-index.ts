import { NameIndex } from './name-index.ts';

interface PropertyNode<Value> {
  readonly parts: Map<string, PropertyNode<Value>>;
  /** Below a part that may be any: the name of one of several connections. */
  any?: PropertyNode<Value>;
  /** What the rest of a name may be. */
  readonly rest: NameIndex<Value>;
}

/** Most parts of a name that are looked at. */
const MAX_PARTS = 16;

/**
 * Finds the values under whose patterns a dotted name falls. In a pattern a part `*` stands for any one part, and
 * `*` at the end for any rest. The cost of a look-up is bounded by the name's parts, not by how many patterns there
 * are.
 */
export class PropertyIndex<Value> {
  readonly #root: PropertyNode<Value> = newNode();

  add(pattern: string, value: Value): void {
    const parts = pattern.split('.');
    const lastAny = parts.slice(0, -1).lastIndexOf('*');
    let node = this.#root;
    for (const part of parts.slice(0, lastAny + 1)) node = childOf(node, part);
    node.rest.add(parts.slice(lastAny + 1).join('.'), value);
  }

  collect(name: string, into: Set<Value>): void {
    collectBelow(this.#root, name.split('.').slice(0, MAX_PARTS), into);
  }
}

function newNode<Value>(): PropertyNode<Value> {
  return { parts: new Map(), rest: new NameIndex() };
}

function childOf<Value>(node: PropertyNode<Value>, part: string): PropertyNode<Value> {
  if (part === '*') return (node.any ??= newNode());
  const child = node.parts.get(part) ?? newNode();
  node.parts.set(part, child);
  return child;
}

function collectBelow<Value>(node: PropertyNode<Value>, parts: readonly string[], into: Set<Value>): void {
  const [part, ...others] = parts;
  if (part === undefined) return;
  if (!node.rest.empty) node.rest.collect(parts.join('.'), into);
  const exact = node.parts.get(part);
  if (exact !== undefined) collectBelow(exact, others, into);
  if (node.any !== undefined) collectBelow(node.any, others, into);
}
