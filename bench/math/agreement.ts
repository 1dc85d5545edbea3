/** How often verdicts agree with labels, for us and for Math-Verify. */
import type { Verdict } from '@assay/contract';
import { pairHash, reasons } from './differences.ts';
import { batchesOf, type Ours } from './ours.ts';
import type { Peer } from './peer.ts';
import type { Pair, Suite } from './suites.ts';

export type Outcome = 'equal' | 'unequal' | 'undecided';

export interface Score {
  /** Verdicts that agree with the label; an undecided one never does. */
  right: number;
  falsePositives: number;
  falseNegatives: number;
  undecided: number;
}

export interface Difference {
  readonly suite: string;
  readonly row: number;
  readonly hash: string;
  readonly gold: string;
  readonly answer: string;
  readonly expected: boolean;
  readonly outcome: Outcome;
  /** What our verdict says of itself. */
  readonly message: string;
  /** The peer's verdict, where it ran. */
  readonly peer: boolean | undefined;
  readonly reason: string | undefined;
}

export interface Agreement {
  readonly suite: string;
  readonly preset: string;
  /** Labelled pairs. */
  readonly pairs: number;
  readonly ours: Score;
  readonly peer: Score | undefined;
  readonly differences: readonly Difference[];
}

/** Judges a suite with both. Pairs without a label are left out. */
export async function agreementOf(suite: Suite, ours: Ours, peer: Peer | undefined): Promise<Agreement> {
  const labelled = suite.pairs.filter(({ expected }) => expected !== undefined);
  const verdicts = await judgeOurs(labelled, suite.preset, ours);
  const peerVerdicts = await peer?.judge(labelled, suite.wrap);
  const score = emptyScore();
  const peerScore = emptyScore();
  const differences: Difference[] = [];
  for (const [at, pair] of labelled.entries()) {
    const { gold, answer, row } = pair;
    const expected = pair.expected as boolean;
    const verdict = verdicts.get(pair);
    const outcome = outcomeOf(verdict);
    const theirs = peerVerdicts?.[at];
    add(score, outcome, expected);
    if (theirs) add(peerScore, theirs.equal ? 'equal' : 'unequal', expected);
    if (outcome === (expected ? 'equal' : 'unequal')) continue;
    const hash = pairHash(gold, answer);
    differences.push({
      suite: suite.name,
      row,
      hash,
      gold,
      answer,
      expected,
      outcome,
      message: [verdict?.reason, verdict?.message].filter(Boolean).join(': '),
      peer: theirs?.equal,
      reason: reasons[hash],
    });
  }
  const { name, preset } = suite;
  const scores = { ours: score, peer: peerVerdicts && peerScore };
  return { suite: name, preset, pairs: labelled.length, ...scores, differences };
}

/** By identity of the pair, as rows may repeat. */
async function judgeOurs(pairs: readonly Pair[], preset: string, ours: Ours): Promise<Map<Pair, Verdict>> {
  const groups = batchesOf(pairs);
  const results = await ours.verifyAll(
    groups.map(({ batch }) => batch),
    preset,
  );
  const entries = groups.flatMap((group, g) =>
    group.pairs.map((pair, at): [Pair, Verdict] => [pair, results[g]?.[at] as Verdict]),
  );
  return new Map(entries);
}

/** An ERROR says nothing of the candidate. */
export function outcomeOf(verdict: Verdict | undefined): Outcome {
  if (verdict?.status === 'CORRECT') return 'equal';
  return verdict?.status === 'INCORRECT' ? 'unequal' : 'undecided';
}

function emptyScore(): Score {
  return { right: 0, falsePositives: 0, falseNegatives: 0, undecided: 0 };
}

function add(score: Score, outcome: Outcome, expected: boolean): void {
  if (outcome === 'undecided') score.undecided++;
  else if ((outcome === 'equal') === expected) score.right++;
  else if (expected) score.falseNegatives++;
  else score.falsePositives++;
}

/** Adds up scores. */
export function sum(scores: readonly Score[]): Score {
  const total = emptyScore();
  for (const score of scores) {
    for (const key of Object.keys(total) as (keyof Score)[]) total[key] += score[key];
  }
  return total;
}
