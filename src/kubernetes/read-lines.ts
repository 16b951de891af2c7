/** Why a line cannot be used. */
export type LineTrouble = 'NotUtf8' | 'TooLong' | 'Cut';

export type Line = { readonly text: string } | { readonly trouble: LineTrouble };

const NEWLINE = 0x0a;

/**
 * Cuts bytes into lines of text. It works on bytes, so it does not matter where the chunks were cut, be it in the
 * middle of a line or of a character. A line longer than `maxBytes` ends it: what follows cannot be trusted to
 * be the start of anything. So does a line that is not UTF-8.
 */
export class LineReader {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #parts: Buffer[] = [];
  #size = 0;
  #broken = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that this chunk completes, empty ones left out. */
  *push(chunk: Buffer): Generator<Line> {
    let from = 0;
    while (!this.#broken) {
      const end = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, end === -1 ? chunk.length : end);
      this.#size += part.length;
      if (this.#size > this.#maxBytes) {
        yield this.#break('TooLong');
        return;
      }
      if (part.length > 0) this.#parts.push(part);
      if (end === -1) return;
      from = end + 1;
      if (this.#size > 0) yield this.#take();
    }
  }

  /** The stream has ended: what is left is a line that was cut. */
  end(): Line | undefined {
    return this.#size > 0 && !this.#broken ? this.#break('Cut') : undefined;
  }

  #take(): Line {
    const [first, ...rest] = this.#parts;
    const bytes = first !== undefined && rest.length === 0 ? first : Buffer.concat(this.#parts, this.#size);
    this.#parts = [];
    this.#size = 0;
    try {
      return { text: this.#decoder.decode(bytes) };
    } catch {
      return this.#break('NotUtf8');
    }
  }

  #break(trouble: LineTrouble): Line {
    this.#broken = true;
    this.#parts = [];
    this.#size = 0;
    return { trouble };
  }
}
