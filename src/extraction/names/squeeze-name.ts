/**
 * A name without what the naming rules of the ecosystems change: case, dots, dashes, underscores, brackets and
 * quotes. Names that may mean the same are equal when squeezed; whether they do, their rule tells.
 */
export function squeezeName(name: string): string {
  return name.replace(/[._\-[\]"']/g, '').toLowerCase();
}

const SEPARATORS = new Set(['.', '_', '-', '[', ']', '"', "'"].map((character) => character.charCodeAt(0)));

/**
 * A number that is the same for names that are equal when squeezed (FNV-1a, 32 bits), without making the squeezed
 * name: files hold thousands of names, of which hardly one is looked up.
 */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    if (SEPARATORS.has(code)) continue;
    const lower = code >= 65 && code <= 90 ? code + 32 : code;
    hash = Math.imul(hash ^ lower, 0x01000193);
  }
  return hash;
}
