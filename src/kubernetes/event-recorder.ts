import type { Cluster } from './cluster.ts';
import type { KubernetesObject, ObjectRef } from './resource.ts';
import type { Time } from './time.ts';
import type { WorkOutcome } from './work-queue.ts';
import { isFault } from '../faults/fault.ts';
import { TokenBuckets } from './token-buckets.ts';
import { apiVersionOf, objectKey } from './resource.ts';
import { EVENTS } from './resources.ts';
import { WorkQueue } from './work-queue.ts';

/** Something that happened to an object, for `kubectl describe` and `kubectl events`. */
export interface ObjectEvent {
  readonly regarding: ObjectRef & { readonly uid?: string | undefined };
  readonly type: 'Normal' | 'Warning';
  /** One word in PascalCase, specific: `KeepAliveBeyondIdleTimeout`, not `CheckFailed`. */
  readonly reason: string;
  /** What was done when it happened, one word: `Judge`. */
  readonly action: string;
  /** A sentence; cut at 1024 bytes. */
  readonly note: string;
}

/** What became of an event. */
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

export const EVENT_OUTCOMES = [
  /** It has been written. */
  'Written',
  /** The same had been written before: its count has been raised. */
  'Repeated',
  /** There were too many about this object. */
  'RateLimited',
  /** There were too many altogether. */
  'Dropped',
  /** The server would not take it. */
  'Failed',
] as const;

export interface EventRecorderOptions {
  readonly cluster: Cluster;
  readonly time: Time;
  /** Which program: `pathkeeper.dev/controller`. */
  readonly controller: string;
  /** Which process of it, such as the pod's name. */
  readonly instance: string;
  readonly onOutcome?: (outcome: EventOutcome, error?: unknown) => void;
}

/** The same event, as often as it has happened. */
interface Series {
  readonly event: ObjectEvent;
  readonly firstAt: Date;
  lastAt: Date;
  count: number;
  /** The name of the written event; undefined before. */
  name: string | undefined;
  writtenCount: number;
  failures: number;
  lastMs: number;
}

/** What waits to be written; beyond that, new events are dropped: a flood of events must not eat the memory. */
const MAX_WAITING = 500;

/** How many different events are remembered, so that the same again is counted instead of written. */
const MAX_SERIES = 2000;

/** The API server deletes events after an hour by default (--event-ttl); the same after that is a new one. */
const SERIES_MS = 3_000_000;

/** About one object: ten at once, and then one each minute. */
const PER_OBJECT = { burst: 10, everyMs: 60_000, buckets: 5000 };

const MAX_ATTEMPTS = 4;
const MAX_NOTE_BYTES = 1024;
const MAX_WORD = 128;
const TIMEOUT_MS = 5000;

/**
 * Writes events. Recording never waits and never fails: events are written in the background, the same again raises a
 * count, floods are cut per object and altogether. An event is news, not state: what gets lost here is in the
 * status all the same.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #series = new Map<string, Series>();
  readonly #buckets: TokenBuckets;
  readonly #queue: WorkQueue;
  #serial = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#buckets = new TokenBuckets(PER_OBJECT, options.time);
    this.#queue = new WorkQueue({
      name: 'events',
      workers: 1,
      time: options.time,
      backoff: { baseMs: 1000, capMs: 30_000 },
      work: (id) => this.#write(id),
    });
    this.#queue.start();
  }

  /** Records it, if it is not too much. Returns at once. */
  record(event: ObjectEvent): void {
    if (!this.#buckets.take(bucketOf(event))) return this.#tell('RateLimited');
    if (this.#queue.depth + this.#queue.delayed >= MAX_WAITING) return this.#tell('Dropped');
    const id = idOf(event);
    const nowMs = this.#options.time.monotonicMs();
    const at = this.#options.time.date();
    const known = this.#series.get(id);
    // Taken out and put in again: the map's order is that of the last use.
    this.#series.delete(id);
    if (known !== undefined && nowMs - known.lastMs < SERIES_MS) {
      known.count += 1;
      known.lastAt = at;
      known.lastMs = nowMs;
      this.#series.set(id, known);
    } else {
      this.#series.set(id, newSeries(event, at, nowMs));
    }
    this.#evict();
    this.#queue.add(id);
  }

  /** Writes what waits, within that time; nothing is recorded any more. */
  async close(withinMs: number): Promise<void> {
    await this.#queue.drain(withinMs);
  }

  #evict(): void {
    for (const oldest of this.#series.keys()) {
      if (this.#series.size <= MAX_SERIES) break;
      this.#series.delete(oldest);
    }
  }

  async #write(id: string): Promise<WorkOutcome> {
    const series = this.#series.get(id);
    if (series === undefined || series.writtenCount === series.count) return { outcome: 'Done' };
    const { count } = series;
    try {
      await (series.name === undefined ? this.#create(series) : this.#raise(series, series.name));
      series.writtenCount = count;
      series.failures = 0;
      this.#tell(count === 1 ? 'Written' : 'Repeated');
      return { outcome: 'Done' };
    } catch (error) {
      return this.#failed(series, error);
    }
  }

  #failed(series: Series, error: unknown): WorkOutcome {
    // The written event is gone (its hour is over, or somebody deleted it): it becomes a new one.
    if (isFault(error, 'ApiNotFound') && series.name !== undefined) series.name = undefined;
    else if (isFault(error) && !error.retryable) series.failures = MAX_ATTEMPTS;
    series.failures += 1;
    if (series.failures < MAX_ATTEMPTS) return { outcome: 'Retry', cause: error };
    series.failures = 0;
    series.writtenCount = series.count;
    this.#tell('Failed', error);
    return { outcome: 'GiveUp', cause: error };
  }

  async #create(series: Series): Promise<void> {
    const { event } = series;
    const { resource, namespace, name: about, uid } = event.regarding;
    this.#serial += 1;
    const name = `${about.slice(0, 220)}.${series.firstAt.getTime().toString(16)}${this.#serial.toString(16)}`;
    const object: KubernetesObject = {
      metadata: { name, namespace: eventNamespace(event) },
      eventTime: microTime(series.firstAt),
      reportingController: this.#options.controller,
      reportingInstance: this.#options.instance.slice(0, MAX_WORD),
      type: event.type,
      reason: event.reason.slice(0, MAX_WORD),
      action: event.action.slice(0, MAX_WORD),
      note: cut(event.note, MAX_NOTE_BYTES),
      regarding: { apiVersion: apiVersionOf(resource), kind: resource.kind, name: about, namespace, uid },
      ...seriesOf(series),
    };
    await this.#options.cluster.create(EVENTS, object, { timeoutMs: TIMEOUT_MS });
    series.name = name;
  }

  async #raise(series: Series, name: string): Promise<void> {
    const ref = { resource: EVENTS, namespace: eventNamespace(series.event), name };
    await this.#options.cluster.patch(
      ref,
      { type: 'Merge', body: seriesOf(series) },
      { timeoutMs: TIMEOUT_MS },
    );
  }

  #tell(outcome: EventOutcome, error?: unknown): void {
    this.#options.onOutcome?.(outcome, error);
  }
}

function newSeries(event: ObjectEvent, at: Date, nowMs: number): Series {
  return {
    event,
    firstAt: at,
    lastAt: at,
    count: 1,
    name: undefined,
    writtenCount: 0,
    failures: 0,
    lastMs: nowMs,
  };
}

function seriesOf(series: Series): Readonly<Record<string, unknown>> {
  return series.count === 1
    ? {}
    : { series: { count: series.count, lastObservedTime: microTime(series.lastAt) } };
}

function idOf(event: ObjectEvent): string {
  return JSON.stringify([bucketOf(event), event.type, event.reason, event.action, event.note]);
}

function bucketOf({ regarding }: ObjectEvent): string {
  return `${regarding.resource.kind} ${objectKey(regarding)} ${regarding.uid ?? ''}`;
}

/** Events about what has no namespace live in `default`. */
function eventNamespace({ regarding }: ObjectEvent): string {
  return regarding.namespace ?? 'default';
}

function microTime(at: Date): string {
  return at.toISOString().replace(/Z$/, '000Z');
}

/** Cuts to so many bytes of UTF-8, which is what the server counts, without leaving half of a character. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const ellipsis = '…';
  const kept = Buffer.from(text).subarray(0, bytes - Buffer.byteLength(ellipsis));
  return `${new TextDecoder().decode(kept, { stream: true })}${ellipsis}`;
}
