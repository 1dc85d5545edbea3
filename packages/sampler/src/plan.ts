/** What is still to be asked, and in which order. */
import { AssayError, type ProblemInit } from '@assay/contract';
import type { FormName } from './forms/index.ts';
import type { Prompt } from './prompt.ts';
import type { FormSettings } from './settings.ts';

/** A problem that is sampled. */
export interface Asked {
  readonly problem: ProblemInit & { id: string };
  readonly form: FormName;
  readonly settings: FormSettings;
  readonly prompt: Prompt;
}

/** Indices that one request asks for, without gaps. */
export interface Task {
  readonly asked: Asked;
  readonly indices: readonly number[];
}

export class Plan {
  readonly #problems: Map<string, { readonly asked: Asked; readonly have: Uint8Array; missing: number }>;
  readonly #n: number;

  /** @param n samples of each problem */
  constructor(problems: readonly Asked[], n: number) {
    this.#n = n;
    this.#problems = new Map(
      problems.map((asked) => [asked.problem.id, { asked, have: new Uint8Array(n), missing: n }]),
    );
  }

  /**
   * Notes a sample that is there; false where it is of no use: of another problem, or beyond n. Errors: `bad_row` for one
   * that is there twice, `samples_differ` for one of another prompt.
   */
  has(id: string, index: number, digest: string): boolean {
    const entry = this.#problems.get(id);
    if (entry === undefined) return false;
    if (digest !== entry.asked.prompt.digest) {
      throw new AssayError(
        'samples_differ',
        `The samples of ${JSON.stringify(id)} were drawn with another prompt.`,
        {
          mend: 'Write to another file with --out: the problem, its exemplars or the form of the prompt has changed.',
        },
      );
    }
    if (index >= this.#n) return false;
    if (entry.have[index] === 1) {
      throw new AssayError('bad_row', `Sample ${index} of ${JSON.stringify(id)} is in the file twice.`, {
        mend: 'Remove one of the lines, or write to another file with --out.',
      });
    }
    entry.have[index] = 1;
    entry.missing--;
    return true;
  }

  get missing(): number {
    return [...this.#problems.values()].reduce((sum, { missing }) => sum + missing, 0);
  }

  missingOf(id: string): number {
    return this.#problems.get(id)?.missing ?? 0;
  }

  /**
   * Requests for all that is missing, at most `batch` samples each. Problem by problem: then servers find the prompt in
   * their cache. `inTurns`: one request of each problem, then the next of each, so that a problem is solved before much
   * more is asked of it.
   */
  *tasks(batch: number, inTurns: boolean): Generator<Task> {
    const queues = [...this.#problems.values()].map((entry) => this.#tasksOf(entry, batch));
    if (!inTurns) {
      for (const queue of queues) yield* queue;
      return;
    }
    for (let open = queues; open.length > 0; ) {
      const still: Generator<Task>[] = [];
      for (const queue of open) {
        const next = queue.next();
        if (next.done) continue;
        yield next.value;
        still.push(queue);
      }
      open = still;
    }
  }

  *#tasksOf({ asked, have }: { asked: Asked; have: Uint8Array }, batch: number): Generator<Task> {
    // What is there was known before the first request; what is asked for meanwhile is passed already.
    for (let index = have.indexOf(0); index >= 0; ) {
      const indices = [index];
      while (indices.length < batch && have[index + 1] === 0) indices.push(++index);
      yield { asked, indices };
      index = have.indexOf(0, index + 1);
    }
  }
}
