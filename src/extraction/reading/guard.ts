/*
 * Guards over what came from outside. Objects come from JSON or YAML, so that there are no getters, but a key may be
 * called `__proto__` or `constructor`: only own members are read.
 */

/** A plain object whose members are not known. */
export type Members = Readonly<Record<string, unknown>>;

const NOTHING: Members = Object.freeze({});

/** The value as an object, or an empty one. */
export function asMembers(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : NOTHING;
}

/** An own member of an object, or undefined. */
export function member(value: unknown, key: string): unknown {
  const members = asMembers(value);
  return Object.hasOwn(members, key) ? members[key] : undefined;
}

/** An own member that is an object, or an empty one. */
export function memberObject(value: unknown, key: string): Members {
  return asMembers(member(value, key));
}

/** An own member that is a text, or undefined. */
export function memberText(value: unknown, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' ? found : undefined;
}

/** The first `most` items of an own member that is a list, or none. */
export function memberList(value: unknown, key: string, most: number): readonly unknown[] {
  const found = member(value, key);
  if (!Array.isArray(found)) return [];
  return found.length > most ? found.slice(0, most) : found;
}

/** The members of an own member that are texts, at most `most` of them: labels, annotations, ConfigMap data. */
export function memberTexts(value: unknown, key: string, most: number): Readonly<Record<string, string>> {
  const texts: Record<string, string> = Object.create(null) as Record<string, string>;
  let count = 0;
  for (const [name, text] of Object.entries(memberObject(value, key))) {
    if (typeof text !== 'string') continue;
    if (count === most) break;
    texts[name] = text;
    count += 1;
  }
  return texts;
}

/** One reference token of a JSON pointer (RFC 6901 §3): `~` and `/` are escaped. */
export function pointerToken(name: string): string {
  return name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}
