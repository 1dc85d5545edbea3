/** What a run asks of its verifiers: how each candidate gets its verdict, and when that is durable. */
import {
  type CandidateInit,
  keyDigest,
  normalizeText,
  type Run,
  type RunProgress,
  type VerdictSource,
} from '@assay/contract';
import type { Judgement, Store } from '@assay/store';
import { type Asked, type Entry, isStored, type VerifierOfRun, wantOf, workOf } from './asked.ts';
import type { Committer } from './committer.ts';
import { Counts } from './counts.ts';
import type { OrchestratorOptions } from './options.ts';
import type { VerifierPool } from './pool.ts';
import type { RunContext } from './run.ts';
import type { Sharing } from './shared.ts';
import type { Submission } from './submission.ts';
import { errorVerdict, type ProblemRef, Task, type Waiter } from './task.ts';

/** The run, for what it asks. */
export interface AskingHost {
  readonly aborted: boolean;
  fail(error: unknown): void;
  /** One is no longer under way. */
  onEnd(): void;
}

/** What is under way, and its memory: a problem's once, however many of its candidates there are. */
export interface Held {
  count: number;
  chars: number;
}

/** Milliseconds in which others, who look for such work often, surely find what is nobody's. */
const leastPatienceMs = 5_000;

export class Asking {
  readonly #host: AskingHost;
  readonly #run: Run;
  readonly #pools: readonly VerifierPool[];
  readonly #store: Store;
  readonly #sharing: Sharing | undefined;
  readonly #committer: Committer;
  readonly #options: OrchestratorOptions;
  readonly #counts = new Counts();
  readonly #outstanding: Held = { count: 0, chars: 0 };
  readonly #adopted: Held = { count: 0, chars: 0 };
  /** By key of the work: what is said of it where no other process can judge it either. */
  readonly #passedOn = new Map<string, Judgement>();

  constructor(host: AskingHost, run: Run, pools: readonly VerifierPool[], context: RunContext) {
    this.#host = host;
    this.#run = run;
    this.#pools = pools;
    this.#store = context.store;
    this.#sharing = context.sharing;
    this.#committer = context.committer;
    this.#options = context.options;
  }

  /** What is not durable yet. */
  get outstanding(): number {
    return this.#outstanding.count;
  }

  /** Of these, what was taken over. */
  get adopted(): Readonly<Held> {
    return this.#adopted;
  }

  get hasRoom(): boolean {
    const { maxOutstanding, maxOutstandingChars } = this.#options;
    return this.#outstanding.count < maxOutstanding && this.#outstanding.chars < maxOutstandingChars;
  }

  /** Of this process. */
  progress(): Omit<RunProgress, 'run' | 'problems' | 'inputShare'> {
    return this.#counts.read();
  }

  /** Takes candidates for one verifier: each is stored already, shared, joined to a task, or made one. */
  async accept(
    verifier: VerifierOfRun,
    entry: Entry,
    problem: ProblemRef,
    candidates: readonly CandidateInit[],
    submission: Submission,
  ): Promise<void> {
    const all = candidates.map(({ index = 0, text = '', tokens = 0 }) => {
      const normalized = normalizeText(text, verifier.pool.normalization);
      return this.ask(verifier, entry, problem, normalized, { candidate: index, tokens }, submission);
    });
    /** What nothing has been done for yet. */
    const left = new Set(all);
    try {
      const cached = await this.#lookUp(all);
      const fresh: Asked[] = [];
      for (const asked of all) {
        const known = cached.get(asked.key) ?? verifier.pool.task(asked.key)?.judgement;
        if (isStored(asked)) this.#again(asked, asked.before?.judgement, 'STORED');
        else if (this.#isSkipped(asked)) this.#put(asked, undefined, 'SKIPPED');
        else if (known !== undefined) this.#put(asked, known, 'SHARED');
        else if (!this.#refuseOversize(asked)) {
          fresh.push(asked);
          continue;
        }
        left.delete(asked);
      }
      await this.#place(fresh);
    } catch (error) {
      for (const asked of left) {
        this.#giveBack(asked);
        this.#end(asked);
      }
      throw error;
    }
  }

  /** Counts it as under way. */
  ask(
    verifier: VerifierOfRun,
    entry: Entry,
    problem: ProblemRef,
    text: string,
    { candidate, tokens }: { candidate: number; tokens: number },
    submission?: Submission,
  ): Asked {
    const { ordinal, pool } = verifier;
    const digest = keyDigest(this.#run, problem.digest, candidate);
    this.#counts.submitted();
    this.#outstanding.count++;
    this.#outstanding.chars += text.length + (entry.outstanding++ === 0 ? problem.bytes : 0);
    if (submission === undefined) {
      this.#adopted.count++;
      this.#adopted.chars += text.length + (entry.adopted++ === 0 ? problem.bytes : 0);
    } else submission.open++;
    return {
      ...{ verifier, entry, problem, text, digest, submission },
      key: pool.key(digest, text),
      row: {
        problem: entry.handle,
        verifier: ordinal,
        candidate,
        tokens,
        source: 'JUDGED',
        judgement: undefined,
      },
      before: undefined,
      at: performance.now(),
      work: undefined,
    };
  }

  /** Finds what the store has of them, and the judgements of those that have none. */
  async #lookUp(all: readonly Asked[]): Promise<Map<string, Judgement>> {
    const [first] = all;
    if (first === undefined) return new Map();
    const { problem, verifier } = first.row;
    const indices = all.map(({ row }) => row.candidate);
    const read = this.#store.findVerdicts(problem, verifier, indices).then((stored) => {
      for (const asked of all) asked.before = stored.get(asked.row.candidate);
    });
    // One way there and back where they cost more than a key that is looked up for nothing.
    if (this.#sharing === undefined) await read;
    const keys = all.filter((asked) => !isStored(asked)).map(({ key }) => key);
    const [judgements] = await Promise.all([this.#store.findJudgements(keys), read]);
    return judgements;
  }

  #isSkipped({ entry, before }: Asked): boolean {
    return this.#run.earlyStop && (entry.solved || (entry.solvedBefore && before?.judgement === undefined));
  }

  #refuseOversize(asked: Asked): boolean {
    const oversize = asked.verifier.pool.oversize(asked.problem, asked.text);
    if (oversize === undefined) return false;
    const verdict = errorVerdict('too_large', oversize, false);
    this.#put(asked, { key: asked.key, verdict, replica: '', attempts: 0 }, 'JUDGED');
    return true;
  }

  /** Has them judged: here, or where it is under way. In a shared store that is durable first. */
  async #place(fresh: readonly Asked[]): Promise<void> {
    const [first] = fresh;
    if (first === undefined) return;
    if (this.#sharing === undefined) {
      for (const asked of fresh) this.#judge(asked);
      return;
    }
    for (const asked of fresh) asked.work = asked.key;
    const work = new Map(fresh.map((asked) => [asked.key, workOf(asked)]));
    const places = await this.#sharing.enqueue(first.problem, [...work.values()], fresh.map(wantOf));
    const judged = fresh.filter(({ key }) => places.get(key) === 'judged');
    const found =
      judged.length === 0 ? new Map() : await this.#store.findJudgements(judged.map(({ key }) => key));
    for (const asked of fresh) {
      const known = found.get(asked.key);
      // Settled by the question itself.
      if (places.get(asked.key) === 'judged') {
        asked.work = undefined;
        this.#passedOn.delete(asked.key);
      }
      if (known !== undefined) this.#put(asked, known, 'SHARED');
      else if (places.get(asked.key) === 'mine') this.#goOn(asked);
      else this.#awaitElsewhere(asked);
    }
  }

  /** The work is this process's: judged, or given up where it came back from all others. */
  #goOn(asked: Asked): void {
    const said = this.#passedOn.get(asked.key);
    if (said === undefined || asked.verifier.pool.task(asked.key) !== undefined) this.#judge(asked);
    else this.#put(asked, said, 'JUDGED');
  }

  /** As a task, joined to one under way for the same key. */
  #judge(asked: Asked): void {
    const { pool } = asked.verifier;
    const running = pool.task(asked.key);
    if (running?.judgement !== undefined) {
      this.#put(asked, running.judgement, 'SHARED');
      return;
    }
    const task = running ?? new Task(asked.key, asked.digest, asked.problem, asked.text);
    task.trace ??= asked.submission?.trace;
    const waiter: Waiter = {
      scope: asked.verifier,
      wanted: () => this.#isWanted(asked),
      settle: (judgement, shared) => {
        if (this.#host.aborted) {
          // Nobody waits any more, and the store may have failed; submitted again, it is found or judged.
          const isLast = !task.waiters.some((each) => each.wanted());
          pool.forget(task);
          if (isLast) this.#giveBack(asked);
        } else if (judgement === undefined && asked.submission?.gone) this.#end(asked);
        else if (judgement === undefined) this.#put(asked, undefined, 'SKIPPED');
        else if (this.#passOn(asked, judgement)) pool.forget(task);
        else {
          this.#put(asked, judgement, shared ? 'SHARED' : 'JUDGED', () => pool.forget(task));
        }
      },
    };
    pool.want(task, waiter);
  }

  #isWanted({ entry, submission }: Asked): boolean {
    return !this.#host.aborted && !submission?.gone && !(this.#run.earlyStop && entry.solved);
  }

  /** Where this process has no replica that answers, another one may. The second time that is said, it stands. */
  #passOn(asked: Asked, judgement: Judgement): boolean {
    const { work } = asked;
    if (work === undefined || judgement.verdict.reason !== 'unavailable' || judgement.replica !== '')
      return false;
    if ((this.#passedOn.get(work) ?? judgement) !== judgement) return false;
    this.#passedOn.set(work, judgement);
    this.#sharing?.release([work]);
    this.#awaitElsewhere(asked);
    return true;
  }

  /** Waits for another process to judge it; where it is nobody's for too long, asks for it again. */
  #awaitElsewhere(asked: Asked): void {
    this.#sharing?.wait({
      want: wantOf(asked),
      patienceMs: Math.max(leastPatienceMs, this.#options.unavailableMs),
      before: asked.before,
      wanted: () => this.#isWanted(asked),
      settle: (row) => {
        if (this.#host.aborted) return;
        if (row !== undefined) {
          this.#again(asked, row.judgement, row.judgement === undefined ? 'SKIPPED' : 'SHARED');
        } else if (this.#isWanted(asked)) {
          this.#place([asked]).catch((error: unknown) => this.#host.fail(error));
        } else this.#put(asked, undefined, 'SKIPPED');
      },
    });
  }

  /** Goes on with work of another process, which this one has now. */
  adopt(asked: Asked): void {
    if (this.#host.aborted) this.#giveBack(asked);
    else if (this.#isSkipped(asked)) this.#put(asked, undefined, 'SKIPPED');
    else if (!this.#refuseOversize(asked)) this.#judge(asked);
  }

  /** It is not judged here: in a shared store others may go on, where they want it. */
  #giveBack({ work, verifier, key }: Asked): void {
    if (work !== undefined && !verifier.pool.task(key)?.wanted) this.#sharing?.release([work]);
  }

  /** Stores it, and goes on when that is durable. */
  #put(asked: Asked, judgement: Judgement | undefined, source: VerdictSource, stored = () => {}): void {
    const { row } = asked;
    row.judgement = judgement && settling(asked, judgement);
    row.source = source;
    // In a shared store another process may be first, and may skip this one for a success of its own that comes second.
    if (this.#sharing === undefined) this.#solveBy(asked);
    const durable = () => {
      stored();
      this.#solveBy(asked);
      if (judgement === undefined) this.#giveBack(asked);
      this.#finish(asked);
    };
    const refused = () => {
      stored();
      this.#awaitElsewhere(asked);
    };
    this.#committer.add(this.#run.id, row, durable, refused, asked.submission?.trace);
  }

  /** Has it as it is stored. */
  #again(asked: Asked, judgement: Judgement | undefined, source: VerdictSource): void {
    asked.row.judgement = judgement;
    asked.row.source = source;
    this.#solveBy(asked);
    this.#finish(asked);
  }

  #finish(asked: Asked): void {
    const { row, verifier, submission, entry } = asked;
    this.#counts.done(row.source, row.judgement, verifier.ordinal === 0);
    const seconds = (performance.now() - asked.at) / 1000;
    const status = row.judgement?.verdict.status;
    this.#options.meters?.answered(verifier.pool.name, row.source, status, seconds);
    const verdict = row.judgement === undefined ? null : { ...row.judgement.verdict, index: row.candidate };
    const { candidate, source } = row;
    submission?.deliver({ problem: entry.id, candidate, verifier: verifier.pool.name, source, verdict });
    this.#end(asked);
  }

  #end({ text, entry, problem, submission, work }: Asked): void {
    this.#outstanding.count--;
    this.#outstanding.chars -= text.length + (--entry.outstanding === 0 ? problem.bytes : 0);
    if (submission === undefined) {
      this.#adopted.count--;
      this.#adopted.chars -= text.length + (--entry.adopted === 0 ? problem.bytes : 0);
    } else submission.open--;
    if (work !== undefined) this.#passedOn.delete(work);
    this.#host.onEnd();
  }

  #solveBy({ entry, row }: Asked): void {
    if (row.verifier === 0 && row.judgement?.verdict.status === 'CORRECT') this.solved(entry);
  }

  /** Where the run stops early, gives up what is under way for a problem that is solved. */
  solved(entry: Entry): void {
    if (entry.solved) return;
    entry.solved = true;
    if (this.#run.earlyStop) for (const pool of this.#pools) pool.dropUnwanted();
  }
}

/**
 * The judgement, as what settles this one's work. Several pieces of work can come to one judgement: where the verifier's
 * version has changed since one of them was enqueued.
 */
function settling({ work }: Asked, judgement: Judgement): Judgement {
  if (work === undefined || judgement.work === work) return judgement;
  if (judgement.work !== undefined || judgement.id !== undefined) return { ...judgement, work };
  judgement.work = work;
  return judgement;
}
