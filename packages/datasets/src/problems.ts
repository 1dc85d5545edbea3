/** The problems of a run so far: what rows say of the same problem is one object, and must agree. */
import { hash } from 'node:crypto';
import { type ProblemInit, problemCodec, problemDigest } from '@assay/contract';
import { Fault } from './fault.ts';
import { Indices } from './indices.ts';
import { hasSpec } from './spec.ts';

/** Most characters (roughly) of problems that are held for rows to come. */
const maxHeld = 1 << 26;

/** What is remembered of a problem: a few hundred bytes once its content is let go. */
export interface Known {
  readonly id: string;
  /** Keys of its content, to compare rows with. */
  readonly spec: string;
  prompt: string;
  /** Undefined when let go. */
  problem: ProblemInit | undefined;
  /** Where it is let go but still in use elsewhere, it must stay the same object. */
  released: WeakRef<ProblemInit> | undefined;
  /** Whether a batch of it was given out. */
  given: boolean;
  /** Candidates taken. */
  taken: number;
  readonly indices: Indices;
}

interface Held {
  known: Known;
  size: number;
}

export class Problems {
  readonly #known = new Map<string, Known>();
  /** What is held, oldest first, from #oldest on. */
  #held: Held[] = [];
  #oldest = 0;
  #heldSize = 0;

  /**
   * The problem that a row names (by id) or describes, its content held at least until the next call; for good where
   * `pinned`.
   * @throws Fault where the row contradicts earlier ones, or says too little of a problem that is not known.
   */
  find(row: ProblemInit, pinned = false): Known {
    const known = this.#known.get(row.id as string);
    if (known === undefined) return this.#learn(row, pinned);
    if (hasSpec(row) && specKey(row) !== known.spec) throw differs(known.id, 'another gold answer or spec');
    if (row.prompt !== undefined && key(row.prompt) !== known.prompt) adoptPrompt(known, row.prompt);
    if (known.problem === undefined) {
      const whole = hasSpec(row) && (row.prompt !== undefined || known.prompt === '');
      // Also where the object lives on: which rows are good must not depend on the garbage collector.
      if (!whole) throw forgotten(known.id);
      this.#hold(known, known.released?.deref() ?? row);
    }
    // Of the row that is sampled, where the problem's own file knows nothing of models.
    if (row.promptTokens && known.problem && !known.given) known.problem.promptTokens ||= row.promptTokens;
    return known;
  }

  #learn(problem: ProblemInit, pinned: boolean): Known {
    const id = problem.id as string;
    if (!hasSpec(problem)) {
      throw new Fault(
        'missing_gold',
        `nothing says what ${JSON.stringify(id)} is judged by`,
        'Add `gold` (or `tests`, `custom`, `problem`), or name the file of problems that has this id. ' +
          'To only score candidates, add "problem": {"scoring": {}}.',
      );
    }
    const known: Known = {
      id,
      spec: specKey(problem),
      prompt: key(problem.prompt ?? ''),
      problem,
      released: undefined,
      given: false,
      taken: 0,
      indices: new Indices(),
    };
    this.#known.set(id, known);
    if (!pinned) this.#hold(known, problem);
    return known;
  }

  /** Holds a problem's content, and lets go of the oldest ones where that is too much. */
  #hold(known: Known, problem: ProblemInit): void {
    known.problem = problem;
    const size = sizeOf(problem);
    this.#held.push({ known, size });
    this.#heldSize += size;
    while (this.#heldSize > maxHeld && this.#oldest < this.#held.length - 1) {
      const { known: old, size: oldSize } = this.#held[this.#oldest++] as Held;
      this.#heldSize -= oldSize;
      old.released = new WeakRef(old.problem as ProblemInit);
      old.problem = undefined;
    }
    if (this.#oldest > 1000 && this.#oldest * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#oldest);
      this.#oldest = 0;
    }
  }
}

/** Takes over the prompt of a problem that came without, unless somebody has seen it so. */
function adoptPrompt(known: Known, prompt: string): void {
  if (known.prompt !== '' || known.given || known.problem === undefined) {
    throw differs(known.id, 'another prompt');
  }
  known.problem.prompt = prompt;
  known.prompt = key(prompt);
}

function differs(id: string, what: string): Fault {
  return new Fault(
    'problem_differs',
    `${JSON.stringify(id)} has ${what} than before`,
    'Give different problems different ids.',
  );
}

function forgotten(id: string): Fault {
  return new Fault(
    'problem_forgotten',
    `the row that says what ${JSON.stringify(id)} is judged by is too far back`,
    'Give the problems as files of their own, sort the rows by problem, or repeat the gold answer in each.',
  );
}

function specKey(problem: ProblemInit): string {
  const { mathAnswer } = problem;
  if (mathAnswer) return key(`${mathAnswer.gold ?? ''}\0${mathAnswer.policy ?? ''}`);
  return problemDigest({ ...problem, prompt: '' });
}

/** Short, and equal for equal texts only. */
function key(text: string): string {
  return text.length <= 32 ? text : hash('sha256', text, 'base64url');
}

/** Characters, roughly, that a problem takes. */
function sizeOf(problem: ProblemInit): number {
  const { mathAnswer, prompt } = problem;
  if (mathAnswer) return 256 + (prompt?.length ?? 0) + (mathAnswer.gold?.length ?? 0);
  return 256 + problemCodec.serialize(problem).length;
}
