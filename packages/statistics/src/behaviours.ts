/** Candidates of one problem by how their programs behave, and which of them may be submitted. */
import { requireInteger } from './check.ts';
import type { Votes } from './votes.ts';

/** Numbers of candidates: all, and those that pass the filter (the example tests). */
export interface Passing {
  readonly count: number;
  readonly correct: number;
  /** Of `count`, those that pass the filter. */
  readonly kept: number;
  readonly keptCorrect: number;
}

/**
 * Candidates of one problem in classes that behave alike (in AlphaCode: equal outputs on further inputs). A class can
 * be mixed: equal behaviour on some inputs is not the same correctness.
 */
export interface BehaviourTable {
  readonly classes: readonly Passing[];
  /** Candidates whose behaviour is not known: each is a class by itself. None if not given. */
  readonly unclassed?: Passing;
}

/** Candidates that may be submitted, class by class, largest class first. */
export interface Pool {
  readonly size: number;
  readonly correct: number;
  readonly sizes: Uint32Array;
  /** Correct candidates of each class. */
  readonly rights: Uint32Array;
}

/** A `BehaviourTable` made ready. */
export interface Behaviours {
  /** All candidates. */
  readonly n: number;
  readonly kept: Pool;
  /** What is submitted where nothing is kept: all others, or none. */
  readonly instead: Pool;
}

export interface Filtering {
  /** Whether only candidates that pass the filter are kept, or all. */
  readonly filter: boolean;
  /** Where none passes: 'fail', nothing is submitted; 'unfiltered', as if there were no filter. */
  readonly noneKept: 'fail' | 'unfiltered';
}

const nothing: Passing = { count: 0, correct: 0, kept: 0, keptCorrect: 0 };

/** RangeError where the table does not fit together; `problem` is the index to name in it. */
export function behavioursOf(
  { classes, unclassed = nothing }: BehaviourTable,
  problem: number,
  { filter, noneKept }: Filtering,
): Behaviours {
  let n = 0;
  for (const [i, passing] of [unclassed, ...classes].entries()) {
    const of = `of ${i === 0 ? 'the unclassed' : `class ${i - 1}`} of problem ${problem}`;
    const { count, correct, kept, keptCorrect } = passing;
    requireInteger(`count ${of}`, count, 0);
    requireInteger(`correct ${of}`, correct, 0, count);
    requireInteger(`kept ${of}`, kept, 0, count);
    const least = Math.max(0, kept + correct - count);
    requireInteger(`keptCorrect ${of}`, keptCorrect, least, Math.min(kept, correct));
    n += count;
  }
  const all = (passing: Passing): Part => [passing.count, passing.correct];
  const passed = ({ kept, keptCorrect }: Passing): Part => [kept, keptCorrect];
  const failed = (passing: Passing): Part => [
    passing.count - passing.kept,
    passing.correct - passing.keptCorrect,
  ];
  const pool = (part: (passing: Passing) => Part) => poolOf(classes.map(part), part(unclassed));
  return {
    n,
    kept: pool(filter ? passed : all),
    instead: filter && noneKept === 'unfiltered' ? pool(failed) : poolOf([], [0, 0]),
  };
}

/** Candidates of a class, and correct ones among them. */
type Part = readonly [size: number, right: number];

function poolOf(classes: readonly Part[], [alone, aloneRight]: Part): Pool {
  const parts = classes.filter(([size]) => size > 0);
  for (let i = 0; i < alone; i++) parts.push([1, i < aloneRight ? 1 : 0]);
  parts.sort(([a], [b]) => b - a);
  const sizes = Uint32Array.from(parts, ([size]) => size);
  const rights = Uint32Array.from(parts, ([, right]) => right);
  const sum = (values: Uint32Array) => values.reduce((total, value) => total + value, 0);
  return { size: sum(sizes), correct: sum(rights), sizes, rights };
}

/** The pool's candidates among `n` as votes for their classes: the others abstain. */
export function votesIn({ size, sizes, rights }: Pool, n: number): Votes {
  const rates = Float64Array.from(rights, (right, i) => right / (sizes[i] as number));
  return { n, abstaining: n - size, sizes, rates };
}
