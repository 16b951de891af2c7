import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { renderFault } from '../faults/render-fault.ts';
import type { Metrics } from './metrics.ts';

/** One thing that must hold. The detail is for whoever looks at the page; it holds no secret. */
export interface HealthCheck {
  readonly name: string;
  readonly check: () => { readonly healthy: boolean; readonly detail: string };
}

export interface ProbeServerOptions {
  readonly port: number;
  readonly address: string;
  readonly metrics: Metrics;
  /** `/readyz`: whether this replica may be asked. */
  readonly ready: readonly HealthCheck[];
  /** `/healthz`: whether this process should go on living. */
  readonly live: readonly HealthCheck[];
}

/** The server of `/metrics`, `/healthz` and `/readyz`. */
export interface ProbeServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Anybody in the cluster may connect: little is read, and not for long. Idle connections stay open for longer than the
 * usual pauses between two scrapes (15 to 60 s), or the collector would send a scrape into one that is just closing.
 */
const BOUNDS = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 75_000,
} as const;
const MOST_CONNECTIONS = 256;
/** Longest line of a report. */
const LONGEST_LINE = 512;

/** Starts it; rejects where the port is taken. */
export async function startProbeServer(options: ProbeServerOptions): Promise<ProbeServer> {
  const server = createServer(BOUNDS, (request, response) => {
    answer(request, response, options).catch(() => {
      if (!response.headersSent) send(response, 500, 'the metrics could not be collected\n');
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(options.port, options.address);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ProbeServerOptions,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'only GET\n');
  switch (path) {
    case '/metrics':
      return send(response, 200, await options.metrics.expose(), 'text/plain; version=0.0.4; charset=utf-8');
    case '/healthz':
      return report(response, options.live);
    case '/readyz':
      return report(response, options.ready);
    default:
      return send(response, 404, 'no such path\n');
  }
}

/** One line for each check; 503 when any fails. A check that throws has failed. */
function report(response: ServerResponse, checks: readonly HealthCheck[]): void {
  const results = checks.map(({ name, check }) => ({ name, ...tried(check) }));
  const body = results
    .map(({ name, healthy, detail }) => `${oneLine(`[${healthy ? '+' : '-'}] ${name}: ${detail}`)}\n`)
    .join('');
  send(response, results.every(({ healthy }) => healthy) ? 200 : 503, body === '' ? 'ok\n' : body);
}

function tried(check: HealthCheck['check']): { readonly healthy: boolean; readonly detail: string } {
  try {
    return check();
  } catch (error) {
    return { healthy: false, detail: renderFault(error) };
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, LONGEST_LINE);
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
