import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { inspect } from 'node:util';

const PLACEHOLDER = '[private key]';

/** Longest key that is looked at, in characters; an RSA key of 8192 bits takes 6 400. */
const LONGEST_PEM = 16_384;

/** A private key that prints a placeholder in text, JSON and `console.log`; `reveal()` is the only way out. */
export class PrivateKey {
  readonly #pem: string;
  readonly #key: KeyObject;

  private constructor(pem: string, key: KeyObject) {
    this.#pem = pem;
    this.#key = key;
  }

  /** The key in PEM (PKCS#8, SEC 1 or PKCS#1, not encrypted), or undefined where the text is none. */
  static parse(pem: string): PrivateKey | undefined {
    if (pem.length > LONGEST_PEM) return undefined;
    try {
      return new PrivateKey(pem, createPrivateKey({ key: pem, format: 'pem' }));
    } catch {
      return undefined;
    }
  }

  /** The PEM text, for a TLS server or for the Secret it is kept in. */
  reveal(): string {
    return this.#pem;
  }

  /** The key as Node's crypto takes it. */
  keyObject(): KeyObject {
    return this.#key;
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  [inspect.custom](): string {
    return PLACEHOLDER;
  }
}
