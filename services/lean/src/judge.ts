/** One candidate from its text to its verdict: proof, checks within a budget, retries, audit, independent check. */
import type { VerdictBody } from '@assay/verifier-kit';
import type { IndependentCheck } from './independent/index.ts';
import type { Task } from './task.ts';
import type { Backend, Budget, Checked, Proof } from './types.ts';
import { incorrect, outOfHeartbeats, verdictOf } from './verdict.ts';

/** What judging a theorem's candidates has found so far, and shares among them. */
export interface Shared {
  /** Type of the statement itself, or why there is none. */
  reference: Promise<Reference> | undefined;
  /** For `independent: 'first'`: settles once a proof was accepted (true) or refused. */
  independent: Promise<boolean> | undefined;
}

export type Reference = { readonly type: string } | { readonly fault: VerdictBody };

export interface Attempt {
  readonly task: Task;
  readonly proof: Proof;
  readonly shared: Shared;
  readonly backend: Backend;
  readonly independentCheck: IndependentCheck;
  readonly signal: AbortSignal;
}

/** CPU and wall that an attempt took. */
export interface Took {
  cpuMs: number;
  wallMs: number;
}

/**
 * Judges once, within a part of the task's budget or all of it; undefined: the part was too little.
 * @throws the signal's reason where it aborts
 */
export async function attempt(
  { task, proof, shared, backend, independentCheck, signal }: Attempt,
  budget: Budget,
  took: Took,
): Promise<VerdictBody | undefined> {
  const reference = await referenceOf(task, shared, backend, signal);
  if ('fault' in reference) return reference.fault;
  const checked = await checkTwice(task, proof, budget, backend, signal, took);
  if (usedUp(checked, budget, task.budget)) return undefined;
  const verdict = verdictOf(checked, { type: reference.type, axioms: task.axioms });
  if (verdict.status !== 'CORRECT' || task.independent === 'none') return verdict;
  return independently(verdict, task, proof, shared, independentCheck, signal);
}

/** Whether more of what it ran out of may change the outcome. */
function usedUp(checked: Checked, part: Budget, whole: Budget): boolean {
  if (checked.kind === 'limit') return checked.limit === 'cpu' && part.cpuMs < whole.cpuMs;
  return (
    checked.kind === 'answered' && part.heartbeats !== whole.heartbeats && outOfHeartbeats(checked.messages)
  );
}

/** What a process died of may have been its past: then a fresh one decides. */
async function checkTwice(
  { header, statement }: Task,
  proof: Proof,
  budget: Budget,
  backend: Backend,
  signal: AbortSignal,
  took: Took,
): Promise<Checked> {
  const check = async (fresh: boolean) => {
    const checked = await backend.check({ header, statement, proof, budget, fresh }, signal);
    took.cpuMs += checked.cpuMs;
    took.wallMs += checked.wallMs;
    return checked;
  };
  const first = await check(false);
  const settled = first.kind === 'answered' || (first.kind === 'limit' && first.limit !== 'memory');
  return settled ? first : check(true);
}

/** The statement by itself, once for all candidates. */
async function referenceOf(
  { header, statement }: Task,
  shared: Shared,
  backend: Backend,
  signal: AbortSignal,
): Promise<Reference> {
  while (true) {
    const waiting = shared.reference;
    if (waiting === undefined) break;
    const found = await waiting.catch(() => undefined);
    if (found !== undefined) return found;
    signal.throwIfAborted();
    if (shared.reference === waiting) shared.reference = undefined;
  }
  const asked = backend.reference(header, statement, signal).then(referenceIn);
  shared.reference = asked;
  try {
    const reference = await asked;
    // A fault of the machine is not one of the statement: the next candidate asks again.
    if ('fault' in reference && reference.fault.retryable) shared.reference = undefined;
    return reference;
  } catch (error) {
    if (shared.reference === asked) shared.reference = undefined;
    throw error;
  }
}

function referenceIn(checked: Checked): Reference {
  const bad = (message: string): Reference => ({
    fault: { status: 'ERROR', reason: 'bad_problem', message, retryable: false },
  });
  switch (checked.kind) {
    case 'answered': {
      const error = checked.messages.find(({ severity }) => severity === 'error');
      if (error !== undefined) {
        const text = error.text.toWellFormed().slice(0, 500);
        return bad(`header and statement do not compile: ${error.line}:${error.column}: ${text}`);
      }
      const { audit } = checked;
      if (audit?.found !== true)
        return bad('Lean accepts the statement, and has no theorem of that name then');
      return audit.kind === 'theorem' ? { type: audit.type } : bad(`the statement is of a ${audit.kind}`);
    }
    case 'limit':
      return bad(`the statement alone takes too much: ${checked.detail}`);
    default: {
      const message = `the statement could not be checked: ${checked.detail}`;
      return { fault: { status: 'ERROR', reason: 'verifier_failure', message, retryable: true } };
    }
  }
}

/** An independent checker's word on an accepted proof, where the policy asks for it. */
async function independently(
  verdict: VerdictBody,
  task: Task,
  proof: Proof,
  shared: Shared,
  check: IndependentCheck,
  signal: AbortSignal,
): Promise<VerdictBody> {
  if (task.independent === 'first') {
    while (shared.independent !== undefined) {
      const waiting = shared.independent;
      if (await waiting.catch(() => false)) {
        return { ...verdict, message: `${verdict.message}; another proof of it was accepted independently` };
      }
      signal.throwIfAborted();
      if (shared.independent === waiting) shared.independent = undefined;
    }
  }
  const asked = check(
    task.toolchain,
    { header: task.header, statement: task.statement, proof, axioms: task.axioms },
    signal,
  );
  shared.independent = asked.then(({ accepted }) => accepted === true);
  shared.independent.catch(() => {});
  const { accepted, detail } = await asked;
  const name = task.toolchain.checker?.kind ?? 'none';
  if (accepted === undefined) {
    const message = `proved, but ${name} could not be run: ${detail}`;
    return { status: 'ERROR', reason: 'verifier_failure', message, retryable: true };
  }
  const parts = verdict.parts ?? [];
  if (!accepted) {
    const message = `Lean accepts it, and ${name} does not: ${detail}`;
    return { ...incorrect('checker_refused', message), parts };
  }
  return {
    ...verdict,
    reason: 'proved_tier2',
    message: `${verdict.message}; accepted by ${name} too`,
    parts: [...parts, { name, status: 'CORRECT', message: detail }],
  };
}
