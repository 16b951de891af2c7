import type {
  CertificateEvent,
  Clock,
  Lifetimes,
  SecretEntries,
  SelfManagedSource,
} from '../../src/certs/certs.ts';
import { selfManagedSource } from '../../src/certs/certs.ts';
import { MemoryStore } from './memory-store.ts';
import { NAME, NAMES, START } from './sample-material.ts';
import { refusal } from './verify-chain.ts';

/** One replica: its source, its own idea of the time, and when it looks next. */
interface Replica {
  readonly name: string;
  readonly skewMs: number;
  source: SelfManagedSource;
  nextLook: number;
}

export interface FleetOptions {
  readonly lifetimes: Lifetimes;
  /** One replica for each: how far its wall clock is off, in milliseconds. */
  readonly skewsMs: readonly number[];
  /** One API server for each: how late it hears of a changed webhook configuration, in milliseconds. */
  readonly lagsMs: readonly number[];
  /** All replicas look at the same moments, instead of one after the other. */
  readonly aligned?: boolean;
}

/** A request that an API server would have refused to send on. */
export interface Refused {
  readonly at: string;
  readonly replica: string;
  readonly lagMs: number;
  readonly because: string;
}

/**
 * Replicas and API servers in simulated time. Replicas look at their own moments; after every look, and at every
 * moment at which some API server hears of a changed bundle, each API server's view is held against what each ready
 * replica serves. Between those moments neither side changes, so no other instant needs a look.
 */
export class SimulatedFleet {
  nowMs = START;
  readonly store = new MemoryStore(() => this.nowMs);
  readonly events: CertificateEvent[] = [];
  readonly refused: Refused[] = [];
  /** Requests that were held against a bundle. */
  checked = 0;
  readonly #options: FleetOptions;
  readonly #replicas: Replica[];

  constructor(options: FleetOptions) {
    this.#options = options;
    this.store.install('ValidatingWebhookConfiguration', 'pathkeeper', 2);
    this.store.install('MutatingWebhookConfiguration', 'pathkeeper');
    const every = options.lifetimes.checkSeconds * 1000;
    this.#replicas = options.skewsMs.map((skewMs, index) => ({
      name: `replica-${index}`,
      skewMs,
      source: this.#newSource(skewMs),
      nextLook:
        options.aligned === true ? START : START + Math.floor((every * index) / options.skewsMs.length),
    }));
  }

  #newSource(skewMs: number): SelfManagedSource {
    const clock: Clock = {
      date: () => new Date(this.nowMs + skewMs),
      monotonicMs: () => this.nowMs - START,
      after: () => () => undefined,
    };
    return selfManagedSource({
      store: this.store,
      names: NAMES,
      lifetimes: this.#options.lifetimes,
      clock,
      listener: (event) => {
        if (event.event !== 'AuthorityRead') this.events.push(event);
      },
    });
  }

  /** The process ends and a new one takes its place, with nothing in memory. */
  restart(index: number): void {
    const replica = this.#replicas[index % this.#replicas.length];
    if (replica === undefined) return;
    void replica.source.stop();
    replica.source = this.#newSource(replica.skewMs);
    replica.nextLook = this.nowMs;
  }

  /** What each replica serves; undefined for one that has nothing. */
  get served(): readonly (string | undefined)[] {
    return this.#replicas.map(({ source }) => source.get()?.certificatePem);
  }

  get ready(): readonly boolean[] {
    return this.#replicas.map(({ source }) => source.healthy().healthy);
  }

  get entries(): SecretEntries {
    return this.store.entries ?? {};
  }

  /** How often the Secret was changed in which way. */
  changes(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const event of this.events) {
      if (event.event === 'SecretWritten') counts[event.change] = (counts[event.change] ?? 0) + 1;
    }
    return counts;
  }

  /** Lets simulated time pass. */
  async run(milliseconds: number): Promise<void> {
    const until = this.nowMs + milliseconds;
    for (let next = this.#nextMoment(); next <= until; next = this.#nextMoment()) {
      this.nowMs = Math.max(this.nowMs, next);
      const due = this.#replicas.filter(({ nextLook }) => nextLook <= this.nowMs);
      await Promise.all(due.map(({ source }) => source.look()));
      for (const replica of due) replica.nextLook = this.nowMs + this.#pauseFor(replica) * 1000;
      this.#holdAgainstBundles();
    }
    this.nowMs = until;
  }

  /** Like the product: often until it is ready, then at its usual pace. */
  #pauseFor({ source }: Replica): number {
    const { checkSeconds, settleSeconds } = this.#options.lifetimes;
    return source.healthy().healthy ? checkSeconds : Math.max(1, Math.min(checkSeconds, settleSeconds / 2));
  }

  /** Lets time pass until all replicas serve the same, at most so long; true when they do. */
  async converge(withinMs: number): Promise<boolean> {
    for (const until = this.nowMs + withinMs; this.nowMs < until;) {
      if (new Set(this.served).size === 1) return true;
      await this.run(3_600_000);
    }
    return false;
  }

  #nextMoment(): number {
    const looks = this.#replicas.map(({ nextLook }) => nextLook);
    const heard = this.store.changedAt.flatMap((at) => this.#options.lagsMs.map((lag) => at + lag));
    return Math.min(...looks, ...heard.filter((at) => at > this.nowMs));
  }

  #holdAgainstBundles(): void {
    for (const { name, source } of this.#replicas) {
      const served = source.get();
      if (served === undefined || !source.healthy().healthy) continue;
      for (const lagMs of this.#options.lagsMs) {
        for (const bundle of this.store.bundlesAt(this.nowMs - lagMs)) {
          const because = refusal(served.certificatePem, bundle, NAME, this.nowMs);
          this.checked += 1;
          if (because !== undefined) {
            this.refused.push({ at: new Date(this.nowMs).toISOString(), replica: name, lagMs, because });
          }
        }
      }
    }
  }
}
