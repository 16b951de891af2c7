import { meansProperty, type PropertyName, splitPropertyName } from '../names/property-names.ts';
import { hashName, squeezeName } from '../names/squeeze-name.ts';
import type { Given } from './given.ts';

/** Everything that was given under property names, found by any way of writing them. */
export class PropertyIndex {
  readonly #byHash = new Map<number, Given[]>();
  readonly #all: readonly Given[];

  /** @param given the stronger first. */
  constructor(given: readonly Given[]) {
    this.#all = given;
    for (const one of given) {
      const key = hashName(one.name);
      const same = this.#byHash.get(key);
      if (same === undefined) this.#byHash.set(key, [one]);
      else same.push(one);
    }
  }

  /** The givens that mean this property, the stronger first. A part `*` stands for any one part. */
  find(property: PropertyName): readonly Given[] {
    if (property.parts.includes('*')) return this.#findPattern(property);
    const same = this.#byHash.get(hashName(property.parts.join('')));
    if (same === undefined) return [];
    return same.filter((given) => meansProperty(splitPropertyName(given.name), property));
  }

  get all(): readonly Given[] {
    return this.#all;
  }

  #findPattern(property: PropertyName): readonly Given[] {
    const last = squeezeName(property.parts.at(-1) ?? '');
    return this.#all.filter((given) => {
      const tail = given.name.slice(-last.length * 2);
      if (!squeezeName(tail).endsWith(last)) return false;
      const written = splitPropertyName(given.name);
      const parts = property.parts.map((part, index) => (part === '*' ? (written[index] ?? '') : part));
      return meansProperty(written, { ...property, parts });
    });
  }
}
