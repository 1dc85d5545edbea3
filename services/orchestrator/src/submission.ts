/** One open submission: what it brings is checked, and what it waits for is delivered. */
import {
  AssayError,
  type CandidateInit,
  type ProblemInit,
  problemCodec,
  problemDigest,
  type RunVerdict,
  type Trace,
} from '@assay/contract';
import type { ProblemRef } from './task.ts';

export class Submission {
  readonly #onVerdicts: (verdicts: RunVerdict[]) => void;
  #delivered: RunVerdict[] = [];
  #ended = false;
  /** Candidates × verifiers without a durable verdict. */
  open = 0;
  /** How much of its input it has submitted; 0: not known. */
  inputShare = 0;
  /** Whoever submitted has left for good: nobody waits for its verdicts. */
  gone = false;

  /** Its span, where it is traced. */
  readonly trace: Trace | undefined;

  constructor(onVerdicts: (verdicts: RunVerdict[]) => void = () => {}, trace?: Trace) {
    this.#onVerdicts = onVerdicts;
    this.trace = trace;
  }

  deliver(verdict: RunVerdict): void {
    if (this.#ended) return;
    if (this.#delivered.length === 0) {
      // What becomes durable together is delivered together.
      queueMicrotask(() => {
        const verdicts = this.#delivered;
        this.#delivered = [];
        if (!this.#ended) this.#onVerdicts(verdicts);
      });
    }
    this.#delivered.push(verdict);
  }

  /** Nothing is delivered to who has had the end. */
  end(): void {
    this.#ended = true;
  }
}

/** Error: `invalid_candidate`. */
export function checkCandidates(problem: string, candidates: readonly CandidateInit[]): void {
  const isUint32 = (value: number) => Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
  const seen = new Set<number>();
  for (const { index = 0, tokens = 0 } of candidates) {
    if (!isUint32(index) || !isUint32(tokens) || seen.has(index)) {
      const what = seen.has(index)
        ? 'comes twice'
        : `or its tokens (${tokens}) are no whole number below 2³²`;
      throw new AssayError(
        'invalid_candidate',
        `Problem ${JSON.stringify(problem)}: candidate ${index} ${what}.`,
        {
          mend: 'Number the candidates of a problem from 0, each once.',
        },
      );
    }
    seen.add(index);
  }
}

/** Error: `invalid_problem`. */
export function checkProblemId(id: string): void {
  if (id !== '' && id.length <= 512) return;
  throw new AssayError(
    'invalid_problem',
    `Problem id ${JSON.stringify(id.slice(0, 80))} is empty or too long.`,
    {
      mend: 'Give each problem an id of 1 to 512 characters.',
    },
  );
}

/** By problem object, which must not change: a reader gives the same object for every chunk of a problem. */
const refs = new WeakMap<ProblemInit, ProblemRef>();

export function problemRef(problem: ProblemInit): ProblemRef {
  let ref = refs.get(problem);
  if (ref === undefined) {
    ref = { digest: problemDigest(problem), message: problem, bytes: problemCodec.serialize(problem).length };
    refs.set(problem, ref);
  }
  return ref;
}
