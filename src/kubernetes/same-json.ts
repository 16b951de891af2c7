/** Deeper than this nothing is compared: it counts as different, which costs at most a needless reconcile. */
const MAX_DEPTH = 100;

/**
 * Whether two JSON-like values say the same. The order of keys does not matter, the order of a list does, and
 * a key whose value is undefined is the same as no key. Anything that is not plain data (a Map, a Date) is the
 * same only as itself.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  return sameAt(a, b, 0);
}

function sameAt(a: unknown, b: unknown, depth: number): boolean {
  if (Object.is(a, b)) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameList(a, b, depth);
  return isPlain(a) && isPlain(b) && sameRecord(a, b, depth);
}

function sameList(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
  return a.length === b.length && a.every((value, index) => sameAt(value, b[index], depth + 1));
}

function sameRecord(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  depth: number,
): boolean {
  for (const key of Object.keys(a)) {
    if (a[key] !== undefined && !(Object.hasOwn(b, key) && sameAt(a[key], b[key], depth + 1))) return false;
  }
  return Object.keys(b).every(
    (key) => b[key] === undefined || (Object.hasOwn(a, key) && a[key] !== undefined),
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second half lets data through that was made in another realm (a worker, a test's sandbox).
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
