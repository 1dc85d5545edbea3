/**
 * What a REPL's processes use, and which processes candidates have left. It is looked at around every check, so it is
 * read from files that stay open, and from the kernel's own lists of children.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { usageOf } from '../os/tree.ts';

export interface Reading {
  /** User and system time, with that of ended children which were waited for. In steps of 10 ms. */
  readonly cpuMs: number;
  /** RssAnon: what is nobody else's. */
  readonly privateBytes: number;
  /** By a signal (SIGSTOP, a debugger). */
  readonly stopped: boolean;
  /** Processes that candidates have started and that still run. */
  readonly strangers: number;
}

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own clock. */
const tickMs = 10;

/** Kernels may be built without these lists: then all processes of the machine are looked through, which takes longer. */
const hasLists = existsSync(`/proc/self/task/${process.pid}/children`);

export class Meter {
  readonly #root: number;
  readonly #fast: boolean;
  readonly #watched = new Map<number, Watched>();
  /** Processes of the REPL's own. */
  #known: ReadonlySet<number> = new Set();
  /** Those of them that have no children: the REPL itself, and not what started it. */
  #leaves: ReadonlySet<number> = new Set();
  #closed = false;

  /** How many they are. */
  #count = 0;

  /** @param root process id of the REPL, or of what started it. */
  constructor(root: number, fast = hasLists) {
    this.#root = root;
    this.#fast = fast;
  }

  /** Takes the processes of this moment for the REPL's own: any other is one that a candidate has started. */
  settle(): void {
    if (!this.#fast) this.#count = usageOf(this.#root)?.processes ?? 0;
    const tree = this.#tree();
    this.#known = new Set(tree.keys());
    this.#leaves = new Set([...tree].filter(([, children]) => children.length === 0).map(([pid]) => pid));
  }

  /** Of the root. */
  children(): readonly number[] {
    return this.#closed ? [] : (this.#tree().get(this.#root) ?? []);
  }

  /** Of the REPL and of what candidates have started; undefined where it has ended. */
  read(): Reading | undefined {
    if (this.#closed) return undefined;
    if (!this.#fast) {
      const usage = usageOf(this.#root);
      return usage && { ...usage, stopped: false, strangers: usage.processes - this.#count };
    }
    let [cpuMs, privateBytes, running, stopped, strangers] = [0, 0, 0, false, 0];
    for (const pid of this.#tree().keys()) {
      if (!this.#known.has(pid)) strangers++;
      else if (!this.#leaves.has(pid)) continue;
      const use = this.#watched.get(pid)?.use();
      if (use === undefined) continue;
      running++;
      cpuMs += use.cpuMs;
      privateBytes += use.privateBytes;
      stopped ||= use.stopped;
    }
    return running === 0 ? undefined : { cpuMs, privateBytes, stopped, strangers };
  }

  close(): void {
    this.#closed = true;
    for (const watched of this.#watched.values()) watched.close();
    this.#watched.clear();
  }

  /** Children of each process of the tree. */
  #tree(): Map<number, readonly number[]> {
    const tree = new Map<number, readonly number[]>();
    const found = [this.#root];
    for (let pid = found.pop(); pid !== undefined; pid = found.pop()) {
      const watched = this.#watched.get(pid) ?? new Watched(pid);
      this.#watched.set(pid, watched);
      const children = watched.children();
      tree.set(pid, children);
      found.push(...children.filter((child) => !tree.has(child)));
    }
    for (const [pid, watched] of this.#watched) {
      if (tree.has(pid)) continue;
      watched.close();
      this.#watched.delete(pid);
    }
    return tree;
  }
}

/** Files of a process, which stay open: so another process of the same number is never taken for it. */
class Watched {
  readonly #pid: number;
  readonly #stat: number | undefined;
  readonly #status: number | undefined;
  /** From the third one on. */
  #fields: string[] | undefined;
  /** Lists of children, one for each thread. */
  #lists: number[] = [];

  constructor(pid: number) {
    this.#pid = pid;
    this.#stat = open(`/proc/${pid}/stat`);
    this.#status = open(`/proc/${pid}/status`);
  }

  /** At the time of `children`; undefined where it has ended. */
  use(): Pick<Reading, 'cpuMs' | 'privateBytes' | 'stopped'> | undefined {
    const fields = this.#fields;
    const status = read(this.#status);
    if (fields === undefined || status === undefined) return undefined;
    const number = (field: number) => Number(fields[field - 3]);
    const at = status.indexOf('RssAnon:');
    return {
      cpuMs: tickMs * (number(14) + number(15) + number(16) + number(17)),
      privateBytes: at < 0 ? 0 : 1024 * Number.parseInt(status.slice(at + 8, at + 32), 10),
      stopped: fields[0] === 'T' || fields[0] === 't',
    };
  }

  children(): readonly number[] {
    const stat = read(this.#stat);
    // The second field, a name in parentheses, may hold anything.
    this.#fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Threads come and go: as many files as threads, all of them to be read, are those of today's threads.
    const threads = Number(this.#fields?.[20 - 3] ?? 0);
    const lists = this.#lists.length === threads ? this.#lists.map(read) : [undefined];
    const whole = lists.includes(undefined) ? this.#reopened() : (lists as string[]);
    return whole.flatMap((list) => (list === '' ? [] : list.trim().split(' ').map(Number)));
  }

  close(): void {
    for (const file of [this.#stat, this.#status, ...this.#lists]) if (file !== undefined) closeSync(file);
  }

  #reopened(): string[] {
    this.#lists.forEach(closeSync);
    this.#lists = [];
    let threads: readonly string[] = [];
    try {
      threads = readdirSync(`/proc/${this.#pid}/task`);
    } catch {
      // It has ended.
    }
    const files = threads.map((thread) => open(`/proc/${this.#pid}/task/${thread}/children`));
    this.#lists = files.filter((file) => file !== undefined);
    return this.#lists.map((file) => read(file) ?? '');
  }
}

const buffer = Buffer.alloc(64 * 1024);

function open(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

/** Undefined where the process or thread has ended. */
function read(file: number | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  } catch {
    return undefined;
  }
}
