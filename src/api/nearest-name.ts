const LONGEST_COMPARED = 64;

/**
 * The candidate that was probably meant, if one is near: few edits away, or one name holds the other.
 * Case, dashes and the unit `Seconds` at the end do not count. The first candidate wins a tie.
 */
export function nearestName(given: string, candidates: readonly string[]): string | undefined {
  const wanted = normalise(given);
  if (wanted === '') return undefined;
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = distanceIfNear(wanted, normalise(candidate));
    if (distance !== undefined && distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

function normalise(name: string): string {
  return name
    .slice(0, LONGEST_COMPARED)
    .toLowerCase()
    .replace(/[-_]/g, '')
    .replace(/(in)?sec(ond)?s?$/, '');
}

function distanceIfNear(wanted: string, candidate: string): number | undefined {
  const distance = editDistance(wanted, candidate);
  const longer = Math.max(wanted.length, candidate.length);
  const shorter = Math.min(wanted.length, candidate.length);
  if (distance <= Math.max(1, Math.floor(longer / 4))) return distance;
  const holdsOther = shorter >= 4 && (wanted.includes(candidate) || candidate.includes(wanted));
  return holdsOther ? distance : undefined;
}

/** Insertions, deletions, replacements (Levenshtein) that lead from one text to the other. Both are short. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const deleted = (previous[column] ?? 0) + 1;
      const inserted = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, deleted, inserted));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
