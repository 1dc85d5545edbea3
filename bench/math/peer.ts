/** Math-Verify in a Python process of its own, installed from PyPI into a virtual environment under .assay/. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Pair } from './suites.ts';

const run = promisify(execFile);

/** The versions that are compared with. */
export const pinned = ['math-verify==0.9.0', 'latex2sympy2_extended[antlr4_13_2]==1.11.0', 'sympy==1.14.0'];

export interface PeerVerdict {
  readonly equal: boolean;
  /** Something was parsed of the reference answer, of the candidate. */
  readonly gold: boolean;
  readonly answer: boolean;
  /** Both parses and the comparison. */
  readonly ms: number;
}

export interface Peer {
  readonly python: string;
  /** Pair by pair; with `keepGold` a reference answer that was also that of the pair before is not parsed again. */
  judge(pairs: readonly Pair[], wrap: boolean, keepGold?: boolean): Promise<PeerVerdict[]>;
  stop(): void;
}

/** The Python of the environment, made where there is none yet (`python` names one to use instead). Throws where it cannot be. */
export async function installPeer(python?: string): Promise<string> {
  if (python !== undefined) return python;
  const folder = join(import.meta.dirname, '../../.assay/bench/math-verify');
  const own = join(folder, 'bin/python');
  const stamp = join(folder, `${pinned.join(' ').replace(/[^\w.=-]+/g, '_')}.ok`);
  if (existsSync(stamp)) return own;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  console.error(`installing ${pinned.join(', ')} into ${folder}`);
  await run('python3', ['-m', 'venv', folder]);
  await run(own, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...pinned]);
  writeFileSync(stamp, '');
  return own;
}

/** Starts it; `prefix` comes before its command, such as `taskset -c 0`. */
export async function startPeer(python: string, prefix: readonly string[] = []): Promise<Peer> {
  const [command = python, ...args] = [...prefix, python, join(import.meta.dirname, 'math_verify_worker.py')];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`Math-Verify ended with ${signal ?? code}`);
  });
  ended.catch(() => {});
  child.stdin.on('error', () => {});
  const next = async () => {
    const { value } = await Promise.race([lines.next(), ended]);
    return JSON.parse(value ?? 'null') as PeerVerdict;
  };
  await next();
  return {
    python,
    async judge(pairs, wrap, keepGold = false) {
      const verdicts: PeerVerdict[] = [];
      for (const { gold, answer, options } of pairs) {
        child.stdin.write(`${JSON.stringify({ gold, answer, wrap, keep_gold: keepGold, options })}\n`);
        verdicts.push(await next());
      }
      return verdicts;
    },
    stop: () => void child.kill('SIGKILL'),
  };
}
