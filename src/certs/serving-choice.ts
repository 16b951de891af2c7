import type { BundleLedger } from './bundle-ledger.ts';
import type { Certificate } from './certificate.ts';
import { canServe, issuerOf } from './check-material.ts';
import type { Lifetimes } from './lifetimes.ts';
import { trusted, valueOf } from './stored-material.ts';
import type { KeyedCertificate, StoredMaterial } from './stored-material.ts';

/** What is served, and the authority that signed it. */
interface Serving {
  readonly pair: KeyedCertificate;
  readonly issuer: Certificate;
}

/** Decides what this replica serves, which may lag behind the Secret but never runs ahead of the bundles. */
export class ServingChoice {
  readonly #ledger: BundleLedger;
  readonly #lifetimes: Lifetimes;
  #serving: Serving | undefined;
  #hasSettled = false;

  constructor(ledger: BundleLedger, lifetimes: Lifetimes) {
    this.#ledger = ledger;
    this.#lifetimes = lifetimes;
  }

  get serving(): Serving | undefined {
    return this.#serving;
  }

  /**
   * True once every API server has surely heard of the authority of what is served. It stays true: that somebody then
   * breaks a bundle is not mended by refusing more requests.
   */
  get hasSettled(): boolean {
    return this.#hasSettled;
  }

  /**
   * Offers what the Secret holds. True when something else is served from now on.
   *
   * @param now milliseconds since the epoch
   * @param monotonic milliseconds, the ledger's clock
   */
  offer(stored: StoredMaterial, now: number, monotonic: number): boolean {
    const before = this.#serving?.pair.certificate.fingerprint;
    const pair = valueOf(stored.leaf);
    const issuer = pair === undefined ? undefined : issuerOf(pair.certificate, trusted(stored));
    if (pair !== undefined && issuer !== undefined && canServe(stored, now)) {
      const offered = { pair, issuer };
      if (this.#mayServe(offered, now, monotonic)) this.#serving = offered;
    }
    const published = this.#publishedSeconds(this.#serving?.issuer, monotonic);
    this.#hasSettled ||= published >= this.#lifetimes.settleSeconds;
    return this.#serving?.pair.certificate.fingerprint !== before;
  }

  #mayServe({ pair, issuer }: Serving, now: number, monotonic: number): boolean {
    const serving = this.#serving;
    if (serving === undefined || this.#isEnding(serving, now)) return true;
    if (serving.issuer.fingerprint === issuer.fingerprint) return pair.certificate.notBefore <= now;
    return this.#publishedSeconds(issuer, monotonic) >= this.#lifetimes.propagationSeconds;
  }

  /**
   * True when it may have expired, on some API server's clock, before this replica looks again. Then whatever else can
   * be served is better.
   */
  #isEnding({ pair }: Serving, now: number): boolean {
    const { backdateSeconds, checkSeconds } = this.#lifetimes;
    return pair.certificate.notAfter <= now + (backdateSeconds + checkSeconds) * 1000;
  }

  /** Seconds for which every bundle has been seen to hold it; negative when one does not. */
  #publishedSeconds(authority: Certificate | undefined, monotonic: number): number {
    const published = authority === undefined ? undefined : this.#ledger.publishedFor(authority, monotonic);
    return published === undefined ? -1 : published / 1000;
  }
}
