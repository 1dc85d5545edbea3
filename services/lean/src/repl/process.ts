/** One REPL process: requests in, documents out, strictly one for one. */
import { constants } from 'node:os';
import { execa } from 'execa';
import { boundToThis, confinement } from '../os/confine.ts';
import { endTree, markName, newMark } from '../os/tree.ts';
import type { Toolchain } from '../types.ts';
import { DocumentReader } from './documents.ts';
import { Meter } from './meter.ts';
import type { Request } from './protocol.ts';

/** How a process ended. */
export interface Exit {
  /** Undefined where a signal ended it, or where it never started. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** Its last words on stderr, at most some kilobytes. */
  readonly stderr: string;
}

export type Reply =
  | { readonly kind: 'document'; readonly value: unknown; readonly bytes: number }
  /** More bytes than were allowed. */
  | { readonly kind: 'long'; readonly bytes: number }
  /** Something else than a document. */
  | { readonly kind: 'garbage'; readonly detail: string }
  /** It ended before it answered. */
  | { readonly kind: 'exit'; readonly exit: Exit };

export interface ReplOptions {
  /** Put it into namespaces of its own, where the machine allows that. @default true */
  readonly confine?: boolean;
}

const stderrBytes = 8 * 1024;

/** How long the output of an ended process may still arrive: others may hold its pipes. */
const drainMs = 200;

/** How long a process space may take to end. */
const spaceMs = 5_000;

/** Deep terms need a deep stack; without a limit glibc would give threads a small one. */
const withLimits = 'ulimit -S -s 262144 2>/dev/null || ulimit -S -s $(ulimit -H -s); ulimit -c 0; exec "$@"';

/** Of several names the first. */
const signalNames: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(constants.signals)
    .map(([name, number]) => [number, name])
    .reverse(),
);

export class ReplProcess {
  /** Whether it has a process and a network space of its own. */
  readonly confined: boolean;
  /** Resolves once the process has ended, by itself or not. */
  readonly exited: Promise<Exit>;
  /** Called when it ends or says something while nothing is asked. */
  onTrouble: (() => void) | undefined;

  readonly #pid: number | undefined;
  readonly #mark: string;
  readonly #meter: Meter;
  readonly #stdin: NodeJS.WritableStream;
  readonly #reader = new DocumentReader();
  #stderr: Buffer[] = [];
  #stderrBytes = 0;
  #pending: { readonly maxBytes: number; readonly resolve: (reply: Reply) => void } | undefined;
  #surplus: string | undefined;
  #exit: Exit | undefined;
  #killed: Promise<Exit> | undefined;

  /** Starts the toolchain's REPL. One that cannot be started ends at once. */
  static async start(toolchain: Toolchain, { confine = true }: ReplOptions = {}): Promise<ReplProcess> {
    return new ReplProcess(toolchain, await boundToThis(), confine ? await confinement() : []);
  }

  private constructor(toolchain: Toolchain, binding: readonly string[], wrapper: readonly string[]) {
    this.confined = wrapper.length > 0;
    this.#mark = newMark();
    const inner = ['/bin/sh', '-c', withLimits, 'sh', ...(toolchain.repl ?? [])];
    const [file = '', ...args] = [...binding, ...wrapper, ...inner];
    const running = execa(file, args, {
      cwd: toolchain.folder,
      // Nothing of the service's own.
      extendEnv: false,
      env: { ...toolchain.env, [markName]: this.#mark },
      // A process group of its own.
      detached: true,
      cleanup: false,
      // These are sockets, which nobody can open by a path: /proc/self/fd/1 and /dev/stdout lead nowhere.
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      buffer: false,
      encoding: 'buffer',
      reject: false,
    });
    const child = running.nodeChildProcess;
    this.#pid = child.pid;
    this.#meter = new Meter(child.pid ?? 0);
    this.#stdin = running.stdin;
    // What it does not read is lost with it: its exit says so.
    this.#stdin.on('error', () => {});
    running.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    running.stdout.on('error', () => {});
    running.stderr.on('data', (chunk: Buffer) => this.#keep(chunk));
    running.stderr.on('error', () => {});
    this.exited = new Promise((resolve) => {
      const end = (code: number | undefined, signal: string | undefined) => {
        if (this.#exit !== undefined) return;
        this.#exit = { ...decoded(code, signal), stderr: this.#lastWords() };
        this.#meter.close();
        this.#stdin.end();
        const pending = this.#pending;
        this.#pending = undefined;
        pending?.resolve({ kind: 'exit', exit: this.#exit });
        resolve(this.#exit);
        if (pending === undefined) this.onTrouble?.();
      };
      child.once('exit', (code, signal) => {
        const now = () => end(code ?? undefined, signal ?? undefined);
        child.once('close', now);
        setTimeout(now, drainMs);
      });
      running.then(
        (result) => {
          if (child.pid !== undefined) return;
          this.#keep(Buffer.from(String(result.shortMessage ?? 'not started')));
          end(undefined, undefined);
        },
        () => end(undefined, undefined),
      );
    });
  }

  /** Of the process that was started, which may have started the REPL; undefined where there was none. */
  get pid(): number | undefined {
    return this.#pid;
  }

  get meter(): Meter {
    return this.#meter;
  }

  get ended(): boolean {
    return this.#exit !== undefined || this.#killed !== undefined;
  }

  /** What it said without being asked: its answers cannot be trusted any more. */
  get surplus(): string | undefined {
    return this.#surplus;
  }

  /** Asks one thing; the one before must have been answered. */
  ask(request: Request, maxBytes: number): Promise<Reply> {
    if (this.#pending !== undefined) throw new Error('one request at a time');
    if (this.#exit !== undefined) return Promise.resolve({ kind: 'exit', exit: this.#exit });
    if (this.#surplus !== undefined) return Promise.resolve({ kind: 'garbage', detail: this.#surplus });
    return new Promise((resolve) => {
      this.#pending = { maxBytes, resolve };
      // One line, as JSON has no raw line breaks: the REPL would join lines without one.
      this.#stdin.write(`${JSON.stringify(request)}\n\n`);
    });
  }

  /** Ends it and all that it started, and waits for that. */
  kill(): Promise<Exit> {
    this.#killed ??= this.#kill();
    return this.#killed;
  }

  async #kill(): Promise<Exit> {
    const pid = this.#pid;
    if (pid === undefined) return this.exited;
    // Without a process space what left the group has to be looked for.
    if (!this.confined) await endTree(this.#exit === undefined ? pid : undefined, this.#mark);
    else if (this.#exit === undefined) {
      // A process space ends with its first process, and who started that one has seen it all end.
      const first = this.#meter.children();
      for (const one of first) send(one, 'SIGKILL');
      if (first.length > 0) send(pid, 'SIGCONT');
      const all = setTimeout(() => send(-pid, 'SIGKILL'), first.length > 0 ? spaceMs : 0);
      await this.exited;
      clearTimeout(all);
    }
    return this.exited;
  }

  #read(chunk: Buffer): void {
    // What is voided anyway need not be kept.
    if (this.#surplus !== undefined) return;
    this.#reader.push(chunk);
    const pending = this.#pending;
    if (pending !== undefined) {
      const cut = this.#reader.next(pending.maxBytes);
      if (cut === undefined) return;
      this.#pending = undefined;
      if (cut.kind !== 'document') this.#surplus = cut.kind === 'garbage' ? cut.detail : 'an answer too long';
      else this.#surplus = this.#unasked();
      pending.resolve(cut);
    } else {
      this.#surplus = this.#unasked();
      if (!this.ended) this.onTrouble?.();
    }
  }

  #unasked(): string | undefined {
    const { pending } = this.#reader;
    return pending === '' ? undefined : `more than was asked for: ${pending}`;
  }

  #keep(chunk: Buffer): void {
    this.#stderr.push(chunk.length > stderrBytes ? chunk.subarray(-stderrBytes) : chunk);
    this.#stderrBytes += this.#stderr.at(-1)?.length ?? 0;
    while (this.#stderrBytes - (this.#stderr[0]?.length ?? 0) >= stderrBytes) {
      this.#stderrBytes -= this.#stderr.shift()?.length ?? 0;
    }
  }

  #lastWords(): string {
    return Buffer.concat(this.#stderr).subarray(-stderrBytes).toString('utf8').trim();
  }
}

/** A shell tells of its command's signal by a code. */
function decoded(code: number | undefined, signal: string | undefined): Omit<Exit, 'stderr'> {
  const name = code === undefined || code <= 128 ? undefined : signalNames[code - 128];
  return name === undefined ? { code, signal } : { code: undefined, signal: name };
}

function send(pid: number, signal: 'SIGKILL' | 'SIGCONT'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
