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
 * Edits (insert, remove, replace, swap two neighbours) that lead from one text to the other, or nothing where it
 * takes more than `most`. The table of Damerau and Levenshtein row by row, left as soon as a whole row is above the
 * bound.
 */
function editDistance(left: string, right: string, most: number): number | undefined {
  if (Math.abs(left.length - right.length) > most) return undefined;
  let above: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 0; i < left.length; i += 1) {
    const next = nextRow(row, above, left, i, right);
    if (Math.min(...next) > most) return undefined;
    above = row;
    row = next;
  }
  const distance = row.at(-1) ?? 0;
  return distance <= most ? distance : undefined;
}

function nextRow(
  row: readonly number[],
  above: readonly number[],
  left: string,
  i: number,
  right: string,
): readonly number[] {
  const next = [i + 1];
  for (let j = 0; j < right.length; j += 1) {
    const replaced = at(row, j) + (left[i] === right[j] ? 0 : 1);
    const swapped = left[i] === right[j - 1] && left[i - 1] === right[j] ? at(above, j - 1) + 1 : Infinity;
    next.push(Math.min(replaced, swapped, at(row, j + 1) + 1, at(next, j) + 1));
  }
  return next;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
