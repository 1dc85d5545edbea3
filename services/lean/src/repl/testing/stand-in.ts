/** Checks by stand-ins of the REPL. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Budget, Check, Checked, Header, Statement, Toolchain } from '../../types.ts';

const node = [process.execPath, '--disable-warning=ExperimentalWarning'];

/** A toolchain whose REPL is a script of this folder. */
export function standIn(script: string, ...args: string[]): Toolchain {
  return {
    name: 'stand-in',
    version: '4.0.0',
    folder: import.meta.dirname,
    env: { PATH: process.env.PATH ?? '' },
    lean: ['false'],
    json: false,
    repl: [...node, join(import.meta.dirname, script), ...args],
    checker: undefined,
  };
}

/** The REPL that does what `--! ` lines tell it. */
export function scripted(...args: string[]): Toolchain {
  return standIn('scripted-repl.ts', ...args);
}

export function headerOf(text = 'import Mathlib\n\nopen Nat\n'): Header {
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => line.startsWith('import '));
  return {
    text,
    imports: lines.filter((line) => line.startsWith('import ')).map((line) => line.slice(7)),
    rest: lines.slice(last + 1).join('\n'),
    maxHeartbeats: undefined,
  };
}

export const statement: Statement = {
  name: 'target',
  text: 'theorem target : 1 + 1 = 2',
  signature: ['target', ':', '1', '+', '1', '=', '2'],
  begun: '',
};

export const budget: Budget = {
  cpuMs: 20_000,
  wallMs: 60_000,
  memoryBytes: 2 ** 30,
  answerBytes: 16 * 2 ** 20,
  heartbeats: undefined,
};

/** A check of a proof that holds these directives, one a line. */
export function checkOf(
  directives: readonly string[] = [],
  {
    limits = {},
    fresh = false,
    header = headerOf(),
  }: { limits?: Partial<Budget>; fresh?: boolean; header?: Header } = {},
): Check {
  const body = [':= by rfl', ...directives.map((directive) => `--! ${directive}`)].join('\n');
  return {
    header,
    statement,
    proof: { helpers: '', body, lines: { helpers: 0, body: 0 }, choice: '', key: body, cost: body.length },
    budget: { ...budget, ...limits },
    fresh,
  };
}

/** Reason of a check in one word, for tables. */
export function wordOf(checked: Checked): string {
  if (checked.kind === 'limit') return checked.limit;
  if (checked.kind !== 'answered') return checked.kind;
  const failed = checked.messages.some(({ severity }) => severity === 'error');
  return failed ? 'error' : checked.audit?.found ? 'proved' : 'unproved';
}

/** The toolchain with a variable in its environment, by which `processesOf` finds its processes. */
export function named(toolchain: Toolchain, name: string): Toolchain {
  return { ...toolchain, env: { ...toolchain.env, STAND_IN: name } };
}

/** Process ids and commands of all that runs with that name. */
export function processesOf(name: string): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`STAND_IN=${name}`)) return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return command === '' ? [] : [{ pid: Number(pid), command }];
    } catch {
      return [];
    }
  });
}

/** Those of them that are the REPL itself, and not what started it. */
export function replsOf(name: string): number[] {
  return processesOf(name)
    .filter(({ command }) => command.startsWith(process.execPath))
    .map(({ pid }) => pid);
}
