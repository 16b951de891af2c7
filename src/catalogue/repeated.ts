/** Positions at which a text stands that stood before. */
export function repeatedAt(texts: readonly string[]): readonly number[] {
  const seen = new Set<string>();
  return texts.flatMap((text, i) => {
    if (seen.has(text)) return [i];
    seen.add(text);
    return [];
  });
}
