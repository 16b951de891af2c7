import type { ApiClient } from './api-client.ts';
import type { ResponseStream } from './api-transport.ts';
import type { Line, LineTrouble } from './read-lines.ts';
import type { Selection } from './read-list.ts';
import type { KubernetesObject } from './resource.ts';
import type { Time } from './time.ts';
import { Fault } from '../faults/fault.ts';
import { streamedRefusal } from './api-fault.ts';
import { isObject } from './api-client.ts';
import { LineReader } from './read-lines.ts';
import { selectorsOf } from './read-list.ts';
import { collectionPath } from './resource.ts';

/** Why a line of a watch is of no use. */
export type BadLine = LineTrouble | 'NotJson' | 'NotAnEvent';

/** What a watch says. */
export type WatchMessage =
  | { readonly type: 'Put'; readonly object: KubernetesObject; readonly version: string }
  | { readonly type: 'Delete'; readonly object: KubernetesObject; readonly version: string }
  | { readonly type: 'Bookmark'; readonly version: string }
  /** The server ends the watch and says why. */
  | { readonly type: 'Refusal'; readonly fault: Fault }
  | { readonly type: 'BadLine'; readonly why: BadLine };

export interface WatchRequest {
  readonly selection: Selection;
  /** Where to go on. */
  readonly version: string;
  /** When the server shall end the watch. */
  readonly timeoutSeconds: number;
  /** Nothing for so long, not even a bookmark: the connection is taken for dead. */
  readonly silenceMs: number;
  /** How long the server may take to begin, in milliseconds. */
  readonly openTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly time: Time;
  /** Called for whatever arrives. */
  readonly onBytes: () => void;
}

/** The watchdog's reason for breaking a watch off. */
export class Silence extends Fault {
  readonly silentMs: number;

  constructor(what: string, silentMs: number) {
    super('ApiTimedOut', `${what}: nothing has arrived for ${Math.round(silentMs / 1000)} s`);
    this.silentMs = silentMs;
  }
}

/** Far above the 3 MiB that the largest object may take. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** A server that does not end a watch at its time gets this much longer. */
const OVERTIME_MS = 60_000;

/**
 * Opens one watch. The promise resolves when the server has accepted it; what it gives then ends when the server ends
 * the watch, and throws a Fault when the connection breaks, or a {@link Silence} when nothing arrives any more: a
 * half-open connection never says so itself. After a message of type Refusal or BadLine comes nothing more.
 */
export async function openWatch(
  api: ApiClient,
  request: WatchRequest,
): Promise<AsyncGenerator<WatchMessage>> {
  const path = collectionPath(request.selection.resource, request.selection.namespace);
  const ended = new AbortController();
  const onAbort = (): void => ended.abort(request.signal.reason);
  if (request.signal.aborted) onAbort();
  request.signal.addEventListener('abort', onAbort, { once: true });
  const release = (): void => request.signal.removeEventListener('abort', onAbort);
  try {
    const stream = await api.open(path, {
      query: {
        watch: true,
        resourceVersion: request.version,
        allowWatchBookmarks: true,
        timeoutSeconds: request.timeoutSeconds,
        ...selectorsOf(request.selection),
      },
      signal: ended.signal,
      timeoutMs: request.openTimeoutMs,
    });
    return follow(stream, request, `watch of ${path}`, ended, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function* follow(
  stream: ResponseStream,
  request: WatchRequest,
  what: string,
  ended: AbortController,
  release: () => void,
): AsyncGenerator<WatchMessage> {
  const watchdog = new Watchdog(request, what, (silence) => ended.abort(silence));
  const lines = new LineReader(MAX_LINE_BYTES);
  try {
    for await (const chunk of stream.chunks) {
      watchdog.fed();
      request.onBytes();
      for (const line of lines.push(chunk)) {
        const message = readMessage(line, what);
        if (message === undefined) continue;
        yield message;
        if (message.type === 'Refusal' || message.type === 'BadLine') return;
      }
    }
    const rest = lines.end();
    if (rest !== undefined) yield { type: 'BadLine', why: 'Cut' };
  } finally {
    watchdog.stop();
    release();
    stream.close();
  }
}

/** Breaks a watch off when nothing has arrived for too long, or when it lasts far longer than was agreed. */
class Watchdog {
  readonly #request: WatchRequest;
  readonly #what: string;
  readonly #onSilence: (silence: Silence) => void;
  readonly #startMs: number;
  #fedMs: number;
  #cancel: () => void;

  constructor(request: WatchRequest, what: string, onSilence: (silence: Silence) => void) {
    this.#request = request;
    this.#what = what;
    this.#onSilence = onSilence;
    this.#startMs = request.time.monotonicMs();
    this.#fedMs = this.#startMs;
    this.#cancel = this.#arm();
  }

  fed(): void {
    this.#fedMs = this.#request.time.monotonicMs();
  }

  stop(): void {
    this.#cancel();
  }

  /** One timer for many chunks: when it fires it looks how long ago the last one was, and sleeps for the rest. */
  #arm(): () => void {
    const { time, silenceMs, timeoutSeconds } = this.#request;
    const endMs = this.#startMs + timeoutSeconds * 1000 + OVERTIME_MS;
    const dueMs = Math.min(this.#fedMs + silenceMs, endMs);
    return time.after(dueMs - time.monotonicMs(), () => {
      const nowMs = time.monotonicMs();
      if (nowMs - this.#fedMs >= silenceMs || nowMs >= endMs) {
        this.#onSilence(new Silence(this.#what, nowMs - this.#fedMs));
      } else {
        this.#cancel = this.#arm();
      }
    });
  }
}

function readMessage(line: Line, what: string): WatchMessage | undefined {
  if ('trouble' in line) return { type: 'BadLine', why: line.trouble };
  const event = parse(line.text);
  if (event === undefined) return { type: 'BadLine', why: 'NotJson' };
  const { type, object } = event;
  if (type === 'ERROR') return { type: 'Refusal', fault: streamedRefusal(what, object) };
  if (type === 'BOOKMARK') return bookmark(object);
  const version = versionOf(object);
  if (version === undefined || !isObject(object)) return { type: 'BadLine', why: 'NotAnEvent' };
  if (type === 'ADDED' || type === 'MODIFIED') return { type: 'Put', object, version };
  // A type that does not exist yet cannot be passed over: the store would no longer be what the server has.
  return type === 'DELETED' ? { type: 'Delete', object, version } : { type: 'BadLine', why: 'NotAnEvent' };
}

/** A bookmark's object has nothing but a version. */
function bookmark(object: unknown): WatchMessage {
  const version = versionOf(object);
  return version === undefined ? { type: 'BadLine', why: 'NotAnEvent' } : { type: 'Bookmark', version };
}

function versionOf(object: unknown): string | undefined {
  const metadata = (object as { metadata?: unknown } | null | undefined)?.metadata;
  const version = (metadata as { resourceVersion?: unknown } | null | undefined)?.resourceVersion;
  return typeof version === 'string' && version !== '' ? version : undefined;
}

function parse(text: string): { readonly type: unknown; readonly object: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as { type: unknown; object: unknown })
      : { type: undefined, object: undefined };
  } catch {
    return undefined;
  }
}
