const PLACEHOLDER = '(from a Secret)';

/**
 * A text that was read in a Secret. It prints a placeholder wherever it is printed: in a template, JSON, YAML and
 * the runtime's inspection. Only extraction asks for the text itself.
 */
export class SecretText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. What is made of it must be shown as little as the text. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  /** What the runtime's inspection shows (the symbol is looked up by name, so that no module is needed). */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return PLACEHOLDER;
  }
}

/** What stands in a setting's text where the text came from a Secret. */
export const SECRET_PLACEHOLDER: string = PLACEHOLDER;
