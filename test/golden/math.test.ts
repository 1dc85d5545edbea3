/** The math checker on labelled answers of others: what it must reproduce, and what it must never accept. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verify } from '@assay/math/verify';
import { readRows, sharedData } from '../support/assay.ts';

interface Labelled {
  gold: string;
  answer: string;
  expected: boolean | null;
  note?: string;
}

interface Counts {
  right: number;
  falseAccepts: number;
  judged: number;
}

/** Verdicts on a file of pairs against its labels. An undecided verdict is never right. */
function agreement(path: string, policyOf: (row: Labelled) => string): Counts {
  const counts = { right: 0, falseAccepts: 0, judged: 0 };
  for (const row of readRows<Labelled>(path)) {
    if (typeof row.expected !== 'boolean') continue;
    counts.judged++;
    const outcome = outcomeOf(row.gold, row.answer, policyOf(row));
    if (outcome === (row.expected ? 'equal' : 'unequal')) counts.right++;
    else if (outcome === 'equal') counts.falseAccepts++;
  }
  return counts;
}

/** A reference without an answer has no equal. */
function outcomeOf(gold: string, answer: string, policy: string): string {
  try {
    return verify(gold, answer, policy).outcome;
  } catch (error) {
    if ((error as { code?: string }).code === 'bad_gold') return 'unequal';
    throw error;
  }
}

/** Math-Verify's tests say to how many decimals they round. */
function mathVerify({ note = '' }: Labelled): string {
  return `math-verify,rounding=${/float_rounding=(\d+)/.exec(note)?.[1] ?? 6}`;
}

const strict = () => 'strict';

/** Least share that agrees, and most that are accepted against their label, each with its reason. */
const suites: [
  name: string,
  policy: (row: Labelled) => string,
  least: number,
  falseAccepts: number,
  why?: string,
][] = [
  ['hardverify_math', strict, 0.9, 1, 'a label that calls a reordered set wrong'],
  [
    'math_verify_tests',
    mathVerify,
    0.97,
    1,
    'a formula over several lines, which the test wants not to be found',
  ],
  [
    'lighteval_extractive_match',
    mathVerify,
    0.97,
    2,
    'formulas over several lines, which the tests want not to be found',
  ],
  ['math_verify_issues', strict, 1, 0],
  ['olympiadbench_scoring_examples', strict, 1, 0],
  ['open_instruct_strip_string', strict, 1, 0],
  ['qwen_math_equal_examples', () => 'qwen', 1, 0],
  ['representative_pairs', strict, 1, 0],
  ['simple_evals_equality_prompt', strict, 0.8, 1, 'a label that asks not to divide 3245 by 5'],
  ['trainer_reward_tests', strict, 0.92, 0],
  [
    'hendrycks_math_equivalence',
    strict,
    0.9,
    1,
    'labels of a comparison of strings, which keeps the order of a bare list',
  ],
  ['real_qwen_math_cot100', strict, 1, 0],
  ['real_tora_gsm8k', strict, 1, 0],
];

describe('labelled pairs', () => {
  for (const [name, policy, least, falseAccepts, why] of suites) {
    const data = sharedData(`math_cases/${name}.jsonl`);
    const except = why === undefined ? '' : `, false accepts only for ${why}`;
    test(`${name}: at least ${100 * least} %${except}`, { skip: data.skip }, () => {
      const counts = agreement(data.path, policy);
      assert.ok(counts.right / counts.judged >= least, JSON.stringify(counts));
      assert.ok(counts.falseAccepts <= falseAccepts, JSON.stringify(counts));
    });
  }

  const adversarial = sharedData('math_cases/adversarial.jsonl');
  test('adversarial: not one false accept', { skip: adversarial.skip }, () => {
    const counts = agreement(adversarial.path, strict);
    assert.equal(counts.falseAccepts, 0);
    // An integral is left to the algebra system of the service.
    assert.ok(counts.right >= counts.judged - 1, JSON.stringify(counts));
  });
});

interface ModelAnswers {
  gt: string;
  code: string[];
  score: boolean[];
}

const answers = sharedData('math_rm_maj/first60.jsonl');
test('60 problems × 8 answers of a model: every published flag', { skip: answers.skip }, () => {
  const differing = readRows<ModelAnswers>(answers.path).flatMap(({ gt, code, score }, row) =>
    code.flatMap((text, at) =>
      (outcomeOf(gt, text, 'strict') === 'equal') === score[at] ? [] : [`${row}/${at}`],
    ),
  );
  assert.deepEqual(differing, []);
});
