import type { SecretText } from '../secret-text.ts';
import type { UnknownCause } from '../setting.ts';

/** A part of a text that cannot be seen, or (with `secret`) that may be used and not shown. */
export interface Gap {
  readonly cause: UnknownCause;
  /** As a sentence, for the person who reads the finding. */
  readonly reason: string;
  readonly secret?: SecretText;
  /** It is the address of the pod itself, whatever that will be. */
  readonly ownPod?: true;
}

/** A text without gaps; `secret` when it, or a part of it, was read in a Secret. */
export interface OpenedText {
  readonly text: string;
  readonly secret: boolean;
}

const FIRST = 0xe000;
const LAST = 0xf8ff;
const PRIVATE_USE = /[\uE000-\uF8FF]/;
const ALL_PRIVATE_USE = /[\uE000-\uF8FF]/g;

/**
 * The gaps of one extraction. A text such as `postgres://$(USER):$(PASSWORD)@db:5432/app` is known but for two
 * parts, and what is known of it decides. Each gap is one private-use character in the text, so that every parser
 * carries it along as it would any other character; text from outside is rid of such characters first.
 */
export class GapTable {
  readonly #gaps: Gap[] = [];
  readonly #byReason = new Map<string, string>();

  /** The character that stands for this gap. Equal gaps share one; when all are taken, the last one serves. */
  mark(gap: Gap): string {
    const key = gap.secret === undefined ? `${gap.cause} ${gap.reason}` : undefined;
    const known = key === undefined ? undefined : this.#byReason.get(key);
    if (known !== undefined) return known;
    if (FIRST + this.#gaps.length > LAST) {
      this.#gaps[LAST - FIRST] = { cause: 'TooLarge', reason: 'The workload has too many unseen values.' };
      return String.fromCharCode(LAST);
    }
    const character = String.fromCharCode(FIRST + this.#gaps.length);
    this.#gaps.push(gap);
    if (key !== undefined) this.#byReason.set(key, character);
    return character;
  }

  /**
   * The text with its secret parts filled in, or the first gap that cannot be.
   * A gap filled from a Secret is never searched for gaps again.
   */
  open(text: string): OpenedText | Gap {
    if (!hasGap(text)) return { text, secret: false };
    let opened = '';
    for (const character of text) {
      const gap = this.#gapOf(character);
      if (gap === undefined) opened += character;
      else if (gap.secret === undefined) return gap;
      else opened += gap.secret.reveal();
    }
    return { text: opened, secret: true };
  }

  /** The secret behind a text that is nothing else, or undefined. */
  secretBehind(text: string): SecretText | undefined {
    return text.length === 1 ? this.#gapOf(text)?.secret : undefined;
  }

  #gapOf(character: string): Gap | undefined {
    const code = character.charCodeAt(0);
    return code >= FIRST && code <= LAST ? this.#gaps[code - FIRST] : undefined;
  }
}

/** Whether a part of the text cannot be seen. */
export function hasGap(text: string): boolean {
  return PRIVATE_USE.test(text);
}

/** Text from outside without the characters that mean a gap here. */
export function withoutGapCharacters(text: string): string {
  return PRIVATE_USE.test(text) ? text.replace(ALL_PRIVATE_USE, '\uFFFD') : text;
}

/** Whether opening a text gave a gap. */
export function isGap(opened: OpenedText | Gap): opened is Gap {
  return 'cause' in opened;
}
