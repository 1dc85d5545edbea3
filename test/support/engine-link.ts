/** A way to the Docker engine that a test can cut: to whoever uses it the engine is gone, or says nothing. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import Docker from 'dockerode';

/** The socket of the engine itself, as Docker's client finds it. */
function findEngine(): Promise<string> {
  return (new Docker().modem as unknown as { getSocketPath(): Promise<string> }).getSocketPath();
}

export class EngineLink {
  /** Reaches the engine by this way alone. */
  readonly docker: Docker;
  readonly #path: string;
  readonly #engine: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #trap: RegExp | undefined;

  private constructor(path: string, engine: string) {
    this.#path = path;
    this.#engine = engine;
    this.docker = new Docker({ socketPath: path });
  }

  static async open(folder: string): Promise<EngineLink> {
    const link = new EngineLink(join(folder, 'engine.sock'), await findEngine());
    await link.mend();
    return link;
  }

  async mend(): Promise<void> {
    if (this.#server !== undefined) return;
    this.#server = createServer((client) => this.#join(client));
    this.#server.listen(this.#path);
    await once(this.#server, 'listening');
  }

  get isCut(): boolean {
    return this.#server === undefined;
  }

  /** Ends every connection; new ones are refused until `mend`. */
  cut(): void {
    this.#server?.close();
    this.#server = undefined;
    rmSync(this.#path, { force: true });
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Cuts when the engine answers a call that begins like this; whoever made it never learns the answer. */
  cutAtAnswerTo(call: RegExp): void {
    this.#trap = call;
  }

  /** Holds back all that comes from the engine on the connections that there are, until they are told to go on. */
  hold(): () => void {
    const held = [...this.#sockets];
    for (const socket of held) socket.pause();
    return () => {
      for (const socket of held) socket.resume();
    };
  }

  #join(client: Socket): void {
    const engine = connect(this.#engine);
    let trapped = false;
    client.on('data', (bytes) => {
      if (this.#trap?.test(bytes.toString('latin1'))) {
        trapped = true;
        this.#trap = undefined;
      }
      engine.write(bytes);
    });
    engine.on('data', (bytes) => {
      if (trapped) this.cut();
      else client.write(bytes);
    });
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('end', () => other.end());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
