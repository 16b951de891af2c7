/**
 * Finds the values under whose patterns a name falls. A pattern is a name, or the start of one followed by `*`.
 * The cost of a look-up is bounded by the length of the name and what it finds, not by how many patterns there are:
 * exact names lie in a hash table, prefixes in a trie.
 */
export class NameIndex<Value> {
  readonly #exact = new Map<string, Value[]>();
  readonly #prefixes: TrieNode<Value> = { children: new Map(), values: [] };

  #empty = true;

  get empty(): boolean {
    return this.#empty;
  }

  add(pattern: string, value: Value): void {
    this.#empty = false;
    if (!pattern.endsWith('*')) {
      const values = this.#exact.get(pattern);
      if (values === undefined) this.#exact.set(pattern, [value]);
      else values.push(value);
      return;
    }
    let node = this.#prefixes;
    for (let i = 0; i < pattern.length - 1; i += 1) node = childOf(node, pattern.charCodeAt(i));
    node.values.push(value);
  }

  /** Adds what is found to a set, so that several look-ups come together without repetition. */
  collect(name: string, into: Set<Value>): void {
    for (const value of this.#exact.get(name) ?? []) into.add(value);
    let node: TrieNode<Value> | undefined = this.#prefixes;
    for (let i = 0; i < name.length && node !== undefined; i += 1) {
      node = node.children.get(name.charCodeAt(i));
      for (const value of node?.values ?? []) into.add(value);
    }
  }
}

interface TrieNode<Value> {
  readonly children: Map<number, TrieNode<Value>>;
  readonly values: Value[];
}

function childOf<Value>(node: TrieNode<Value>, code: number): TrieNode<Value> {
  const child = node.children.get(code);
  if (child !== undefined) return child;
  const made: TrieNode<Value> = { children: new Map(), values: [] };
  node.children.set(code, made);
  return made;
}
