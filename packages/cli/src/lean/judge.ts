/** A verdict of the Lean verifier, with what led to it. */
import type { Part, Problem, Verdict } from '@assay/contract';
import type { Toolchain } from '@assay/lean';
import type { VerifierDefinition } from '@assay/verifier-kit';
import { usageError } from '../exit.ts';
import { beforeAbort, firstVerdict, type Surroundings, verdictOf } from '../in-process.ts';

export interface Message {
  readonly severity: string;
  /** Of the proof's file; from 1. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
  readonly text: string;
}

/** What somebody other than Lean's messages says of the proof. */
export interface Finding {
  /** `audit`, or the independent checker. */
  readonly by: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Explanation {
  /** Name of the theorem, or the id of its problem. */
  readonly problem: string;
  readonly status: Verdict['status'];
  readonly reason: string;
  readonly message: string;
  /** 0: not proved; 1: by Lean and the audit; 2: by the independent checker too. */
  readonly tier: 0 | 1 | 2;
  /** Absent where no Lean was asked. */
  readonly toolchain?: {
    readonly name: string;
    readonly version: string;
    readonly backend: 'repl' | 'plain';
    readonly checker: string | undefined;
  };
  /** How the proof was found; absent where there is none that Lean could be given. */
  readonly proof?: string;
  readonly messages: readonly Message[];
  readonly findings: readonly Finding[];
  /** Seconds. */
  readonly cpuS: number;
  readonly wallS: number;
}

/** What was asked for, and where it is not judged. */
export type Told = Pick<Explanation, 'problem' | 'status' | 'reason' | 'message' | 'proof'>;

/**
 * What becomes of an answer before any Lean sees it: CORRECT where it would be checked. Header and statement are read
 * here, too: ERROR `bad_problem` where they cannot be.
 */
export async function look({ id, theorem }: Problem, text: string): Promise<Told> {
  const { parseHeader, parseStatement, proofOf } = await import('@assay/lean');
  const { name = '', header = '', statement = '' } = theorem ?? {};
  const bad = (message: string): Told => ({ problem: id, status: 'ERROR', reason: 'bad_problem', message });
  if (statement === '') return bad('the statement is in a set of the verifier: --check-only needs it here');
  const before = parseHeader(header);
  if (typeof before === 'string') return bad(`header: ${before}`);
  const stated = parseStatement(statement, name);
  if (typeof stated === 'string') return bad(`statement: ${stated}`);
  const proof = proofOf(before, stated, text.toWellFormed());
  if ('reason' in proof) return { problem: id, status: 'INCORRECT', ...proof };
  return { problem: id, status: 'CORRECT', reason: '', message: '', proof: proof.choice };
}

/**
 * Judges an answer.
 * @param before the problem as it was before options changed it.
 * Errors: `usage` where only the options keep it from being judged; `no_lean`; `bad_flags`.
 */
export async function judge(
  problem: Problem,
  before: Problem,
  text: string,
  surroundings: Surroundings,
): Promise<Explanation> {
  const { findToolchains, leanVerifier } = await import('@assay/lean');
  const toolchains = await beforeAbort(findToolchains(process.env), surroundings.signal);
  const verdict = await ask(
    leanVerifier({ toolchains, selfTest: false }),
    problem,
    before,
    text,
    surroundings,
  );
  const wanted = problem.theorem?.toolchain ?? '';
  const toolchain = toolchains.find(({ name }) => wanted === '' || name === wanted);
  return explained(problem.id, verdict, toolchain);
}

export function explained(problem: string, verdict: Verdict, toolchain: Toolchain | undefined): Explanation {
  const { status, reason, message, parts, times } = verdict;
  const proof = parts.find(({ name }) => name === 'proof')?.message;
  const others = parts.filter(({ name }) => name !== 'proof');
  return {
    problem,
    ...{ status, reason, message },
    tier: status !== 'CORRECT' ? 0 : reason === 'proved_tier2' ? 2 : 1,
    ...(toolchain && {
      toolchain: {
        name: toolchain.name,
        version: toolchain.version,
        backend: toolchain.repl === undefined ? 'plain' : 'repl',
        checker: toolchain.checker?.kind,
      },
    }),
    ...(proof !== undefined && { proof }),
    messages: others.flatMap((part) => messageIn(part) ?? []),
    findings: others
      .filter((part) => messageIn(part) === undefined)
      .map((part) => ({ by: part.name, ok: part.status === 'CORRECT', detail: part.message })),
    cpuS: (times?.cpuUs ?? 0) / 1e6,
    wallS: (times?.serviceUs ?? 0) / 1e6,
  };
}

/** Lean's own messages are called after their place: `error at 3:14`. */
function messageIn({ name, message }: Part): Message | undefined {
  const [, severity, line, column] = /^(\w+) at (\d+):(\d+)$/.exec(name) ?? [];
  if (severity === undefined) return undefined;
  return { severity, line: Number(line), column: Number(column), text: message };
}

async function ask(
  verifier: VerifierDefinition,
  problem: Problem,
  before: Problem,
  text: string,
  { signal, say }: Surroundings,
): Promise<Verdict> {
  try {
    // Statement sets are read at the start, and problems may name their theorems.
    const limits = { slots: 1, capacity: 1, maxBatch: 1, candidateTimeoutMs: 0x7fffffff };
    await beforeAbort(Promise.resolve(verifier.start?.(limits)), signal);
    const fault = verifier.checkProblem?.(problem);
    if (fault !== undefined && verifier.checkProblem?.(before) === undefined) {
      throw usageError(`Nothing can be judged so: ${fault}.`, 'Change the options that say it.');
    }
    if (fault !== undefined) return verdictOf({ status: 'ERROR', reason: 'bad_problem', message: fault });
    return await beforeAbort(firstVerdict(verifier, problem, text, { signal, say }), signal);
  } finally {
    await verifier.stop?.();
  }
}
