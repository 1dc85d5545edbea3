/** A small problem of each kind, with candidates: right, wrong and no answer. */
import type { ProblemInit } from '@assay/contract';

export interface Sample {
  problem: ProblemInit;
  candidates: string[];
  /** From nothing but its kind: a verifier may find nothing in it to judge by. */
  madeUp?: boolean;
}

const samples: Record<string, Sample> = {
  math_answer: {
    problem: { prompt: 'How much is six times seven?', mathAnswer: { gold: '42' } },
    candidates: ['It is \\boxed{42}.', 'It is \\boxed{41}.', 'That depends.', '\\boxed{\\frac{84}{2}}'],
  },
  program_tests: {
    problem: {
      prompt: 'Read a number and print its double.',
      programTests: {
        language: 'python',
        tests: [{ name: 'one', input: Buffer.from('21\n'), output: Buffer.from('42\n') }],
      },
    },
    candidates: [
      '```python\nprint(2 * int(input()))\n```',
      '```python\nprint(int(input()))\n```',
      'I would rather not.',
    ],
  },
  theorem: {
    problem: {
      prompt: 'Prove that two and two are four.',
      theorem: { name: 'two_and_two', statement: 'theorem two_and_two : 2 + 2 = 4 := by\n' },
    },
    candidates: ['  rfl\n', '  exact absurd\n', '```lean4\n  exact sorry\n```', 'I do not know.'],
  },
  scoring: {
    problem: { prompt: 'Name the capital of France.', scoring: {} },
    candidates: ['Paris.', 'It is Lyon.', 'I do not know.'],
  },
};

/** The first of a verifier's kinds that there is a sample of; a custom kind gets an empty object. */
export function sampleOf(kinds: readonly string[]): Sample | undefined {
  for (const kind of kinds) {
    const sample = samples[kind];
    if (sample !== undefined) return sample;
  }
  const kind = kinds.find((name) => name !== 'repository_patch');
  if (kind === undefined) return undefined;
  return {
    problem: { custom: { kind, json: '{}' } },
    candidates: ['first', 'second', ''],
    madeUp: true,
  };
}
