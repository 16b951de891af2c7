import type { Cluster } from './cluster.ts';
import type { KubernetesObject, ObjectRef, OwnerReference } from './resource.ts';
import type { Time } from './time.ts';
import { Fault, isFault } from '../faults/fault.ts';
import { ownedBy } from './owner.ts';
import { LEASES } from './resources.ts';
import { pause } from './time.ts';

/** The times of an election, in milliseconds. */
export interface LeaseTimes {
  /** How long the others wait, after the last sign of the holder, before one takes the lease. */
  readonly durationMs: number;
  /** A holder that could not renew for so long has lost it. Less than the duration: it must stop before another starts. */
  readonly renewWithinMs: number;
  /** How often it is renewed, and looked at by the others. */
  readonly everyMs: number;
}

/** What client-go's leader election uses. */
export const LEASE_TIMES: LeaseTimes = { durationMs: 15_000, renewWithinMs: 10_000, everyMs: 2000 };

export interface LeaseOptions {
  readonly cluster: Cluster;
  readonly time: Time;
  readonly namespace: string;
  readonly name: string;
  /** With whom a lease that we make goes when it goes. Default: with nobody. */
  readonly owner?: OwnerReference | undefined;
  /** Who we are: different for each process, not only for each pod. */
  readonly identity: string;
  readonly times?: LeaseTimes;
  readonly onHeld?: () => void;
  /** Called once, when it was held and no longer is. Whoever writes must stop at once: the process exits. */
  readonly onLost: (fault: Fault) => void;
  /** Told when the lease could not be read or written; it goes on trying. For the log. */
  readonly onFailed?: (fault: Fault) => void;
}

/** A Lease's spec (coordination.k8s.io/v1), as far as it is there. */
interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number | null;
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
  readonly leaseTransitions?: number | null;
}

/** A lease says how long it is good for; nobody can make us wait for longer than this. */
const LONGEST_DURATION_MS = 600_000;

/** How long giving the lease back may take when shutting down. If it fails, it runs out by itself. */
const RELEASE_TIMEOUT_MS = 3000;

/**
 * Elects one of several replicas by a Lease. Clocks of different machines are never compared: a candidate measures on
 * its own monotonic clock how long it has seen no sign of the holder, and the holder counts its time from before it sent
 * the last renewal that succeeded. So the holder knows that it has lost the lease before anybody else can take it, as
 * long as no two clocks differ in speed by half.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #times: LeaseTimes;
  readonly #ref: ObjectRef;
  readonly #stop = new AbortController();
  readonly #held = Promise.withResolvers<boolean>();
  #state: 'Candidate' | 'Held' | 'Lost' | 'Released' = 'Candidate';
  #running: Promise<void> | undefined;
  /** The lease as we know it from the server. */
  #stored: KubernetesObject | undefined;
  /** What the holder's last sign was, and when we first saw it. */
  #seen: { readonly sign: string; readonly atMs: number } | undefined;
  /** When we sent the last renewal that succeeded. */
  #renewedMs = 0;
  #cancelDeadline: () => void = () => undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#times = options.times ?? LEASE_TIMES;
    this.#ref = { resource: LEASES, namespace: options.namespace, name: options.name };
    const { durationMs, renewWithinMs, everyMs } = this.#times;
    if (!(durationMs > renewWithinMs && renewWithinMs > everyMs * 2 && everyMs > 0)) {
      throw new RangeError(
        'a lease must last longer than renewing it may take, and that longer than two attempts',
      );
    }
  }

  get isHeld(): boolean {
    return this.#state === 'Held' && this.#sinceRenewalMs() < this.#times.renewWithinMs;
  }

  /** Who holds it, as far as we have seen. */
  get holder(): string | undefined {
    return specOf(this.#stored).holderIdentity || undefined;
  }

  /** Takes part in the election from now on. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** True as soon as it is held; false if it was released before. */
  whenHeld(): Promise<boolean> {
    return this.#held.promise;
  }

  /** Leaves the election; gives the lease back if it is held, so that the next one need not wait for its end. */
  async release(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    const wasHeld = this.isHeld;
    this.#cancelDeadline();
    if (this.#state !== 'Lost') this.#state = 'Released';
    this.#held.resolve(false);
    if (!wasHeld) return;
    try {
      await this.#write(
        { ...specOf(this.#stored), holderIdentity: '', leaseDurationSeconds: 1 },
        RELEASE_TIMEOUT_MS,
      );
    } catch (error) {
      this.#failed(error);
    }
  }

  async #run(): Promise<void> {
    const { time } = this.#options;
    while (!this.#stop.signal.aborted && this.#state !== 'Lost') {
      // Before anything else: this process may have been asleep.
      if (this.#hasRunOut()) {
        this.#lose('it could not be renewed in time');
        return;
      }
      await this.#attempt();
      // Candidates must not all come at the same time; the holder comes first.
      const spread = this.#state === 'Held' ? 1 : 1 + 0.2 * time.random();
      await pause(time, this.#waitMs(spread), this.#stop.signal);
    }
  }

  /** Until the next attempt; never beyond the time at which it would be lost. */
  #waitMs(spread: number): number {
    const usual = this.#times.everyMs * spread;
    return this.#state === 'Held'
      ? Math.min(usual, this.#times.renewWithinMs - this.#sinceRenewalMs())
      : usual;
  }

  /** Renews or tries to take it, once. Never throws. */
  async #attempt(): Promise<void> {
    const sentMs = this.#options.time.monotonicMs();
    try {
      const held = this.#state === 'Held' ? await this.#renew() : await this.#acquire();
      if (held) this.#hold(sentMs);
      else if (this.#state === 'Held') this.#lose(`${this.holder ?? 'somebody else'} holds it`);
    } catch (error) {
      // Somebody was faster, or has deleted it. What there is now is seen the next time.
      const moved =
        isFault(error, 'ApiConflict') || (isFault(error, 'ApiNotFound') && this.#stored !== undefined);
      if (moved) this.#stored = undefined;
      else this.#failed(error);
    }
    if (this.#hasRunOut()) this.#lose('it could not be renewed in time');
  }

  #hold(sentMs: number): void {
    if (this.#state === 'Lost') return;
    this.#renewedMs = sentMs;
    this.#cancelDeadline();
    // Not left to the loop: that may be waiting for an answer that never comes.
    this.#cancelDeadline = this.#options.time.after(
      this.#times.renewWithinMs - this.#sinceRenewalMs(),
      () => {
        this.#lose('it could not be renewed in time');
      },
    );
    const wasHeld = this.#state === 'Held';
    this.#state = 'Held';
    // One that comes while leaving is only there to be given back.
    if (wasHeld || this.#stop.signal.aborted || this.#hasRunOut()) return;
    this.#options.onHeld?.();
    this.#held.resolve(true);
  }

  #lose(why: string): void {
    if (this.#state !== 'Held') return;
    this.#state = 'Lost';
    this.#cancelDeadline();
    this.#options.onLost(
      new Fault('LeaseLost', `the lease ${this.#ref.namespace}/${this.#ref.name} is lost: ${why}`),
    );
  }

  /** True if it is ours still. */
  async #renew(): Promise<boolean> {
    // After a conflict it must be read again: somebody may only have put a label on it.
    this.#stored ??= await this.#read();
    const spec = specOf(this.#stored);
    if (this.#stored !== undefined && spec.holderIdentity !== this.#options.identity) return false;
    const mine = this.#stored === undefined ? this.#newSpec(undefined) : { ...spec, renewTime: this.#now() };
    await this.#write(mine, this.#timeoutMs());
    return true;
  }

  /** True if it is ours now. */
  async #acquire(): Promise<boolean> {
    this.#stored = await this.#read();
    if (this.#stored !== undefined && !this.#mayTake(specOf(this.#stored))) return false;
    await this.#write(this.#newSpec(this.#stored), this.#timeoutMs());
    return true;
  }

  #mayTake(spec: LeaseSpec): boolean {
    const nowMs = this.#options.time.monotonicMs();
    const sign = JSON.stringify([
      spec.holderIdentity,
      spec.acquireTime,
      spec.renewTime,
      spec.leaseTransitions,
    ]);
    if (this.#seen?.sign !== sign) this.#seen = { sign, atMs: nowMs };
    if (!spec.holderIdentity || spec.holderIdentity === this.#options.identity) return true;
    const durationMs = Math.max(this.#times.durationMs, (spec.leaseDurationSeconds ?? 0) * 1000);
    return nowMs - this.#seen.atMs >= Math.min(durationMs, LONGEST_DURATION_MS);
  }

  #newSpec(old: KubernetesObject | undefined): LeaseSpec {
    const now = this.#now();
    const transitions = specOf(old).leaseTransitions ?? 0;
    return {
      holderIdentity: this.#options.identity,
      leaseDurationSeconds: Math.ceil(this.#times.durationMs / 1000),
      acquireTime: now,
      renewTime: now,
      leaseTransitions: old === undefined ? 0 : transitions + 1,
    };
  }

  async #read(): Promise<KubernetesObject | undefined> {
    return this.#options.cluster.get(this.#ref, { timeoutMs: this.#timeoutMs(), signal: this.#stop.signal });
  }

  /** The version that we know is the lock: whoever changed it since makes this a conflict. */
  async #write(spec: LeaseSpec, timeoutMs: number): Promise<void> {
    const { cluster, namespace, name, owner } = this.#options;
    const old = this.#stored;
    const metadata = old?.metadata ?? { namespace, name, ...ownedBy(owner) };
    const object: KubernetesObject = { metadata, spec };
    this.#stored =
      old === undefined
        ? await cluster.create(LEASES, object, { timeoutMs })
        : await cluster.replace(LEASES, object, { timeoutMs });
  }

  /** One attempt may not take longer than what is left; and two should fit in. */
  #timeoutMs(): number {
    const { renewWithinMs } = this.#times;
    const left = this.#state === 'Held' ? renewWithinMs - this.#sinceRenewalMs() : renewWithinMs;
    return Math.max(1, Math.min(left, renewWithinMs / 2));
  }

  #sinceRenewalMs(): number {
    return this.#options.time.monotonicMs() - this.#renewedMs;
  }

  #hasRunOut(): boolean {
    return this.#state === 'Held' && this.#sinceRenewalMs() >= this.#times.renewWithinMs;
  }

  #failed(error: unknown): void {
    if (this.#stop.signal.aborted && isFault(error, 'ApiAborted')) return;
    this.#options.onFailed?.(
      error instanceof Fault ? error : new Fault('ApiFailed', 'the lease', { cause: error }),
    );
  }

  /** As the API writes it (MicroTime). Only people read it. */
  #now(): string {
    return this.#options.time.date().toISOString().replace(/Z$/, '000Z');
  }
}

function specOf(object: KubernetesObject | undefined): LeaseSpec {
  const spec = object?.['spec'];
  return typeof spec === 'object' && spec !== null ? spec : {};
}
