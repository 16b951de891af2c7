import type { ApiClient } from './api-client.ts';
import type { KubernetesObject, Resource } from './resource.ts';
import { Fault, isFault } from '../faults/fault.ts';
import { isObject } from './api-client.ts';
import { apiVersionOf, collectionPath } from './resource.ts';

/** Which part of a collection. */
export interface Selection {
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ListRequest<R> {
  readonly selection: Selection;
  /** Makes of each object what is kept of it. */
  readonly take: (object: KubernetesObject) => R;
  /** The collection as it was at this version, exactly; otherwise as it is. */
  readonly atVersion?: string | undefined;
  /** How many objects a page has at most. Default 500, which is what client-go and kubectl ask for as well. */
  readonly pageObjects?: number | undefined;
  /** The most objects to take; more are a Fault (ApiAnswerTooLarge). */
  readonly maxObjects?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long one page may take, in milliseconds. Default 60 000. */
  readonly pageTimeoutMs?: number | undefined;
  /** Told when a page can no longer be had (410), so that the list starts again. */
  readonly onGone?: (() => void) | undefined;
}

export interface CompleteList<R> {
  readonly items: readonly R[];
  /** Opaque: where a watch goes on. */
  readonly version: string;
  readonly pages: number;
}

interface Page {
  readonly items: readonly unknown[];
  readonly version: string;
  readonly next: string | undefined;
}

const PAGE_OBJECTS = 500;

const PAGE_TIMEOUT_MS = 60_000;

/** 500 objects of 128 KiB: far more than any page of pods. A page above it is asked for again in smaller ones. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024;

/** For the one list without pages that is the last resort. A JavaScript string ends at 512 MiB. */
const MAX_WHOLE_BYTES = 256 * 1024 * 1024;

/**
 * How often a list may start again because the server no longer had the next page (it keeps old versions for five
 * minutes, --etcd-compaction-interval). After that the list is too long or the network too slow for pages, and it is
 * asked for in one piece.
 */
const MAX_FRESH_STARTS = 2;

/**
 * Reads a collection page by page. All pages show the same moment: where the server can no longer show it (410 for
 * a continue token), the list starts again from the beginning instead of mixing two moments. A page that is too
 * large is asked for in smaller portions.
 */
export async function readList<R>(api: ApiClient, request: ListRequest<R>): Promise<CompleteList<R>> {
  for (let start = 0; ; start++) {
    try {
      const pageObjects = request.pageObjects ?? PAGE_OBJECTS;
      return await readOnce(api, request, start < MAX_FRESH_STARTS ? pageObjects : undefined);
    } catch (error) {
      // Without pages, or for a moment that was asked for, the beginning is no newer.
      const again = isFault(error, 'ApiGone') && start < MAX_FRESH_STARTS && request.atVersion === undefined;
      if (!again) throw error;
      request.onGone?.();
    }
  }
}

async function readOnce<R>(
  api: ApiClient,
  request: ListRequest<R>,
  pageObjects: number | undefined,
): Promise<CompleteList<R>> {
  const items: R[] = [];
  let limit = pageObjects;
  let token: string | undefined;
  for (let pages = 1; ; pages++) {
    const read = await readPortion(api, request, limit, token);
    limit = read.limit;
    for (const object of objectsOf(read.page, request.selection)) items.push(request.take(object));
    if (items.length > (request.maxObjects ?? Infinity)) {
      throw new Fault('ApiAnswerTooLarge', `the list of ${request.selection.resource.plural} is too long`);
    }
    token = read.page.next;
    if (token === undefined) return { items, version: read.page.version, pages };
  }
}

/** One page; as much of one as the byte limit allows. */
async function readPortion(
  api: ApiClient,
  request: ListRequest<unknown>,
  limit: number | undefined,
  token: string | undefined,
): Promise<{ readonly page: Page; readonly limit: number | undefined }> {
  for (let objects = limit; ;) {
    try {
      return { page: await readPage(api, request, objects, token), limit: objects };
    } catch (error) {
      if (!isFault(error, 'ApiAnswerTooLarge') || objects === undefined || objects === 1) throw error;
      objects = Math.max(1, Math.floor(objects / 4));
    }
  }
}

async function readPage(
  api: ApiClient,
  request: ListRequest<unknown>,
  limit: number | undefined,
  token: string | undefined,
): Promise<Page> {
  const { selection, atVersion } = request;
  // A continue token carries its version; giving both is an error.
  const at =
    atVersion === undefined || token !== undefined
      ? {}
      : { resourceVersion: atVersion, resourceVersionMatch: 'Exact' };
  const path = collectionPath(selection.resource, selection.namespace);
  const answer = await api.call('GET', path, {
    query: { limit, continue: token, ...at, ...selectorsOf(selection) },
    signal: request.signal,
    timeoutMs: request.pageTimeoutMs ?? PAGE_TIMEOUT_MS,
    maxBytes: limit === undefined ? MAX_WHOLE_BYTES : MAX_PAGE_BYTES,
  });
  return pageOf(answer, path);
}

/** The query parameters of a selection, for lists and watches alike. */
export function selectorsOf(selection: Selection): Readonly<Record<string, string | undefined>> {
  return { labelSelector: selection.labelSelector, fieldSelector: selection.fieldSelector };
}

function pageOf(answer: unknown, path: string): Page {
  const { items, metadata } = (answer ?? {}) as { items?: unknown; metadata?: unknown };
  const { resourceVersion, continue: next } = (metadata ?? {}) as Record<string, unknown>;
  // An empty list may come as null (Go's nil slice).
  const list = items ?? [];
  if (typeof resourceVersion !== 'string' || resourceVersion === '' || !Array.isArray(list)) {
    throw new Fault('ApiAnswerMalformed', `GET ${path}: the answer is not a list`);
  }
  return {
    items: list,
    version: resourceVersion,
    next: typeof next === 'string' && next !== '' ? next : undefined,
  };
}

/** The elements of a list come without their type; they get it here, as they have it in a watch. */
function* objectsOf(page: Page, { resource }: Selection): Generator<KubernetesObject> {
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  for (const item of page.items) {
    if (!isObject(item))
      throw new Fault('ApiAnswerMalformed', `a list of ${resource.plural} with a nameless element`);
    yield Object.assign(item, type);
  }
}
