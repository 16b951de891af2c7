import { renderFault } from '../faults/render-fault.ts';
import { BundleLedger } from './bundle-ledger.ts';
import type { Certificate } from './certificate.ts';
import type { CertificateListener, SecretChange } from './certificate-events.ts';
import type { CertificateSource, ServingCertificate, SourceHealth } from './certificate-source.ts';
import type { CertificateStore, StoredSecret, WebhookConfiguration } from './certificate-store.ts';
import { canServe, canSign } from './check-material.ts';
import type { RenewalInput } from './check-material.ts';
import type { Clock } from './clock.ts';
import { ENTRY_NAMES, readMaterial, trusted, valueOf, writeMaterial } from './stored-material.ts';
import type { StoredMaterial } from './stored-material.ts';
import type { Lifetimes } from './lifetimes.ts';
import { makeMaterial } from './make-material.ts';
import { planRenewal } from './plan-renewal.ts';
import type { RenewalPlan } from './plan-renewal.ts';
import { ServingChoice } from './serving-choice.ts';

/** What a self-managed source is made of. */
export interface SelfManagedOptions {
  readonly store: CertificateStore;
  /** DNS names and IP addresses by which API servers call; the first is the subject's. */
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
  readonly clock: Clock;
  readonly listener: CertificateListener;
}

/** A certificate source that can also be asked to look at once, for instance by a watch on what it looks after. */
export interface SelfManagedSource extends CertificateSource {
  /** Looks at the Secret and the webhook configurations now; a look that is under way is followed by another. */
  look(): Promise<void>;
}

/** Passes in one look: each write is followed by another pass, and a whole change of authority takes four. */
const MOST_PASSES = 8;
/** Seconds between looks while nothing can be served, doubled after each that fails, up to the usual time. */
const EAGER_SECONDS = 1;
/** Seconds between looks while there is no webhook configuration: the next one starts with an empty bundle. */
const LONELY_SECONDS = 5;

interface Gathered {
  readonly configurations: readonly WebhookConfiguration[];
  readonly secret: StoredSecret | undefined;
  readonly stored: StoredMaterial;
}

/**
 * Pathkeeper's own authority and serving certificate, kept in one Secret that all replicas share, trusted through the
 * webhook configurations' bundles, and renewed without a refused request. Every replica runs one; none is elected.
 *
 * Two rules make that safe. What goes into the Secret next is `planRenewal`'s matter. What this replica serves is
 * decided apart from it (`ServingChoice`): a certificate of another authority is taken up only once that authority has
 * been seen in all bundles for long enough, whatever the Secret says.
 *
 * And one order: webhook configurations are read BEFORE the Secret, and written with the version that was read.
 *
 *     this replica     read configurations (version c) ... read Secret ... write configuration if still c
 *     another                                 write Secret, then write configurations
 *
 * If the other's new bundle was written before c was read, its Secret was too, and was read after it. If it was
 * written later, the version is no longer c and our write conflicts. Either way no bundle loses an authority because
 * it was computed from an older Secret.
 */
export function selfManagedSource(options: SelfManagedOptions): SelfManagedSource {
  return new SelfManaged(options);
}

class SelfManaged implements SelfManagedSource {
  readonly #options: SelfManagedOptions;
  readonly #ledger: BundleLedger;
  readonly #choice: ServingChoice;
  readonly #listeners = new Set<(certificate: ServingCertificate) => void>();
  #lastRead: { readonly resourceVersion: string; readonly stored: StoredMaterial } | undefined;
  #remembered: StoredMaterial | undefined;
  #issuedAt: number | undefined;
  #failedLooks = 0;
  #lastFailure: string | undefined;
  #current: Promise<void> | undefined;
  #again: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isStopped = false;

  constructor(options: SelfManagedOptions) {
    if (options.names.length === 0) throw new RangeError('a serving certificate needs at least one name');
    this.#options = options;
    this.#ledger = new BundleLedger(options.lifetimes.strangerSeconds);
    this.#choice = new ServingChoice(this.#ledger, options.lifetimes);
  }

  get(): ServingCertificate | undefined {
    const pair = this.#choice.serving?.pair;
    if (pair === undefined) return undefined;
    const { certificate, key } = pair;
    return { certificatePem: certificate.pem, key, notAfter: certificate.notAfter };
  }

  onChange(listener: (certificate: ServingCertificate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  healthy(): SourceHealth {
    const serving = this.#choice.serving;
    const because = this.#lastFailure === undefined ? '' : `; the last look failed: ${this.#lastFailure}`;
    if (serving === undefined) return { healthy: false, detail: `no certificate yet${because}` };
    const until = `valid until ${new Date(serving.pair.certificate.notAfter).toISOString()}`;
    const now = this.#options.clock.date().getTime();
    if (serving.pair.certificate.notAfter <= now) return { healthy: false, detail: `${until}${because}` };
    if (!this.#choice.hasSettled)
      return { healthy: false, detail: `not yet in every webhook configuration${because}` };
    return { healthy: true, detail: `${until}${because}` };
  }

  async start(): Promise<void> {
    await this.look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer?.();
    this.#listeners.clear();
    await (this.#again ?? this.#current);
  }

  look(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    if (this.#current === undefined) {
      this.#current = this.#lookOnce().finally(() => {
        this.#current = undefined;
      });
      return this.#current;
    }
    this.#again ??= this.#current.then(() => {
      this.#again = undefined;
      return this.look();
    });
    return this.#again;
  }

  async #lookOnce(): Promise<void> {
    this.#cancelTimer?.();
    try {
      await this.#reconcile();
      this.#failedLooks = 0;
      this.#lastFailure = undefined;
    } catch (error) {
      this.#failedLooks += 1;
      this.#lastFailure = renderFault(error);
      this.#options.listener({ event: 'Failed', error });
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isStopped) return;
    const usual = this.#options.lifetimes.checkSeconds;
    const eager = EAGER_SECONDS * 2 ** Math.min(this.#failedLooks, 16);
    const isEager = !this.#choice.hasSettled || this.#failedLooks > 0;
    const calm = this.#ledger.hasConfigurations ? usual : LONELY_SECONDS;
    const seconds = Math.min(usual, isEager ? eager : calm);
    this.#cancelTimer = this.#options.clock.after(seconds * 1000, () => void this.look());
  }

  async #reconcile(): Promise<void> {
    for (let pass = 0; pass < MOST_PASSES && !this.#isStopped; pass += 1) {
      const gathered = await this.#gather();
      this.#takeUp(gathered.stored);
      if (!(await this.#changeSecret(gathered)) && !(await this.#publish(gathered))) return;
    }
  }

  /** Reads everything, in the order that the drawing above explains. */
  async #gather(): Promise<Gathered> {
    const { store, clock, listener } = this.#options;
    const configurations = await store.getConfigurations();
    const secret = await store.getSecret();
    const stored = this.#read(secret);
    this.#ledger.observe(configurations, trusted(stored), clock.monotonicMs());
    const now = clock.date().getTime();
    if (canSign(stored, now) && canServe(stored, now)) this.#remembered = stored;
    const authority = valueOf(stored.authority);
    if (authority !== undefined) listener({ event: 'AuthorityRead', notAfter: authority.notAfter });
    return { configurations, secret, stored };
  }

  /** The same version has the same content, and is read once. */
  #read(secret: StoredSecret | undefined): StoredMaterial {
    if (secret === undefined) return readMaterial(undefined);
    if (this.#lastRead?.resourceVersion !== secret.resourceVersion) {
      const { resourceVersion, entries } = secret;
      this.#lastRead = { resourceVersion, stored: readMaterial(entries) };
    }
    return this.#lastRead.stored;
  }

  /** Serves what is stored, if it may be served. */
  #takeUp(stored: StoredMaterial): void {
    const { clock, listener } = this.#options;
    if (!this.#choice.offer(stored, clock.date().getTime(), clock.monotonicMs())) return;
    const certificate = this.get();
    if (certificate === undefined) return;
    listener({ event: 'Serving', notAfter: certificate.notAfter });
    for (const told of this.#listeners) told(certificate);
  }

  /** Carries out the plan for the Secret. True when it was written, or somebody else wrote it: look again. */
  async #changeSecret(gathered: Gathered): Promise<boolean> {
    const plan = this.#plan(gathered);
    if (plan.action === 'Keep') return false;
    const { clock, names, lifetimes, listener, store } = this.#options;
    if (plan.action === 'Wait' || (plan.action === 'Restore' && this.#isBeingUninstalled(gathered))) {
      listener({ event: 'Waiting', failures: plan.failures });
      return false;
    }
    const made =
      plan.action === 'Restore'
        ? { material: this.#whatIsRemembered(), change: 'Restored' as const }
        : await makeMaterial(gathered.stored, plan, names, clock.date().getTime(), lifetimes);
    if (made.material === undefined) return false;
    const entries = { ...foreignEntries(gathered.secret), ...writeMaterial(made.material) };
    const outcome =
      gathered.secret === undefined
        ? await store.createSecret(entries)
        : await store.updateSecret(entries, gathered.secret.resourceVersion);
    if (outcome === 'Conflict') listener({ event: 'WriteConflict', on: 'Secret' });
    else this.#noteWritten(plan, made.change);
    return true;
  }

  #plan({ stored, configurations }: Gathered): RenewalPlan {
    const { clock, names, lifetimes } = this.#options;
    const now = clock.date().getTime();
    const monotonic = clock.monotonicMs();
    const publishedForSeconds = (authority: Certificate): number | undefined => {
      const published = this.#ledger.publishedFor(authority, monotonic);
      return published === undefined ? undefined : published / 1000;
    };
    const servingIssuer = this.#choice.serving?.issuer;
    const input: RenewalInput = { stored, now, names, lifetimes, publishedForSeconds, servingIssuer };
    return planRenewal(input, {
      canRestore: this.#remembered !== undefined && canSign(this.#remembered, now),
      mayBeRestored: this.#ledger.hasFreshStranger(configurations, now, monotonic),
      mayReissue:
        this.#issuedAt === undefined || monotonic - this.#issuedAt >= lifetimes.reissueSeconds * 1000,
    });
  }

  /** Where both are gone the release is being removed, and a Secret that is brought back would be left behind. */
  #isBeingUninstalled({ secret, configurations }: Gathered): boolean {
    return secret === undefined && configurations.length === 0;
  }

  #whatIsRemembered(): Parameters<typeof writeMaterial>[0] | undefined {
    const stored = this.#remembered;
    const authority = stored === undefined ? undefined : valueOf(stored.authority);
    const leaf = stored === undefined ? undefined : valueOf(stored.leaf);
    if (stored === undefined || authority === undefined || leaf === undefined) return undefined;
    return {
      authority,
      authorityKey: valueOf(stored.authorityKey),
      next: valueOf(stored.next),
      leaf,
      previous: valueOf(stored.previous) ?? [],
    };
  }

  #noteWritten(plan: Exclude<RenewalPlan, { action: 'Keep' }>, change: SecretChange): void {
    if (plan.action === 'Write' && plan.leaf === 'Issue') this.#issuedAt = this.#options.clock.monotonicMs();
    this.#options.listener({ event: 'SecretWritten', change, failures: plan.failures });
  }

  /** Mends the bundles. True when one was written, or somebody else wrote it: look again. */
  async #publish({ configurations, stored }: Gathered): Promise<boolean> {
    const { clock, store, listener } = this.#options;
    const authorities = trusted(stored);
    if (authorities.length === 0) return false;
    const changes = this.#ledger.changes(
      configurations,
      authorities,
      clock.date().getTime(),
      clock.monotonicMs(),
    );
    for (const { configuration, bundle, isRepair } of changes) {
      const { kind, name } = configuration;
      const outcome = await store.putCaBundle(configuration, bundle);
      if (outcome === 'Conflict') listener({ event: 'WriteConflict', on: kind });
      else listener({ event: 'BundleWritten', kind, name, isRepair });
    }
    return changes.length > 0;
  }
}

/** Entries of the Secret that are not ours: they stay. */
function foreignEntries(secret: StoredSecret | undefined): Record<string, string> {
  const entries = Object.entries(secret?.entries ?? {});
  return Object.fromEntries(entries.filter(([name]) => !ENTRY_NAMES.has(name)));
}
