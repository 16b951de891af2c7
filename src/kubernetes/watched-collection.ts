import type { ApiClient } from './api-client.ts';
import type { BackoffOptions } from './backoff.ts';
import type { WatchOptions } from './collection.ts';
import type { StoreEntry } from './object-store.ts';
import type { BadLine, WatchMessage } from './read-watch.ts';
import type { KubernetesObject } from './resource.ts';
import type { Time } from './time.ts';
import type { RelistReason, WatchEvent, WatchEventDetails } from './watch-event.ts';
import { Fault, isFault } from '../faults/fault.ts';
import { Backoff } from './backoff.ts';
import type { Comparison } from './compare-with-list.ts';
import { compareWithList } from './compare-with-list.ts';
import { ObjectStore, isSameObject } from './object-store.ts';
import { readList } from './read-list.ts';
import { Silence, openWatch } from './read-watch.ts';
import { objectKey } from './resource.ts';
import { StoredCollection } from './stored-collection.ts';
import { pause } from './time.ts';

/** The times and sizes of a watch, in milliseconds unless the name says otherwise. */
export interface WatchTuning {
  /** Nothing for so long: the connection is dead. The server sends a bookmark about each minute. */
  readonly silenceMs: number;
  /** How long the server may take to accept a watch. */
  readonly openTimeoutMs: number;
  /** The server is asked to end a watch after a time drawn from this range, so that not all end at once. */
  readonly watchSeconds: readonly [least: number, most: number];
  /** A watch that was open for so long was healthy: the next failure is a first one. */
  readonly stableMs: number;
  readonly backoff: BackoffOptions;
  /** How often the store is compared with a fresh list; plus or minus a quarter. */
  readonly compareEveryMs: number;
  /** When a comparison could not be made: how long until it is tried again. */
  readonly compareAgainMs: number;
  /** How many objects a page of a list has; client-go and kubectl ask for 500 as well. */
  readonly pageObjects: number;
}

export const WATCH_TUNING: WatchTuning = {
  // Two bookmarks may be lost; and it stays below 350 s, at which newer cloud networks forget a connection.
  silenceMs: 150_000,
  openTimeoutMs: 30_000,
  watchSeconds: [300, 600],
  stableMs: 60_000,
  backoff: { baseMs: 500, capMs: 30_000 },
  compareEveryMs: 1_800_000,
  compareAgainMs: 60_000,
  pageObjects: 500,
};

export interface WatchSupport {
  readonly api: ApiClient;
  readonly time: Time;
  readonly tuning: WatchTuning;
  readonly onEvent: (event: WatchEvent) => void;
}

/** How a watch ended. */
interface End {
  readonly cause: 'Ended' | 'Failed' | 'Silent' | 'BadLine';
  readonly fault?: Fault;
  /** The version cannot be used any more. */
  readonly relist?: RelistReason;
}

/**
 * Follows a collection until it is stopped. It lists, then watches from there; whatever ends the watch, it goes on
 * from the last version that it saw; where the server no longer has that version, it lists again. Every ending
 * that was not planned is followed by a wait that grows, until a watch has been stable for a minute. From time to
 * time it compares what it holds with what the server has, and tells what the watch missed.
 */
export class WatchedCollection<T> extends StoredCollection<T> {
  readonly #support: WatchSupport;
  readonly #options: WatchOptions<T>;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  readonly #synced = Promise.withResolvers<boolean>();
  readonly #running: Promise<void>;
  #isSynced = false;
  /** Where the watch goes on; undefined: the collection must be listed. */
  #version: string | undefined;
  #relistReason: RelistReason = 'Start';
  #lastBytesMs: number | undefined;
  /** Since when no watch has been open; undefined while one is. */
  #outSinceMs: number | undefined;
  /** The version at which a line could not be used: the second time, going on from there is no use. */
  #badLineAt: string | undefined;
  #compareDue = false;
  #comparing: Promise<void> | undefined;
  #cancelCompare: () => void = () => undefined;

  constructor(options: WatchOptions<T>, support: WatchSupport) {
    const store = new ObjectStore<T>({
      project: options.project,
      same: options.same,
      indexes: options.indexes,
      onCallbackFailed: (callback, error) => this.#tell({ type: 'CallbackFailed', callback, error }),
    });
    super(options.resource, store);
    this.#options = options;
    this.#support = support;
    this.#backoff = new Backoff(support.tuning.backoff, support.time);
    this.#outSinceMs = support.time.monotonicMs();
    this.#running = this.#run();
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  whenSynced(): Promise<boolean> {
    return this.#synced.promise;
  }

  silentMs(): number | undefined {
    return this.#lastBytesMs === undefined ? undefined : this.#support.time.monotonicMs() - this.#lastBytesMs;
  }

  outMs(): number {
    return this.#outSinceMs === undefined ? 0 : this.#support.time.monotonicMs() - this.#outSinceMs;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#cancelCompare();
    this.#synced.resolve(this.#isSynced);
    await this.#running;
    await this.#comparing;
  }

  async #run(): Promise<void> {
    // Whoever made it can subscribe before anything happens.
    await Promise.resolve();
    this.#scheduleCompare(this.#jittered(this.#support.tuning.compareEveryMs));
    while (!this.#stop.signal.aborted) {
      const waitMs = await this.#live();
      if (waitMs > 0) await pause(this.#support.time, waitMs, this.#stop.signal);
    }
    this.#tell({ type: 'Stop' });
  }

  /** One life: a list if need be, and a watch until it ends. Returns how long to wait before the next. Never throws. */
  async #live(): Promise<number> {
    try {
      if (this.#version === undefined) await this.#list();
    } catch (error) {
      return this.#failed('List', faultOf(error));
    }
    const openedMs = { at: undefined as number | undefined };
    const end = await this.#watch(openedMs).catch((error: unknown) => endOf(faultOf(error)));
    this.#outSinceMs ??= this.#support.time.monotonicMs();
    return this.#ended(end, openedMs.at);
  }

  async #list(): Promise<void> {
    const { api, time, tuning } = this.#support;
    const sinceMs = time.monotonicMs();
    const list = await readList(api, {
      selection: this.#options,
      pageObjects: tuning.pageObjects,
      signal: this.#stop.signal,
      onGone: () => this.#tell({ type: 'Gone', at: 'List' }),
      take: (object) => {
        this.#heard();
        return this.#entryOf(object);
      },
    });
    const changed = this.store.replaceAll(new Map(list.items));
    this.#heard();
    this.#version = list.version;
    const milliseconds = time.monotonicMs() - sinceMs;
    const { pages } = list;
    this.#tell({
      type: 'List',
      reason: this.#relistReason,
      objects: list.items.length,
      pages,
      changed,
      milliseconds,
    });
    if (!this.#isSynced) {
      this.#isSynced = true;
      this.#tell({ type: 'Synced' });
      this.#synced.resolve(true);
    }
  }

  /** An object that has not moved keeps its entry: it is not projected again. */
  #entryOf(object: KubernetesObject): readonly [string, StoreEntry<T>] {
    const key = objectKey(object.metadata);
    const known = this.store.entry(key);
    const same = isSameObject(known, object.metadata.uid, object.metadata.resourceVersion);
    return [key, known !== undefined && same ? known : this.store.project(object)];
  }

  async #watch(opened: { at: number | undefined }): Promise<End> {
    const { api, time, tuning } = this.#support;
    const version = this.#version ?? '';
    const messages = await openWatch(api, {
      selection: this.#options,
      version,
      timeoutSeconds: Math.round(between(tuning.watchSeconds, time.random())),
      silenceMs: tuning.silenceMs,
      openTimeoutMs: tuning.openTimeoutMs,
      signal: this.#stop.signal,
      time,
      onBytes: () => this.#heard(),
    });
    this.#heard();
    opened.at = time.monotonicMs();
    this.#outSinceMs = undefined;
    this.#tell({ type: 'Connect', version });
    for await (const message of messages) {
      const end = this.#take(message);
      if (end !== undefined) return end;
    }
    return { cause: 'Ended' };
  }

  /** Takes one message over. Returns how the watch ends, if it does. */
  #take(message: WatchMessage): End | undefined {
    if (message.type === 'Refusal') return endOf(message.fault);
    if (message.type === 'BadLine') return this.#badLine(message.why);
    const news = this.#apply(message);
    this.#version = message.version;
    if (news && this.#compareDue) this.#startCompare(message.version);
    return undefined;
  }

  /** Returns whether it says something new: what was told before proves nothing about how far the server is. */
  #apply(message: Exclude<WatchMessage, { type: 'Refusal' | 'BadLine' }>): boolean {
    if (message.type === 'Put') return this.store.put(message.object);
    if (message.type === 'Delete') return this.store.remove(objectKey(message.object.metadata));
    this.#tell({ type: 'Bookmark', version: message.version });
    return true;
  }

  #badLine(why: BadLine): End {
    this.#tell({ type: 'BadLine', why });
    // A line that was cut ends with its connection. Anything else would come again.
    const again = why !== 'Cut' && this.#badLineAt === this.#version;
    this.#badLineAt = why === 'Cut' ? undefined : this.#version;
    return again ? { cause: 'BadLine', relist: 'BadLine' } : { cause: 'BadLine' };
  }

  /** Draws the conclusions of a watch's end. Returns how long to wait. */
  #ended(end: End, openedMs: number | undefined): number {
    if (this.#stop.signal.aborted) return 0;
    const { time, tuning } = this.#support;
    const openMilliseconds = openedMs === undefined ? 0 : time.monotonicMs() - openedMs;
    const stable = openMilliseconds >= tuning.stableMs;
    if (stable) this.#backoff.reset();
    if (end.fault !== undefined) this.#tell(eventOf(end.fault));
    if (end.relist !== undefined) this.#dropVersion(end.relist);
    else if (openedMs !== undefined) this.#tell({ type: 'Resume', cause: end.cause, openMilliseconds });
    // A watch that the server ended at its time goes on at once.
    return stable && end.cause === 'Ended' ? 0 : this.#wait(end.fault);
  }

  #dropVersion(reason: RelistReason): void {
    this.#version = undefined;
    this.#badLineAt = undefined;
    this.#relistReason = reason;
    this.#tell({ type: 'Relist', reason });
  }

  #failed(at: 'List' | 'Watch', fault: Fault): number {
    if (this.#stop.signal.aborted) return 0;
    this.#tell({ type: 'Failed', at, fault });
    return this.#wait(fault);
  }

  #wait(fault: Fault | undefined): number {
    const { milliseconds, attempt } = this.#backoff.next(fault?.retryAfterMs);
    this.#tell({ type: 'Backoff', milliseconds, attempt });
    return milliseconds;
  }

  #scheduleCompare(ms: number): void {
    if (this.#stop.signal.aborted) return;
    this.#cancelCompare = this.#support.time.after(ms, () => {
      this.#compareDue = true;
    });
  }

  /** At this version, everything before it has been told: what the store holds now must be what the server had then. */
  #startCompare(version: string): void {
    this.#compareDue = false;
    const { api, tuning } = this.#support;
    const comparing = compareWithList({
      api,
      selection: this.#options,
      pageObjects: tuning.pageObjects,
      version,
      store: this.store,
      signal: this.#stop.signal,
    });
    this.#comparing = this.#finishCompare(comparing);
  }

  async #finishCompare(comparing: Promise<Comparison>): Promise<void> {
    const { outcome, objects, missed, fault } = await comparing;
    this.#comparing = undefined;
    if (this.#stop.signal.aborted) return;
    for (const { key, what } of missed) this.#tell({ type: 'Missed', key, what });
    if (fault !== undefined) this.#tell({ type: 'Failed', at: 'Compare', fault });
    this.#tell({ type: 'Compare', outcome, objects, missed: missed.length });
    const { compareEveryMs, compareAgainMs } = this.#support.tuning;
    this.#scheduleCompare(outcome === 'Exact' ? this.#jittered(compareEveryMs) : compareAgainMs);
  }

  #jittered(ms: number): number {
    return ms * (0.75 + 0.5 * this.#support.time.random());
  }

  #heard(): void {
    this.#lastBytesMs = this.#support.time.monotonicMs();
  }

  #tell(event: WatchEventDetails): void {
    try {
      this.#support.onEvent({ ...event, collection: this.resource.plural });
    } catch {
      // Whoever listens must not be able to stop what it listens to; and there is nobody else to tell.
    }
  }
}

function endOf(fault: Fault): End {
  if (fault instanceof Silence) return { cause: 'Silent', fault };
  if (fault.code === 'ApiGone') return { cause: 'Failed', fault, relist: 'Gone' };
  // The server does not want the version, or no longer knows the resource under it.
  if (fault.code === 'ApiInvalid' || fault.code === 'ApiNotFound')
    return { cause: 'Failed', fault, relist: 'Refused' };
  return { cause: 'Failed', fault };
}

function eventOf(fault: Fault): WatchEventDetails {
  if (fault instanceof Silence) return { type: 'Watchdog', silentMilliseconds: fault.silentMs };
  return isFault(fault, 'ApiGone') ? { type: 'Gone', at: 'Watch' } : { type: 'Failed', at: 'Watch', fault };
}

/** What is not a fault is a mistake of ours; the loop goes on all the same, and tells. */
function faultOf(error: unknown): Fault {
  return error instanceof Fault
    ? error
    : new Fault('ApiFailed', 'the watch met an error of our own', { cause: error });
}

function between([least, most]: readonly [number, number], share: number): number {
  return least + (most - least) * share;
}
