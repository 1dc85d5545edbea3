/** A theorem as the verifier judges it: the statement it owns, a toolchain, limits; found in a problem. */
import { createHash } from 'node:crypto';
import type { Problem } from '@assay/contract';
import type { StatementSets } from './sets.ts';
import { parseHeader } from './theorem/header.ts';
import { compareSignatures, parseStatement } from './theorem/statement.ts';
import type { Budget, Header, Statement, Toolchain } from './types.ts';

export interface Task {
  readonly header: Header;
  readonly statement: Statement;
  readonly toolchain: Toolchain;
  /** What a candidate may take. */
  readonly budget: Budget;
  /** Thousands of heartbeats: the most that a candidate may ask for itself. */
  readonly mostHeartbeats: number;
  readonly axioms: readonly string[];
  readonly independent: 'none' | 'first' | 'all';
}

/** What a problem is looked up in. */
export interface Known {
  readonly toolchains: readonly Toolchain[];
  readonly sets: StatementSets;
}

const defaults = {
  cpuSeconds: 60,
  memoryBytes: 4 * 2 ** 30,
  /** Thousands. Lean's own default is 200. */
  heartbeats: 2000,
};

/** Thousands per CPU second of a part of the budget: more than Lean gets through. */
const heartbeatsPerSecond = 40;
const leastHeartbeats = 200;

/** Lean's answer with all messages. */
const answerBytes = 16 << 20;

/** The task that a problem states, or why it cannot be judged. */
export function taskOf({ theorem }: Pick<Problem, 'theorem'>, known: Known): Task | string {
  if (!theorem) return 'no theorem';
  const stated = statedBy(theorem, known.sets);
  if (typeof stated === 'string') return stated;
  if (theorem.sha256 !== '' && theorem.sha256.toLowerCase() !== statementHash(stated)) {
    return `the hash of header and statement is ${statementHash(stated)}, not ${theorem.sha256.slice(0, 80)}`;
  }
  const toolchain = toolchainOf(theorem.toolchain, known.toolchains);
  if (typeof toolchain === 'string') return toolchain;
  const header = parseHeader(stated.header);
  if (typeof header === 'string') return `header: ${header}`;
  const statement = parseStatement(stated.statement, theorem.name);
  if (typeof statement === 'string') return `statement: ${statement}`;
  const { independent } = theorem;
  if (independent !== '' && independent !== 'none' && independent !== 'first' && independent !== 'all') {
    return `independent ${JSON.stringify(independent.slice(0, 80))} is not none, first or all`;
  }
  if ((independent === 'first' || independent === 'all') && toolchain.checker === undefined) {
    return (
      `toolchain ${toolchain.name} (Lean ${toolchain.version}) has no independent checker: ` +
      'add comparator or lean4checker to it, or ask without `independent`'
    );
  }
  if (!(theorem.timeLimitS >= 0 && theorem.timeLimitS < Number.POSITIVE_INFINITY)) {
    return `timeLimitS ${theorem.timeLimitS} is no number of seconds: 0 is the default, ${defaults.cpuSeconds}`;
  }
  const mostHeartbeats = theorem.maxHeartbeats || defaults.heartbeats;
  return {
    header,
    statement,
    toolchain,
    budget: budgetOf(theorem, header, mostHeartbeats),
    mostHeartbeats,
    axioms: theorem.axioms,
    independent: independent === '' ? 'none' : independent,
  };
}

type TheoremSpec = NonNullable<Problem['theorem']>;

interface Stated {
  readonly header: string;
  readonly statement: string;
}

function statedBy(theorem: TheoremSpec, sets: StatementSets): Stated | string {
  const own = theorem.set === '' ? undefined : sets.find(theorem.set, theorem.name);
  if (theorem.statement !== '') {
    if (own === undefined || sameStatement(own, theorem, theorem.name)) return theorem;
    return `set ${theorem.set} states ${theorem.name} otherwise: send the set's own statement, or none`;
  }
  if (own !== undefined) return own;
  if (theorem.set === '') return 'the statement is empty';
  return `no ${JSON.stringify(theorem.name)} in set ${JSON.stringify(theorem.set)}: ${sets.describe()}`;
}

/** Layout, and what was begun of a proof, aside. */
function sameStatement(one: Stated, other: Stated, name: string): boolean {
  if (one.header.trim() !== other.header.trim()) return false;
  const [first, second] = [one, other].map(({ statement }) => parseStatement(statement, name));
  if (typeof first !== 'object' || typeof second !== 'object') return one.statement === other.statement;
  return compareSignatures(first.signature, second.signature) === undefined;
}

/** Hex SHA-256 by which a statement is named, whatever its name: `Theorem.sha256`. */
export function statementHash({ header, statement }: Stated): string {
  return createHash('sha256').update(`${header}\0${statement}`).digest('hex');
}

export function toolchainOf(name: string, toolchains: readonly Toolchain[]): Toolchain | string {
  const found = name === '' ? toolchains[0] : toolchains.find((toolchain) => toolchain.name === name);
  if (found !== undefined) return found;
  const names = toolchains.map((toolchain) => toolchain.name).join(', ');
  return `no toolchain ${JSON.stringify(name.slice(0, 80))} here, only: ${names}`;
}

function budgetOf(theorem: TheoremSpec, { maxHeartbeats }: Header, most: number): Budget {
  const cpuMs = 1000 * (theorem.timeLimitS || defaults.cpuSeconds);
  return {
    cpuMs,
    wallMs: wallOf(cpuMs),
    memoryBytes: theorem.memoryLimitBytes || defaults.memoryBytes,
    answerBytes,
    // A header that names a limit means it.
    heartbeats: maxHeartbeats === 0 ? most : undefined,
  };
}

/** Of a file without a statement; 0: the default. It may ask for as many heartbeats as it likes. */
export function budgetFor(cpuSeconds: number, memoryBytes: number): Budget {
  const cpuMs = 1000 * (cpuSeconds || defaults.cpuSeconds);
  return {
    cpuMs,
    wallMs: wallOf(cpuMs),
    memoryBytes: memoryBytes || defaults.memoryBytes,
    answerBytes,
    heartbeats: undefined,
  };
}

/** A part of a budget, of so much CPU time. */
export function partOf(budget: Budget, cpuMs: number): Budget {
  if (cpuMs >= budget.cpuMs) return budget;
  const { heartbeats } = budget;
  const share = Math.max(leastHeartbeats, Math.ceil((heartbeatsPerSecond * cpuMs) / 1000));
  return {
    ...budget,
    cpuMs,
    wallMs: wallOf(cpuMs),
    heartbeats: heartbeats === undefined ? undefined : Math.min(heartbeats, share),
  };
}

/** What waits and uses no CPU time is given up after so long, on a machine that is ten times overloaded. */
function wallOf(cpuMs: number): number {
  return 10 * cpuMs + 10_000;
}
