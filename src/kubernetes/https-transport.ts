import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type {
  ApiHeaders,
  ApiRequest,
  ApiResponse,
  ApiTransport,
  Method,
  ResponseStream,
  StreamRequest,
} from './api-transport.ts';
import type { Credentials, Identity } from './credentials.ts';
import type { Time } from './time.ts';
import { Fault, isFault } from '../faults/fault.ts';
import { CallBound } from './call-bound.ts';

export interface HttpsTransportOptions {
  /** `https://host:port`, with a path prefix if need be. `http` only to this machine itself (kubectl proxy). */
  readonly server: string;
  readonly credentials: Credentials;
  readonly userAgent: string;
  readonly time: Time;
}

/**
 * When the kernel sends its first keep-alive probe on a quiet connection. Far below the shortest idle timeout that
 * one meets on the way to an API server (AWS: 350 s for a network load balancer and for tracked connections of
 * newer instances; Azure: 240 s), and below a minute, which is what some proxies allow.
 */
const TCP_KEEP_ALIVE_MS = 30_000;

/** An idle connection is given up before any server would (kube-apiserver: 180 s), so that no request meets its end. */
const IDLE_SOCKET_MS = 30_000;

/** Requests at the same time; more wait. Watches do not count. */
const MAX_SOCKETS = 32;

const DEFAULT_TIMEOUT_MS = 10_000;

/** etcd takes requests up to 1.5 MiB; objects of custom resources may take up to twice that as JSON. */
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/** HTTP to the API server on Node's own client: what a request and a watch need, and nothing else. */
export function createHttpsTransport(options: HttpsTransportOptions): ApiTransport {
  return new HttpsTransport(options);
}

class HttpsTransport implements ApiTransport {
  readonly server: string;
  readonly #options: HttpsTransportOptions;
  readonly #base: URL;
  readonly #secure: boolean;
  readonly #requestAgent: http.Agent;
  readonly #streamAgent: http.Agent;
  readonly #closed = new AbortController();

  constructor(options: HttpsTransportOptions) {
    this.#options = options;
    this.#base = readServer(options.server);
    this.server = this.#base.origin;
    this.#secure = this.#base.protocol === 'https:';
    const agentOptions = {
      keepAlive: true,
      keepAliveMsecs: TCP_KEEP_ALIVE_MS,
      timeout: IDLE_SOCKET_MS,
      maxFreeSockets: 8,
    };
    const Agent = this.#secure ? https.Agent : http.Agent;
    this.#requestAgent = new Agent({ ...agentOptions, maxSockets: MAX_SOCKETS });
    this.#streamAgent = new Agent(agentOptions);
  }

  async request(method: Method, path: string, request: ApiRequest = {}): Promise<ApiResponse> {
    const call = callOf(method, path, request);
    const bound = this.#bound(call, request);
    try {
      const response = await this.#sendAsSelf(call, bound, this.#requestAgent);
      const body = await readBounded(response, call.what, request.maxBytes ?? DEFAULT_MAX_BYTES, bound);
      return { status: response.statusCode ?? 0, headers: headersOf(response), body };
    } finally {
      bound.release();
    }
  }

  async stream(path: string, request: StreamRequest = {}): Promise<ResponseStream> {
    const call = callOf('GET', path, request);
    const bound = this.#bound(call, request);
    try {
      const response = await this.#sendAsSelf(call, bound, this.#streamAgent);
      bound.endTimeout();
      return {
        status: response.statusCode ?? 0,
        headers: headersOf(response),
        chunks: chunksOf(response, call.what, bound),
        close: () => {
          bound.release();
          response.destroy();
        },
      };
    } catch (error) {
      bound.release();
      throw error;
    }
  }

  close(): void {
    this.#closed.abort();
    this.#requestAgent.destroy();
    this.#streamAgent.destroy();
  }

  #bound(call: Call, request: StreamRequest): CallBound {
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return new CallBound(call.what, this.#options.time, timeoutMs, [this.#closed.signal, request.signal]);
  }

  /** Sends; and if the server does not know us, once more with whatever credentials there are by now. */
  async #sendAsSelf(call: Call, bound: CallBound, agent: http.Agent): Promise<IncomingMessage> {
    const { credentials } = this.#options;
    const identity = await bound.race(credentials.current());
    const response = await this.#sendOn(call, this.#requestOptions(call, identity, agent), bound);
    if (response.statusCode !== 401) return response;
    credentials.forget();
    const renewed = await bound.race(credentials.current());
    if (sameIdentity(identity, renewed)) return response;
    response.destroy();
    return this.#sendOn(call, this.#requestOptions(call, renewed, agent), bound);
  }

  /**
   * Sends once; a GET once more where the connection was an old one that the server had just closed (Node's
   * documentation of `reusedSocket` has the race). Anything else may have been carried out already.
   */
  async #sendOn(call: Call, options: RequestOptions, bound: CallBound): Promise<IncomingMessage> {
    const sent: { request?: ClientRequest } = {};
    try {
      return await this.#send(call, options, bound, sent);
    } catch (error) {
      const stale = call.method === 'GET' && sent.request?.reusedSocket === true;
      if (!stale || !isFault(error, 'ApiUnreachable')) throw error;
      return await this.#send(call, options, bound, sent);
    }
  }

  #send(
    call: Call,
    options: RequestOptions,
    bound: CallBound,
    sent: { request?: ClientRequest },
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = this.#secure ? https.request(options) : http.request(options);
      sent.request = outgoing;
      const unbind = bound.onAbort((fault) => outgoing.destroy(fault));
      outgoing.on('socket', (socket) => socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS));
      outgoing.on('error', (error) => {
        unbind();
        reject(transportFault(call.what, error));
      });
      outgoing.on('response', (response) => {
        unbind();
        const refused = refusalOf(call.what, response);
        if (refused === undefined) {
          // Once there is a response, only ending that carries the reason to whoever reads it.
          const release = bound.onAbort((fault) => response.destroy(fault));
          response.once('close', release);
          resolve(response);
        } else {
          outgoing.destroy();
          reject(refused);
        }
      });
      outgoing.end(call.body);
    });
  }

  #requestOptions(call: Call, identity: Identity, agent: http.Agent): RequestOptions {
    const { headers, agent: own, ...tls } = identity;
    return {
      ...(this.#secure ? { ...defined(tls), minVersion: 'TLSv1.2' } : {}),
      agent: own ?? agent,
      method: call.method,
      protocol: this.#base.protocol,
      hostname: this.#base.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: this.#base.port,
      path: `${this.#base.pathname.replace(/\/$/, '')}${call.target}`,
      headers: {
        accept: 'application/json',
        'user-agent': this.#options.userAgent,
        ...call.headers,
        ...headers,
      },
    };
  }
}

/** A request, ready to be sent, and to be sent again. */
interface Call {
  /** For messages: the method and the path, without the query. */
  readonly what: string;
  readonly method: Method;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer | undefined;
}

function callOf(method: Method, path: string, request: ApiRequest): Call {
  const call = { what: `${method} ${path}`, method, target: `${path}${queryOf(request.query)}` };
  if (request.body === undefined) return { ...call, headers: {}, body: undefined };
  const body = Buffer.from(JSON.stringify(request.body), 'utf8');
  // Said outright: with a DELETE, Node would send the body without saying how long it is, and the server would take it
  // for the beginning of the next request.
  const headers = {
    'content-type': request.contentType ?? 'application/json',
    'content-length': body.length,
  };
  return { ...call, headers, body };
}

function readServer(server: string): URL {
  const url = URL.parse(server);
  if (url === null) throw new Fault('KubeconfigUnusable', 'the address of the API server is not a URL');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new Fault(
      'KubeconfigUnusable',
      `the API server must be reached by https, or by http on this machine`,
    );
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function queryOf(query: StreamRequest['query']): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** A redirect could lead our credentials anywhere; a compressed answer was not asked for, and has no bound. */
function refusalOf(what: string, response: IncomingMessage): Fault | undefined {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400) return new Fault('ApiRedirected', `${what}: ${status} is not followed`);
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    return new Fault('ApiAnswerMalformed', `${what}: an answer in ${encoding.slice(0, 32)}`);
  return undefined;
}

function headersOf(response: IncomingMessage): ApiHeaders {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

async function* chunksOf(response: IncomingMessage, what: string, bound: CallBound): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    throw bound.fault ?? transportFault(what, error);
  } finally {
    bound.release();
  }
}

async function readBounded(
  response: IncomingMessage,
  what: string,
  maxBytes: number,
  bound: CallBound,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunksOf(response, what, bound)) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new Fault('ApiAnswerTooLarge', `${what}: the answer is longer than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Why a connection failed. A fault of ours (the bound ended it) passes through. */
function transportFault(what: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  const malformed = typeof code === 'string' && code.startsWith('HPE_');
  const summary = typeof code === 'string' ? code : 'the connection failed';
  return new Fault(malformed ? 'ApiAnswerMalformed' : 'ApiUnreachable', `${what}: ${summary}`, {
    cause: error,
  });
}

function sameIdentity(a: Identity, b: Identity): boolean {
  return a.headers['authorization'] === b.headers['authorization'] && sameBytes(a.cert, b.cert);
}

function sameBytes(a: string | Buffer | undefined, b: string | Buffer | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.from(a).equals(Buffer.from(b)));
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}
