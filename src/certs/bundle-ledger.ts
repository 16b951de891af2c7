import { Certificate, distinct } from './certificate.ts';
import type { WebhookConfiguration } from './certificate-store.ts';
import { bundleText } from './stored-material.ts';

/** What to do with one webhook configuration. */
export interface BundleChange {
  readonly configuration: WebhookConfiguration;
  readonly bundle: string;
  /** True when an authority that every bundle had held is gone from this one: somebody else changed it. */
  readonly isRepair: boolean;
}

/**
 * Remembers since when each authority has been seen in every webhook configuration, and since when a bundle has held
 * one that the Secret does not name. Only what was read counts, never what was written, and time runs on a clock that
 * never steps: a process that has just started knows nothing and waits.
 */
export class BundleLedger {
  readonly #strangerMilliseconds: number;
  #publishedSince = new Map<string, number>();
  #strangersSince = new Map<string, number>();
  /** The bundles of the last look, read. */
  #known: ReadonlyMap<string, ReadonlyMap<string, Certificate>> = new Map();
  #lost: ReadonlySet<string> = new Set();
  #hasConfigurations = false;

  constructor(strangerSeconds: number) {
    this.#strangerMilliseconds = strangerSeconds * 1000;
  }

  /** True when the last look found any webhook configuration. */
  get hasConfigurations(): boolean {
    return this.#hasConfigurations;
  }

  /**
   * Takes note of what was read at this moment.
   *
   * @param authorities the ones that the Secret names
   * @param monotonic milliseconds
   */
  observe(
    configurations: readonly WebhookConfiguration[],
    authorities: readonly Certificate[],
    monotonic: number,
  ): void {
    const bundles = this.#readAll(configurations);
    this.#hasConfigurations = configurations.length > 0;
    const everywhere = authorities.filter((authority) =>
      bundles.every((bundle) => bundle.has(authority.fingerprint)),
    );
    const held = new Set(everywhere.map(({ fingerprint }) => fingerprint));
    const expected = authorities.filter(({ fingerprint }) => this.#publishedSince.has(fingerprint));
    this.#lost = new Set(expected.map(({ fingerprint }) => fingerprint).filter((one) => !held.has(one)));
    this.#publishedSince = carryOn(this.#publishedSince, everywhere, monotonic);
    const named = new Set(authorities.map(({ fingerprint }) => fingerprint));
    const strangers = bundles
      .flatMap((bundle) => [...bundle.values()])
      .filter(({ fingerprint }) => !named.has(fingerprint));
    this.#strangersSince = carryOn(this.#strangersSince, strangers, monotonic);
  }

  /** Reads all bundles, and forgets those of the look before that are no more. */
  #readAll(configurations: readonly WebhookConfiguration[]): ReadonlyMap<string, Certificate>[] {
    const texts = configurations.flatMap(({ caBundles }) => caBundles);
    this.#known = new Map(texts.map((text) => [text, this.#read(text)]));
    return texts.map((text) => this.#read(text));
  }

  #read(bundle: string): ReadonlyMap<string, Certificate> {
    return this.#known.get(bundle) ?? readBundle(bundle);
  }

  /** Milliseconds for which every bundle has been seen to hold it; undefined when one does not. */
  publishedFor(authority: Certificate, monotonic: number): number | undefined {
    const since = this.#publishedSince.get(authority.fingerprint);
    return since === undefined ? undefined : monotonic - since;
  }

  /**
   * True while some bundle has held, for less than the grace, a still valid authority that the Secret does not name: a
   * living replica may be about to name it.
   *
   * @param now milliseconds since the epoch
   */
  hasFreshStranger(configurations: readonly WebhookConfiguration[], now: number, monotonic: number): boolean {
    return configurations
      .flatMap(({ caBundles }) => caBundles)
      .flatMap((bundle) => [...this.#read(bundle).values()])
      .some((one) => this.#isFreshStranger(one, now, monotonic));
  }

  #isFreshStranger(certificate: Certificate, now: number, monotonic: number): boolean {
    const since = this.#strangersSince.get(certificate.fingerprint);
    if (since === undefined || monotonic - since >= this.#strangerMilliseconds) return false;
    return certificate.isAuthority && certificate.notAfter > now;
  }

  /**
   * The configurations that do not hold what they should. What is missing is added at once; what does not belong
   * there goes only after the grace, because a replica may be serving by it.
   */
  changes(
    configurations: readonly WebhookConfiguration[],
    authorities: readonly Certificate[],
    now: number,
    monotonic: number,
  ): BundleChange[] {
    return configurations.flatMap((configuration) => {
      const bundles = configuration.caBundles.map((bundle) => this.#read(bundle));
      const spared = bundles
        .flatMap((held) => [...held.values()])
        .filter((one) => this.#isFreshStranger(one, now, monotonic))
        .slice(0, MOST_SPARED);
      const bundle = bundleText(distinct([...authorities, ...spared]));
      if (configuration.caBundles.every((present) => present === bundle)) return [];
      const isRepair = bundles.some((held) => [...this.#lost].some((fingerprint) => !held.has(fingerprint)));
      return [{ configuration, bundle, isRepair }];
    });
  }
}

/** So that a stranger cannot fill the object up. */
const MOST_SPARED = 4;

/** A bundle by fingerprint; one that cannot be read holds nothing. */
function readBundle(bundle: string): Map<string, Certificate> {
  const certificates = Certificate.parseAll(bundle) ?? [];
  return new Map(certificates.map((certificate) => [certificate.fingerprint, certificate]));
}

function carryOn(
  since: ReadonlyMap<string, number>,
  seen: readonly Certificate[],
  monotonic: number,
): Map<string, number> {
  return new Map(seen.map(({ fingerprint }) => [fingerprint, since.get(fingerprint) ?? monotonic]));
}
