import type { AddressInfo, Server, Socket } from 'node:net';
import net from 'node:net';

/**
 * A TCP proxy on loopback that behaves like a bad network: connections are cut, or go silent without being closed (as
 * a firewall does that has forgotten them), and bytes come in small pieces.
 */
export class ChaosProxy {
  readonly #server: Server;
  readonly #pairs = new Set<{ readonly client: Socket; readonly upstream: Socket; frozen: boolean }>();
  readonly #random: () => number;

  private constructor(server: Server, random: () => number) {
    this.#server = server;
    this.#random = random;
  }

  static async start(upstreamPort: number, random: () => number): Promise<ChaosProxy> {
    const server = net.createServer();
    const proxy = new ChaosProxy(server, random);
    server.on('connection', (client) => proxy.#join(client, net.connect(upstreamPort, '127.0.0.1')));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts one connection, at random. */
  cut(): void {
    const pair = this.#pick();
    pair?.client.destroy();
    pair?.upstream.destroy();
  }

  /** One connection, at random, carries nothing any more, in either direction, and is not closed. */
  freeze(): void {
    const pair = this.#pick();
    if (pair !== undefined) pair.frozen = true;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const { client, upstream } of this.#pairs) {
      client.destroy();
      upstream.destroy();
    }
    await closed;
  }

  #pick(): { readonly client: Socket; readonly upstream: Socket; frozen: boolean } | undefined {
    return [...this.#pairs][Math.floor(this.#random() * this.#pairs.size)];
  }

  #join(client: Socket, upstream: Socket): void {
    const pair = { client, upstream, frozen: false };
    this.#pairs.add(pair);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (bytes: Buffer) => this.#carry(pair, to, bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        if (!pair.frozen) to.destroy();
        this.#pairs.delete(pair);
      });
    }
  }

  /** In two pieces, cut anywhere: in the middle of a TLS record, a line, a character. */
  #carry(pair: { readonly frozen: boolean }, to: Socket, bytes: Buffer): void {
    if (pair.frozen || to.destroyed) return;
    const at = Math.floor(this.#random() * bytes.length);
    to.write(bytes.subarray(0, at));
    to.write(bytes.subarray(at));
  }
}
