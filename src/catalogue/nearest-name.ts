/** Longest text that is compared: a longer one is nobody's slip of the finger. */
const MAX_LENGTH = 120;

/**
 * The candidate that is most likely meant by a mistyped name, or nothing where none is near: at most `most` edits, by
 * default one in three characters. Case does not count. Of equally near ones the first wins.
 */
export function nearestName(
  name: string,
  candidates: Iterable<string>,
  most = Math.max(1, Math.floor(name.length / 3)),
): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const wanted = name.toLowerCase();
  let nearest: string | undefined;
  let least = most + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase(), least - 1);
    if (distance !== undefined && distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/**
 * Edits (insert, remove, replace) that lead from one text to the other, or nothing where it takes more than `most`.
 * Levenshtein's table row by row, left as soon as a whole row is above the bound.
 */
export function editDistance(left: string, right: string, most: number): number | undefined {
  if (Math.abs(left.length - right.length) > most) return undefined;
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const insertedOrRemoved = Math.min(previous[column] ?? 0, current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, insertedOrRemoved));
    }
    if (Math.min(...current) > most) return undefined;
    previous = current;
  }
  const distance = previous[right.length] ?? 0;
  return distance <= most ? distance : undefined;
}
