import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export type RequestKind = 'List' | 'Watch' | 'Other';

export interface SeenRequest {
  readonly kind: RequestKind;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the server does with one request, instead of answering it properly. */
export type Step = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ELSEWHERE';
  readonly key: string;
  readonly version: string;
  readonly object: StoredObject;
}

interface StoredObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
  readonly data: Readonly<Record<string, string>>;
}

interface OpenWatch {
  readonly response: ServerResponse;
  /** Changes up to here (a place in the history) have been sent. */
  sent: number;
}

/**
 * An API server with one collection (ConfigMaps), on loopback. Left alone it behaves: pages, exact versions, watches
 * that go on from a version, bookmarks. Tests tell it to misbehave, for the next request of a kind or for the watches
 * that are open. Its versions are strings without any order, so that nobody can get away with comparing them.
 */
export class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  /** While true, open watches are sent nothing: their connections are half open. */
  silent = false;
  /** How the server says that a version is too old: in the answer's status, or inside the watch. */
  goneAs: 'Status' | 'Event' = 'Status';
  readonly #server: Server;
  readonly #scheme: 'http' | 'https';
  readonly #steps: Record<RequestKind, Step[]> = { List: [], Watch: [], Other: [] };
  readonly #history: Change[] = [];
  readonly #watches = new Set<OpenWatch>();
  readonly #sockets = new Set<Socket>();
  #compacted = 0;
  #unsent = 0;
  #nextUid = 1;
  #port = 0;

  private constructor(server: Server, scheme: 'http' | 'https') {
    this.#server = server;
    this.#scheme = scheme;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#handle(request, response).catch(() => response.destroy());
    });
    server.on(scheme === 'https' ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  static async start(tls?: https.ServerOptions, port = 0): Promise<ScriptedServer> {
    const server = tls === undefined ? http.createServer() : https.createServer(tls);
    const scripted = new ScriptedServer(server, tls === undefined ? 'http' : 'https');
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    scripted.#port = (server.address() as AddressInfo).port;
    return scripted;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return this.#port;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  seen(kind: RequestKind): readonly SeenRequest[] {
    return this.requests.filter((request) => request.kind === kind);
  }

  // The data.

  /** What there is now: key -> version. */
  state(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#at(this.#history.length)].map(([key, object]) => [key, object.metadata.resourceVersion]),
    );
  }

  object(key: string): unknown {
    return this.#at(this.#history.length).get(key);
  }

  put(key: string, data: Readonly<Record<string, string>> = {}): string {
    const old = this.#at(this.#history.length).get(key);
    return this.#change(
      old === undefined ? 'ADDED' : 'MODIFIED',
      key,
      old?.metadata.uid ?? `uid-${this.#nextUid++}`,
      data,
    );
  }

  remove(key: string): void {
    const old = this.#at(this.#history.length).get(key);
    if (old !== undefined) this.#change('DELETED', key, old.metadata.uid, old.data);
  }

  /** Everything but the present is forgotten: older versions and pages are gone. */
  compact(): void {
    this.#compacted = this.#history.length;
  }

  /** Something changes that this collection does not have: the version moves on, and no watch is told. */
  changeElsewhere(): void {
    this.#change('ELSEWHERE', 'else/where', '', {});
  }

  // What happens to open watches.

  bookmark(): void {
    // A bookmark promises that everything before it has been told.
    for (const watch of this.#watches) this.#feed(watch);
    const metadata = { resourceVersion: versionAt(this.#history.length) };
    this.write(`${JSON.stringify({ type: 'BOOKMARK', object: { kind: 'ConfigMap', metadata } })}\n`);
  }

  /** The next so many changes are stored, but no open watch is told. */
  swallow(changes: number): void {
    this.#unsent += changes;
  }

  /** Sends these very bytes to every open watch. */
  write(bytes: string | Buffer): void {
    if (this.silent) return;
    for (const { response } of this.#watches) response.write(bytes);
  }

  /** Ends every open watch properly. */
  endWatches(): void {
    for (const { response } of this.#watches) response.end();
    this.#watches.clear();
  }

  /** Breaks the connection of every open watch. */
  cutWatches(): void {
    for (const { response } of this.#watches) response.destroy();
    this.#watches.clear();
  }

  /** The line for a change, as a watch would send it. */
  static line(type: string, object: unknown): string {
    return `${JSON.stringify({ type, object })}\n`;
  }

  // The script.

  /** The next requests of this kind are treated so, one each. */
  script(kind: RequestKind, ...steps: readonly Step[]): void {
    this.#steps[kind].push(...steps);
  }

  /** What was scripted and has not been asked for is dropped. */
  unscript(): void {
    for (const steps of Object.values(this.#steps)) steps.length = 0;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  // How it is done.

  #change(type: Change['type'], key: string, uid: string, data: Readonly<Record<string, string>>): string {
    const version = versionAt(this.#history.length + 1);
    const [namespace = '', name = ''] = key.split('/');
    const object: StoredObject = { metadata: { name, namespace, uid, resourceVersion: version }, data };
    this.#history.push({ type, key, version, object });
    const swallowed = this.#unsent > 0;
    if (swallowed) this.#unsent -= 1;
    for (const watch of this.#watches) {
      if (swallowed) watch.sent = this.#history.length;
      this.#feed(watch);
    }
    return version;
  }

  #feed(watch: OpenWatch): void {
    if (this.silent) return;
    for (const { type, object } of this.#history.slice(watch.sent)) {
      if (type !== 'ELSEWHERE') watch.response.write(ScriptedServer.line(type, object));
    }
    watch.sent = this.#history.length;
  }

  #at(index: number): Map<string, StoredObject> {
    const state = new Map<string, StoredObject>();
    for (const { type, key, object } of this.#history.slice(0, index)) {
      if (type === 'DELETED') state.delete(key);
      else if (type !== 'ELSEWHERE') state.set(key, object);
    }
    return state;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const url = new URL(request.url ?? '', this.url);
    const query = Object.fromEntries(url.searchParams);
    const isCollection = request.method === 'GET' && url.pathname === '/api/v1/configmaps';
    const kind = !isCollection ? 'Other' : query['watch'] === 'true' ? 'Watch' : 'List';
    const { method = '', headers } = request;
    const seen: SeenRequest = { kind, method, path: url.pathname, query, headers, body };
    this.requests.push(seen);
    const step = this.#steps[kind].shift();
    if (step !== undefined) await step(response, seen);
    else if (kind === 'Watch') this.#serveWatch(response, seen);
    else if (kind === 'List') this.#serveList(response, seen);
    else json(response, 404, failure(404, 'NotFound'));
  }

  /** Serves a list properly; for steps that only delay. */
  readonly serveList: Step = (response, seen) => this.#serveList(response, seen);

  /** Serves a watch properly. */
  readonly serveWatch: Step = (response, seen) => this.#serveWatch(response, seen);

  #serveList(response: ServerResponse, { query }: SeenRequest): void {
    const token = query['continue'] === undefined ? undefined : readToken(query['continue']);
    const exact =
      query['resourceVersionMatch'] === 'Exact' ? indexOf(query['resourceVersion'] ?? '') : undefined;
    const index = token?.index ?? exact ?? this.#history.length;
    if (index < this.#compacted) {
      json(response, 410, failure(410, 'Expired'));
      return;
    }
    const all = [...this.#at(index)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .filter(([key]) => key > (token?.after ?? ''));
    const page = all.slice(0, query['limit'] === undefined ? all.length : Number(query['limit']));
    const last = page.at(-1)?.[0];
    const next = page.length < all.length && last !== undefined ? { continue: makeToken(index, last) } : {};
    const metadata = { resourceVersion: versionAt(index), ...next };
    json(response, 200, { kind: 'ConfigMapList', metadata, items: page.map(([, object]) => object) });
  }

  #serveWatch(response: ServerResponse, { query }: SeenRequest): void {
    const from = indexOf(query['resourceVersion'] ?? '');
    const gone = from === undefined || from < this.#compacted;
    if (gone && this.goneAs === 'Status') {
      json(response, 410, failure(410, 'Expired'));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (gone) {
      response.end(ScriptedServer.line('ERROR', failure(410, 'Expired')));
      return;
    }
    const watch: OpenWatch = { response, sent: from };
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
    this.#feed(watch);
  }
}

/** Answers with a status as the API server would. */
export function refuse(code: number, reason: string, headers: Readonly<Record<string, string>> = {}): Step {
  return (response) => json(response, code, failure(code, reason), headers);
}

/** Breaks the connection off instead of answering. */
export const breakOff: Step = (response) => void response.destroy();

/** Takes the request and never answers. */
export const hang: Step = () => undefined;

/** Opens a watch, writes these bytes, and leaves it open. */
export function openAndWrite(...parts: readonly (string | Buffer)[]): Step {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const part of parts) response.write(part);
  };
}

/** Opens a watch and ends it properly at once. */
export const openAndEnd: Step = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end();
};

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function failure(code: number, reason: string): unknown {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `scripted ${reason}` };
}

/** A place in the history, as a string that has no order: 9 comes before 10, and neither parses as a number. */
function versionAt(index: number): string {
  return `v${((index + 1) * 7919) % 1_000_003}x`;
}

const INDEX_BY_VERSION = new Map(Array.from({ length: 20_000 }, (_none, index) => [versionAt(index), index]));

function indexOf(version: string): number | undefined {
  return INDEX_BY_VERSION.get(version);
}

function makeToken(index: number, after: string): string {
  return Buffer.from(JSON.stringify({ index, after })).toString('base64url');
}

function readToken(token: string): { readonly index: number; readonly after: string } {
  return JSON.parse(Buffer.from(token, 'base64url').toString()) as { index: number; after: string };
}
