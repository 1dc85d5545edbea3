/** A sandbox: one container with its supervisor, which does one thing after the other. */
import type { Duplex } from 'node:stream';
import { messageOf } from '@assay/contract';
import type Docker from 'dockerode';
import { Multiplexed } from '../multiplexed.ts';
import {
  type ContainerOptions,
  limitMemory,
  removeContainer,
  type StartedContainer,
  startContainer,
} from './container.ts';
import {
  type BoxFile,
  FrameReader,
  getFrame,
  type LeftFile,
  loadFrame,
  memoryFrame,
  type Program,
  type ProgramResult,
  parseFile,
  parsePing,
  parseResults,
  pingFrame,
  type RunOptions,
  runFrame,
} from './protocol.ts';

/** The sandbox was lost: killed, out of memory of its own, or the engine went away. Says nothing of what ran in it. */
export class SandboxLost extends Error {}

/** Time for an answer beyond what the program itself may take, milliseconds. */
const patienceMs = 20_000;

/** A timer of Node.js that is longer fires at once. */
const longestTimerMs = 2 ** 31 - 1;

interface Pending {
  kind: string;
  /** Takes a frame; true where the answer is complete with it. */
  take(payload: Buffer): boolean;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** A complete answer. */
interface Done<T> {
  readonly value: T;
}

const done = <T>(value: T): Done<T> => ({ value });

export class Sandbox {
  readonly #docker: Docker;
  readonly #container: Docker.Container;
  readonly #name: string;
  readonly #stream: Duplex;
  readonly #frames = new FrameReader();
  /** In the order of the requests, which is that of the answers. */
  readonly #pending: Pending[] = [];
  #log = '';
  #lost: SandboxLost | undefined;
  #removed: Promise<void> | undefined;
  #memoryBytes: number;
  /** What its container was started for. */
  readonly #roomBytes: number;
  #ownKernel = false;
  /** Programs that ran in it. */
  runs = 0;

  private constructor(docker: Docker, { container, name, stream }: StartedContainer, memoryBytes: number) {
    this.#docker = docker;
    this.#container = container;
    this.#name = name;
    this.#stream = stream;
    this.#memoryBytes = memoryBytes;
    this.#roomBytes = memoryBytes;
    const pieces = new Multiplexed();
    stream.on('data', (chunk: Buffer) => {
      for (const { stream: of, body } of pieces.push(chunk)) {
        if (of === 1) this.#receive(body);
        else this.#log = (this.#log + body.toString()).slice(-500);
      }
    });
    for (const event of ['end', 'close', 'error']) {
      stream.on(event, () => this.#lose(`its supervisor is gone${this.#log === '' ? '' : `: ${this.#log}`}`));
    }
  }

  /** Starts one and waits until its supervisor answers. @throws SandboxLost */
  static async start(docker: Docker, options: ContainerOptions): Promise<Sandbox> {
    let started: StartedContainer;
    try {
      started = await startContainer(docker, options);
    } catch (error) {
      throw new SandboxLost(`no container could be started: ${messageOf(error).trim()}`, { cause: error });
    }
    const sandbox = new Sandbox(docker, started, options.memoryBytes);
    try {
      await sandbox.#greet();
      return sandbox;
    } catch (error) {
      await sandbox.close();
      throw error;
    }
  }

  get id(): string {
    return this.#container.id;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** Its kernel is its own: the container has to have room for that. */
  get ownKernel(): boolean {
    return this.#ownKernel;
  }

  async #greet(): Promise<void> {
    this.#ownKernel = await this.#request(pingFrame(), 'p', 0, (payload) => done(parsePing(payload)));
    if (this.#ownKernel) await this.#watchMemory(this.#memoryBytes);
  }

  #watchMemory(bytes: number): Promise<void> {
    return this.#request(memoryFrame(bytes), 'm', 0, () => done(undefined));
  }

  /** Puts files into /box, in place of all that were there. */
  load(files: readonly BoxFile[]): Promise<void> {
    return this.#request(loadFrame(files), 'l', 0, () => done(undefined));
  }

  /** Runs a program, or a candidate's program that talks to a judge's: a result for each. */
  run(programs: readonly Program[], input: Uint8Array, options?: RunOptions): Promise<ProgramResult[]> {
    this.runs++;
    const wallMs = Math.max(...programs.map(({ limits }) => limits.wallUs)) / 1000;
    return this.#request(runFrame(programs, input, options), 'r', wallMs, (payload) =>
      done(parseResults(payload)),
    );
  }

  /** Those files that the last program left at these paths of /tmp; what is beyond `roomBytes` is left out. */
  get(paths: readonly string[], roomBytes: number): Promise<LeftFile[]> {
    const files: LeftFile[] = [];
    return this.#request(getFrame(paths, roomBytes), 'g', 0, (payload) => {
      const file = parseFile(payload);
      if (file === undefined) return done(files);
      files.push(file);
      return undefined;
    });
  }

  /** Sets the memory that the container may take; false where it cannot (it then is as it was, or lost). */
  async setMemory(bytes: number): Promise<boolean> {
    if (bytes === this.#memoryBytes) return true;
    if (!this.#ownKernel) {
      if (!(await limitMemory(this.#container, bytes))) return false;
    } else {
      if (bytes > this.#roomBytes) return false;
      await this.#watchMemory(bytes);
    }
    this.#memoryBytes = bytes;
    return true;
  }

  /** Ends the container, whatever runs in it. */
  async close(): Promise<void> {
    this.#lose('it was closed');
    await this.#removed;
  }

  /** `take` is given each frame of the answer; it is undefined until the answer is complete. */
  #request<T>(
    frame: readonly Buffer[],
    kind: string,
    wallMs: number,
    take: (payload: Buffer) => Done<T> | undefined,
  ): Promise<T> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise<T>((resolve, reject) => {
      const behind = this.#pending.length;
      const timer = setTimeout(
        () => this.#lose('its supervisor does not answer'),
        Math.min((behind + 1) * (wallMs + patienceMs), longestTimerMs),
      );
      this.#pending.push({
        kind,
        reject,
        timer,
        take: (payload) => {
          const answer = this.#read(take, payload);
          if (answer !== undefined) resolve(answer.value);
          return answer !== undefined;
        },
      });
      this.#stream.cork();
      for (const part of frame) this.#stream.write(part);
      this.#stream.uncork();
    });
  }

  /** What an answer says; one that cannot be read is none. */
  #read<T>(take: (payload: Buffer) => Done<T> | undefined, payload: Buffer): Done<T> | undefined {
    try {
      return take(payload);
    } catch (error) {
      this.#lose(`its supervisor's answer cannot be read: ${messageOf(error)}`);
      return undefined;
    }
  }

  #receive(bytes: Buffer): void {
    for (const { kind, payload } of this.#frames.push(bytes)) {
      const pending = this.#pending[0];
      if (kind === 'e') this.#lose(payload.toString());
      else if (pending?.kind !== kind) this.#lose('its supervisor answers out of order');
      else if (pending.take(payload)) {
        this.#pending.shift();
        clearTimeout(pending.timer);
      }
    }
  }

  #lose(why: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = new SandboxLost(`sandbox ${this.id.slice(0, 12)}: ${why}`);
    for (const { reject, timer } of this.#pending.splice(0)) {
      clearTimeout(timer);
      reject(this.#lost);
    }
    this.#stream.destroy();
    this.#removed = removeContainer(this.#docker, this.#name);
  }
}
