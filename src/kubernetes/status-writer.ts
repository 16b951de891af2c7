import type { Cluster } from './cluster.ts';
import type { Resource } from './resource.ts';
import type { Time } from './time.ts';
import { Fault, isFault } from '../faults/fault.ts';
import { sameJson } from './same-json.ts';
import { pause } from './time.ts';

/** A condition as we want it; when it last changed is found out here. */
export interface DesiredCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

export interface StoredCondition extends DesiredCondition {
  readonly lastTransitionTime: string;
}

/** The whole status as it should be, from observation. */
export interface DesiredStatus {
  readonly conditions: readonly DesiredCondition[];
  readonly [field: string]: unknown;
}

/** An object with the status that it has, as the watch told. */
export interface ObservedObject {
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid: string;
  /** Opaque. */
  readonly resourceVersion: string;
  readonly status: unknown;
}

export interface StatusWriterOptions {
  readonly cluster: Cluster;
  readonly time: Time;
  readonly resource: Resource;
  /** The condition types that this writer sets. Others on the object are somebody else's. */
  readonly conditions: readonly string[];
  /** The other fields of status that this writer sets, whether or not it sets them this time. */
  readonly fields: readonly string[];
  /** Who owns them. Default: the cluster's. */
  readonly fieldManager?: string;
}

/** `Gone`: there is no such object any more. */
export type StatusOutcome = 'Written' | 'Unchanged' | 'Gone';

type Status = Readonly<Record<string, unknown>>;

const MAX_ATTEMPTS = 3;
const BETWEEN_ATTEMPTS_MS = 100;

/** Objects whose last writing is remembered. */
const MAX_REMEMBERED = 10_000;

/**
 * Writes the status of objects, whole, by server-side apply: so that a condition which somebody else owns
 * (`PathVerified` is the probe's) stays as it is, and a field that we no longer set goes. It writes nothing where
 * nothing would change, and a condition's `lastTransitionTime` moves only when its status does.
 */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  /** By uid: what we wrote last, and the version that we had seen before. Until the watch tells, this is the truth. */
  readonly #written = new Map<string, { readonly seen: string; readonly status: Status }>();

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** Rejects with a Fault when it could not be written; a conflict has been tried again by then. */
  async write(object: ObservedObject, desired: DesiredStatus, signal?: AbortSignal): Promise<StatusOutcome> {
    const last = this.#written.get(object.uid);
    const observed = last?.seen === object.resourceVersion ? last.status : asStatus(object.status);
    if (!this.#differs(observed, desired)) return 'Unchanged';
    const status = this.#withTimes(observed, desired);
    try {
      await this.#apply(object, status, signal);
    } catch (error) {
      if (!isFault(error, 'ApiNotFound')) throw error;
      this.forget(object.uid);
      return 'Gone';
    }
    this.#remember(object, status);
    return 'Written';
  }

  /** The object is gone. */
  forget(uid: string): void {
    this.#written.delete(uid);
  }

  #differs(observed: Status, desired: DesiredStatus): boolean {
    const { conditions, ...fields } = desired;
    const names = new Set([...this.#options.fields, ...Object.keys(fields)]);
    if ([...names].some((name) => !sameJson(observed[name], fields[name]))) return true;
    const stored = conditionsOf(observed).filter(({ type }) => this.#options.conditions.includes(type));
    if (stored.length !== conditions.length) return true;
    return conditions.some((condition) => {
      const { lastTransitionTime: _time, ...old } = stored.find(({ type }) => type === condition.type) ?? {};
      return !sameJson(old, condition);
    });
  }

  #withTimes(observed: Status, desired: DesiredStatus): Status {
    const old = conditionsOf(observed);
    const now = this.#options.time
      .date()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
    const conditions = desired.conditions.map((condition): StoredCondition => {
      const before = old.find(({ type }) => type === condition.type);
      const moved = before === undefined || before.status !== condition.status;
      return { ...condition, lastTransitionTime: moved ? now : (before.lastTransitionTime ?? now) };
    });
    return { ...desired, conditions };
  }

  async #apply(object: ObservedObject, status: Status, signal: AbortSignal | undefined): Promise<void> {
    const { cluster, resource, fieldManager, time } = this.#options;
    const { namespace, name, uid } = object;
    // With the uid it cannot be written to another object that has taken the name.
    const body = { metadata: { name, uid, ...(namespace === undefined ? {} : { namespace }) }, status };
    const options = {
      subresource: 'status',
      signal,
      ...(fieldManager === undefined ? {} : { fieldManager }),
    } as const;
    for (let attempt = 1; ; attempt++) {
      try {
        await cluster.apply(resource, body, options);
        return;
      } catch (error) {
        if (!isFault(error, 'ApiConflict') || attempt === MAX_ATTEMPTS) throw error;
        if (!(await pause(time, BETWEEN_ATTEMPTS_MS * (0.5 + time.random()), signal))) {
          throw new Fault('ApiAborted', `the status of ${name}: given up`, { cause: error });
        }
      }
    }
  }

  #remember(object: ObservedObject, status: Status): void {
    this.#written.delete(object.uid);
    this.#written.set(object.uid, { seen: object.resourceVersion, status });
    for (const oldest of this.#written.keys()) {
      if (this.#written.size <= MAX_REMEMBERED) break;
      this.#written.delete(oldest);
    }
  }
}

function asStatus(status: unknown): Status {
  return typeof status === 'object' && status !== null && !Array.isArray(status) ? (status as Status) : {};
}

function conditionsOf(status: Status): readonly (Partial<StoredCondition> & { readonly type: string })[] {
  const conditions: readonly unknown[] = Array.isArray(status['conditions']) ? status['conditions'] : [];
  return conditions.filter((condition): condition is StoredCondition => {
    return (
      typeof condition === 'object' &&
      condition !== null &&
      typeof Reflect.get(condition, 'type') === 'string'
    );
  });
}
