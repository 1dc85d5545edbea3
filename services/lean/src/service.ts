/** The verifier: batches from the kit, through theorem, scheduler and Lean, to verdicts. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Candidate, messageOf, Normalization, type Problem, type VerdictInit } from '@assay/contract';
import { Outbox, type VerdictBody, type VerifierDefinition } from '@assay/verifier-kit';
import { independentCheck } from './independent/index.ts';
import { attempt, type Shared, type Took } from './judge.ts';
import { type CheckTask, checkKind, checkOf, checkTaskOf } from './messages.ts';
import { PlainBackend } from './plain/backend.ts';
import { ReplBackend, type ReplBackendOptions } from './repl/backend.ts';
import { firstBudgetMs, Scheduler } from './schedule/index.ts';
import { selfTest } from './self-test.ts';
import { digestOfSets, StatementSets } from './sets.ts';
import { partOf, type Task, taskOf } from './task.ts';
import { proofOf } from './theorem/candidate.ts';
import { capHeartbeats } from './theorem/heartbeats.ts';
import type { Backend, Proof, Toolchain } from './types.ts';
import { incorrect } from './verdict.ts';

/** Must change whenever any verdict could: with every change of extraction, shape check, audit, budgets. */
const version = '1';

/**
 * The scheduler orders all that is there, so that short ones go first: a replica takes many candidates for each slot,
 * and as many batches as it takes to send them one by one.
 */
const maxBatch = 256;
const batchesPerSlot = maxBatch;
/** The last of so many is judged in less, at the longest time for each. */
const candidateTimeoutMs = 12 * 3_600_000;

/** How often a batch that waits says that it still does. */
const idleMs = 5_000;

/** Synchronous work at a time: health checks and other calls wait meanwhile. */
const turnMs = 10;

/** Theorems that are remembered: their task, the type of their statement. */
const maxTheorems = 4096;

export interface LeanOptions {
  /** The first is the default. */
  readonly toolchains: readonly Toolchain[];
  /** Folder of statement sets. @default ASSAY_LEAN_SETS, or none */
  readonly sets?: string | undefined;
  /** Judge some proofs with known verdicts by each toolchain first, and do not serve where any is off. @default true */
  readonly selfTest?: boolean;
  /** Of the pools of REPLs. */
  readonly repl?: Partial<Omit<ReplBackendOptions, 'toolchain' | 'slots'>>;
}

/** What is known of one theorem. */
interface Theorem {
  readonly task: Task;
  readonly shared: Shared;
}

interface Judged {
  readonly body: VerdictBody;
  readonly took: Took;
}

export function leanVerifier(options: LeanOptions): VerifierDefinition {
  const { toolchains, sets: setsFolder = process.env.ASSAY_LEAN_SETS } = options;
  const backends = new Map<string, Backend>();
  let sets = new StatementSets();
  let scheduler: Scheduler<Judged> | undefined;
  const theorems = new Map<string, Theorem>();

  function theoremOf(problem: Problem, digest: string): Theorem {
    let theorem = theorems.get(digest);
    if (theorem === undefined) {
      const task = taskOf(problem, { toolchains, sets });
      // The kit asks checkProblem first.
      if (typeof task === 'string') throw new Error(task);
      theorem = { task, shared: { reference: undefined, independent: undefined } };
    }
    // Again the last: a map keeps the order of insertion.
    theorems.delete(digest);
    theorems.set(digest, theorem);
    if (theorems.size > maxTheorems) theorems.delete(theorems.keys().next().value as string);
    return theorem;
  }

  return {
    name: 'lean',
    version: versionOf(toolchains, setsFolder),
    kinds: ['theorem', checkKind],
    // Blanks at a proof's start are its first line's indentation.
    normalization: Normalization.NORMALIZATION_EXACT,
    maxBatch,
    batchesPerSlot,
    candidateTimeoutMs,
    checkProblem(problem) {
      const task = checkTaskOf(problem, toolchains) ?? taskOf(problem, { toolchains, sets });
      return typeof task === 'string' ? task : undefined;
    },
    async start({ slots }) {
      if (toolchains.length === 0) throw new Error('no toolchain');
      sets = await StatementSets.load(setsFolder);
      for (const toolchain of toolchains) {
        const { name, repl } = toolchain;
        backends.set(
          name,
          repl === undefined
            ? new PlainBackend({ toolchain })
            : new ReplBackend({ toolchain, slots, ...options.repl }),
        );
      }
      if (options.selfTest ?? process.env.ASSAY_LEAN_SELF_TEST !== '0') {
        for (const toolchain of toolchains) {
          await selfTest(toolchain, backends.get(toolchain.name) as Backend);
        }
      }
      scheduler = new Scheduler({ workers: slots });
    },
    async stop() {
      await Promise.all([...backends.values()].map((backend) => backend.close()));
    },
    async *verifyBatch(problem, candidates, { signal, problemDigest }) {
      if (scheduler === undefined) throw new Error('not started');
      const outbox = new Outbox<VerdictInit>(candidates.length);
      const queue = scheduler;
      const check = checkTaskOf(problem, toolchains);
      if (typeof check === 'object') {
        const backend = backends.get(check.toolchain.name) as Backend;
        checkAll(check, problemDigest, candidates, backend, queue, outbox, signal);
        yield* outbox.lists(idleMs, signal);
        return;
      }
      const { task, shared } = theoremOf(problem, problemDigest);
      const backend = backends.get(task.toolchain.name) as Backend;
      const judge = (proof: Proof) => queue.run(jobOf(problemDigest, task, shared, backend, proof), signal);
      const sent = send(task, candidates, judge, outbox, signal);
      yield* outbox.lists(idleMs, signal);
      await sent;
    },
  };
}

/** Has Lean say what it says of each candidate's file. */
function checkAll(
  task: CheckTask,
  digest: string,
  candidates: readonly Candidate[],
  backend: Backend,
  queue: Scheduler<Judged>,
  outbox: Outbox<VerdictInit>,
  signal: AbortSignal,
): void {
  for (const { index, text } of candidates) {
    const asked = checkOf(task, digest, text, backend);
    if (!('attempt' in asked)) {
      outbox.put({ ...asked, index });
      continue;
    }
    queue.run(asked, signal).then(
      ({ body, took }) => outbox.put({ ...body, index, times: timesOf(took) }),
      (error) => {
        // An aborted call wants no verdict.
        if (!signal.aborted) outbox.put({ ...failure(error), index });
      },
    );
  }
}

function timesOf({ wallMs, cpuMs }: Took) {
  return { serviceUs: Math.round(1000 * wallMs), cpuUs: Math.round(1000 * cpuMs) };
}

/** Takes the proofs out of the candidates and has them judged; what is no proof gets its verdict here. */
async function send(
  task: Task,
  candidates: readonly Candidate[],
  judge: (proof: Proof) => Promise<Judged>,
  outbox: Outbox<VerdictInit>,
  signal: AbortSignal,
): Promise<void> {
  let until = performance.now() + turnMs;
  for (const { index, text } of candidates) {
    if (performance.now() > until) {
      await nextTurn();
      if (signal.aborted) return;
      until = performance.now() + turnMs;
    }
    const since = performance.now();
    const proof = readProof(task, text);
    if (isVerdict(proof)) {
      const serviceUs = Math.round(1000 * (performance.now() - since));
      outbox.put({ ...proof, index, times: { serviceUs } });
      continue;
    }
    judge(proof).then(
      (judged) => outbox.put(verdictOf(judged, index, proof)),
      (error) => {
        // An aborted call wants no verdict.
        if (!signal.aborted) outbox.put({ ...failure(error), index });
      },
    );
  }
}

/** The proof in a candidate's text, or the verdict where there is none that may be checked. */
function readProof({ header, statement, mostHeartbeats }: Task, text: string): Proof | VerdictBody {
  try {
    const proof = proofOf(header, statement, text);
    if ('reason' in proof) return incorrect(proof.reason, proof.message);
    const capped = (lean: string) => capHeartbeats(lean, 1000 * mostHeartbeats);
    return { ...proof, helpers: capped(proof.helpers), body: capped(proof.body) };
  } catch (error) {
    return failure(error);
  }
}

function isVerdict(read: Proof | VerdictBody): read is VerdictBody {
  return 'status' in read;
}

function failure(error: unknown): VerdictBody {
  return { status: 'ERROR', reason: 'verifier_failure', message: messageOf(error), retryable: true };
}

function jobOf(theorem: string, task: Task, shared: Shared, backend: Backend, proof: Proof) {
  const took: Took = { cpuMs: 0, wallMs: 0 };
  return {
    theorem,
    header: `${task.toolchain.name}\0${task.header.text}`,
    key: proof.key,
    cost: proof.cost,
    async attempt(pass: 0 | 1, signal: AbortSignal, predictedMs: number) {
      const before = took.cpuMs;
      const budget = pass === 0 ? partOf(task.budget, firstBudgetMs(predictedMs)) : task.budget;
      const body = await attempt({ task, proof, shared, backend, independentCheck, signal }, budget, took);
      const cpuMs = took.cpuMs - before;
      if (body === undefined) return { kind: 'again' as const, cpuMs };
      const outcome = { body, took };
      return body.status === 'ERROR'
        ? { kind: 'lost' as const, outcome }
        : { kind: 'done' as const, outcome, cpuMs };
    },
  };
}

function verdictOf({ body, took }: Judged, index: number, proof: Proof): VerdictInit {
  return {
    ...body,
    index,
    parts: [{ name: 'proof', status: 'CORRECT', message: proof.choice }, ...(body.parts ?? [])],
    times: timesOf(took),
  };
}

/** Toolchains, their libraries and statement sets decide on verdicts as the verifier does. */
function versionOf(toolchains: readonly Toolchain[], sets: string | undefined): string {
  const facts = toolchains.map(({ name, version: lean, folder, repl, checker }) => [
    name,
    lean,
    librariesOf(folder),
    repl === undefined ? 'plain' : 'repl',
    checker?.kind ?? '',
  ]);
  const digest = createHash('sha256').update(JSON.stringify([facts, digestOfSets(sets)]));
  return `${version}-${toolchains[0]?.version ?? 'none'}-${digest.digest('hex').slice(0, 12)}`;
}

/** Which revisions a Lake project has of what it requires, as it says itself; empty where it is none. */
function librariesOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'lake-manifest.json'), 'utf8');
  } catch {
    return '';
  }
}
