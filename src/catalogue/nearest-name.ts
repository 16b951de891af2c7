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

/** The nearest known name as the end of a sentence, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}

/**
 * Edits (insert, remove, replace) that lead from one text to the other, or nothing where it takes more than `most`.
 * Levenshtein's table row by row, left as soon as a whole row is above the bound.
 */
function editDistance(left: string, right: string, most: number): number | undefined {
  if (Math.abs(left.length - right.length) > most) return undefined;
  let row: readonly number[] = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 0; i < left.length; i += 1) {
    row = nextRow(row, left.charAt(i), right);
    if (Math.min(...row) > most) return undefined;
  }
  const distance = row.at(-1) ?? 0;
  return distance <= most ? distance : undefined;
}

function nextRow(above: readonly number[], letter: string, right: string): readonly number[] {
  let [diagonal = 0] = above;
  let before = diagonal + 1;
  const row = [before];
  for (let i = 0; i < right.length; i += 1) {
    const over = above[i + 1] ?? 0;
    before = Math.min(diagonal + (letter === right[i] ? 0 : 1), over + 1, before + 1);
    row.push(before);
    diagonal = over;
  }
  return row;
}
