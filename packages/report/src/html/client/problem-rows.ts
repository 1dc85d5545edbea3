/** What the table of problems is made of. */
import type { PageData } from '../data.ts';

/** One problem by one verifier. */
export interface Row {
  readonly at: number;
  readonly id: string;
  readonly dataset: string;
  readonly candidates: number;
  readonly correct: number;
  /** Of the judged ones; NaN where nothing is judged. */
  readonly share: number;
  readonly missing: number;
  readonly skipped: number;
  readonly classes: number;
  readonly vote: number | null;
}

export const columns: readonly { name: string; title: string; of: (row: Row) => number | string }[] = [
  { name: 'id', title: 'problem', of: ({ id }) => id },
  { name: 'candidates', title: 'candidates', of: ({ candidates }) => candidates },
  { name: 'correct', title: 'correct', of: ({ correct }) => correct },
  { name: 'share', title: 'share', of: ({ share }) => (Number.isNaN(share) ? -1 : share) },
  { name: 'missing', title: 'missing', of: ({ missing }) => missing },
  { name: 'classes', title: 'answer classes', of: ({ classes }) => classes },
  { name: 'vote', title: 'vote', of: ({ vote }) => vote ?? -1 },
];

/** Columns that a narrow screen has room for, beside the problem. */
export const narrow = new Set(['correct', 'share', 'missing', 'vote']);

export const states: Readonly<Record<string, { title: string; test: (row: Row) => boolean }>> = {
  all: { title: 'all', test: () => true },
  solved: { title: 'solved', test: ({ correct }) => correct > 0 },
  unsolved: { title: 'unsolved', test: ({ correct, missing }) => correct === 0 && missing === 0 },
  open: {
    title: 'open: none correct, some missing',
    test: ({ correct, missing }) => correct === 0 && missing > 0,
  },
  missing: { title: 'with missing verdicts', test: ({ missing }) => missing > 0 },
  always: { title: 'every candidate correct', test: ({ share }) => share === 1 },
  outvoted: {
    title: 'solved, and the vote is wrong',
    test: ({ correct, vote }) => correct > 0 && vote !== null && vote < 0.5,
  },
  skipped: { title: 'with skipped candidates', test: ({ skipped }) => skipped > 0 },
};

export function rowsBy({ problems }: PageData, verifier: number): Row[] {
  const own = problems.verifiers[verifier];
  if (own === undefined) return [];
  return problems.id.map((id, at) => {
    const [candidates = 0, correct = 0, missing = 0, skipped = 0] = [
      own.candidates[at],
      own.correct[at],
      own.error[at],
      own.skipped[at],
    ];
    const judged = candidates - missing - skipped;
    return {
      at,
      id,
      dataset: problems.dataset[at] ?? '',
      candidates,
      correct,
      share: judged > 0 ? correct / judged : Number.NaN,
      missing,
      skipped,
      classes: own.classes[at] ?? 0,
      vote: own.vote[at] ?? null,
    };
  });
}
