import { aliasKey, ownersOfNames } from './check-references.ts';
import type { DeviceEntry } from './device-entry.ts';
import { nearestName } from './nearest-name.ts';

/** Longest name for which a suggestion is sought. */
const MAX_NAME = 63;

/** What a suggestion is sought in. */
export interface DeviceNames {
  /** Id of the device by id or alias, spelling levelled. */
  readonly owners: ReadonlyMap<string, string>;
  /** Words of ids, aliases, vendor and title, with the devices that have them. */
  readonly words: ReadonlyMap<string, ReadonlySet<string>>;
}

export function deviceNames(devices: readonly DeviceEntry[]): DeviceNames {
  const words = new Map<string, Set<string>>();
  for (const device of devices) {
    for (const word of wordsOf([device.id, ...device.aliases, device.vendor, device.title].join(' '))) {
      const having = words.get(word) ?? new Set();
      words.set(word, having.add(device.id));
    }
  }
  return { owners: ownersOfNames(devices), words };
}

/**
 * Id of the device that a name most likely means: the one that is called so or nearly so, by id or alias, else the
 * one with which it shares the rarest words. Nothing where no device comes near.
 */
export function nearestDeviceId(name: string, names: DeviceNames): string | undefined {
  const key = aliasKey(name.slice(0, MAX_NAME + 1));
  if (key === '' || key.length > MAX_NAME) return undefined;
  const spelled = nearestSpelling(key, names.owners);
  return spelled ?? nearestByWords(wordsOf(name), names.words);
}

/** Stricter than for fields: product names differ by little (`aws-nlb-tcp`, `aws-nlb-tls`), so one edit in five. */
function nearestSpelling(key: string, owners: ReadonlyMap<string, string>): string | undefined {
  const nearest = nearestName(key, owners.keys(), Math.max(1, Math.floor(key.length / 5)));
  return nearest === undefined ? undefined : owners.get(nearest);
}

function nearestByWords(
  words: ReadonlySet<string>,
  index: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const scores = new Map<string, number>();
  for (const word of words) {
    const having = index.get(word) ?? new Set();
    for (const id of having) scores.set(id, (scores.get(id) ?? 0) + 1 / having.size);
  }
  return best(scores);
}

/** The id with the highest score; of equal ones the first in the alphabet. */
function best(scores: ReadonlyMap<string, number>): string | undefined {
  let leader: string | undefined;
  let most = 0;
  for (const [id, score] of [...scores].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (score > most) {
      leader = id;
      most = score;
    }
  }
  return leader;
}

/** Words that many a device has in its title and that tell nothing. */
const IDLE_WORDS: ReadonlySet<string> = new Set([
  'and',
  'of',
  'the',
  'to',
  'for',
  'in',
  'with',
  'by',
  'or',
  'a',
]);

function wordsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().split(/[^a-z0-9]+/);
  return new Set(words.filter((word) => word.length > 1 && !IDLE_WORDS.has(word)));
}
