/** One command from start to end, within limits, with nothing of it left afterwards. */
import { execa } from 'execa';
import { endTree, markName, newMark, usageOf } from './tree.ts';

export interface Limits {
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Private memory of all its processes together. */
  readonly memoryBytes: number;
  /** Of its standard output. */
  readonly outputBytes: number;
}

export interface Command {
  /** Program and arguments. */
  readonly argv: readonly string[];
  readonly folder: string;
  /** Whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
}

export interface Ended {
  /**
   * Why it was ended by us: it used up a limit; or `wall`, it was still there after so long. Undefined: it ended by
   * itself.
   */
  readonly limit: 'cpu' | 'memory' | 'output' | 'wall' | undefined;
  /** Why it could not be started. */
  readonly fault: string | undefined;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  /** Its last part, for people. */
  readonly stderr: string;
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Most private memory that was seen. */
  readonly peakBytes: number;
}

const pollMs = 25;
const letGoMs = 500;
const maxStderr = 16 * 1024;

/** Runs it. @throws the signal's reason where it aborts, once nothing is left of the command */
export async function run({ argv, folder, env, limits }: Command, signal: AbortSignal): Promise<Ended> {
  signal.throwIfAborted();
  const [program = '', ...args] = argv;
  const mark = newMark();
  const startedAt = performance.now();
  const child = execa(program, args, {
    cwd: folder,
    env: { ...env, [markName]: mark },
    extendEnv: false,
    // A group of its own, so that all of it can be killed at once.
    detached: true,
    stdin: 'ignore',
    buffer: false,
    encoding: 'buffer',
    reject: false,
  });
  let cpuMs = 0;
  let peakBytes = 0;
  let limit: Ended['limit'];
  let ending: Promise<void> | undefined;
  let letGo: NodeJS.Timeout | undefined;
  const end = (reason?: Ended['limit']) => {
    if (ending !== undefined) return;
    limit = reason;
    ending = endTree(child.pid, mark);
    // Who has got rid of the mark may still hold its output open.
    letGo = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, letGoMs);
  };
  const look = () => {
    const usage = child.pid === undefined ? undefined : usageOf(child.pid);
    if (usage !== undefined) {
      cpuMs = Math.max(cpuMs, usage.cpuMs);
      peakBytes = Math.max(peakBytes, usage.privateBytes);
    }
    if (cpuMs > limits.cpuMs) end('cpu');
    else if (peakBytes > limits.memoryBytes) end('memory');
    else if (performance.now() - startedAt > limits.wallMs) end('wall');
  };
  const stdout: Buffer[] = [];
  let outputBytes = 0;
  child.stdout?.on('data', (data: Buffer) => {
    outputBytes += data.length;
    if (outputBytes > limits.outputBytes) end('output');
    else stdout.push(data);
  });
  let stderr = Buffer.alloc(0);
  child.stderr?.on('data', (data: Buffer) => {
    stderr = Buffer.concat([stderr, data]).subarray(-maxStderr);
  });
  const abort = () => end();
  signal.addEventListener('abort', abort, { once: true });
  const timer = setInterval(look, pollMs);
  let exit: { readonly code: number | null; readonly signal: string | null } | undefined;
  child.nodeChildProcess.once('exit', (code, killedBy) => {
    exit = { code, signal: killedBy };
    // What it started may hold its output open, and is not waited for.
    end();
  });
  try {
    const { shortMessage } = await child;
    await ending;
    signal.throwIfAborted();
    return {
      limit,
      fault: exit === undefined ? (shortMessage ?? 'not started') : undefined,
      exitCode: exit?.code ?? undefined,
      signal: exit?.signal ?? undefined,
      stdout: Buffer.concat(stdout).toString('utf8'),
      stderr: stderr.toString('utf8'),
      cpuMs,
      wallMs: performance.now() - startedAt,
      peakBytes,
    };
  } finally {
    clearInterval(timer);
    clearTimeout(letGo);
    signal.removeEventListener('abort', abort);
  }
}
