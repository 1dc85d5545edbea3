/** Tables of answers that must, and must not, be taken for each other: always both ways round. */
import assert from 'node:assert/strict';
import { type Verification, verify } from './verify.ts';

export type Pair = readonly [gold: string, answer: string];

/** Every pair is equal. */
export function accepts(pairs: readonly Pair[], policy?: string): void {
  for (const [gold, answer] of pairs) expect(gold, answer, policy, 'equal');
}

/** Every pair is unequal. */
export function rejects(pairs: readonly Pair[], policy?: string): void {
  for (const [gold, answer] of pairs) expect(gold, answer, policy, 'unequal');
}

function expect(
  gold: string,
  answer: string,
  policy: string | undefined,
  outcome: Verification['outcome'],
): void {
  for (const [a, b] of [
    [gold, answer],
    [answer, gold],
  ] as const) {
    const result = verify(a, b, policy);
    assert.equal(result.outcome, outcome, `${a} ~ ${b} (${policy ?? 'strict'}): ${result.rule}`);
  }
}
