/** A TCP connection's way through a test, which can be slow, silent or cut: a partition without a network of its own. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { defer } from '../support/cleanup.ts';

export class Wire {
  /** Where its near end listens, host:port. */
  readonly address: string;
  readonly #far: { host: string; port: number };
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** Resolves when it is mended; undefined while it is not silent. */
  #silent: PromiseWithResolvers<void> | undefined;
  #isCut = false;
  #delayMs = 0;

  private constructor(server: Server, far: string) {
    const at = far.lastIndexOf(':');
    this.#far = { host: far.slice(0, at), port: Number(far.slice(at + 1)) };
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (near) => this.#join(near));
  }

  /** To `far` (host:port), whether somebody listens there already or not. */
  static async to(t: TestContext, far: string): Promise<Wire> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const wire = new Wire(server, far);
    defer(t, () => {
      wire.cut();
      server.close();
    });
    return wire;
  }

  /** Nothing passes, in either direction, and nobody is told. What was sent meanwhile arrives in the end. */
  silence(): void {
    this.#silent ??= Promise.withResolvers();
  }

  /** Every connection is reset, and new ones are until it is mended. */
  cut(): void {
    this.#isCut = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** What is sent arrives this many milliseconds later, in order. */
  slow(ms: number): void {
    this.#delayMs = ms;
  }

  mend(): void {
    this.#isCut = false;
    this.#delayMs = 0;
    this.#silent?.resolve();
    this.#silent = undefined;
  }

  #join(near: Socket): void {
    if (this.#isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ ...this.#far, allowHalfOpen: true });
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    void this.#carry(near, far);
    void this.#carry(far, near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const bytes of from) {
        if (this.#delayMs > 0) await sleep(this.#delayMs);
        await this.#silent?.promise;
        if (!to.write(bytes)) await once(to, 'drain');
      }
      to.end();
    } catch {
      to.destroy();
    }
  }
}
