/** What runs inside the verifier's isolates. Nothing of Node is there. */
import type { Ask } from './cas/ask.ts';
import { askOf } from './cas/mathjson.ts';
import { type Judgement, judgeAgainst, readGold } from './judge.ts';
import { serve } from './loop.ts';
import { parsePolicy } from './policy.ts';

/** What the candidates of a batch have in common. */
export interface Head {
  readonly gold: string;
  readonly policy: string;
}

/** A judgement as it leaves the isolate. */
export interface Judged extends Omit<Judgement, 'open'> {
  /** With `undecided`: what the algebra system may decide. */
  readonly ask?: Ask;
}

/** Makes a Judged of each candidate; null where the reference answer cannot be read. */
serve((json) => {
  const head = JSON.parse(json) as Head;
  const policy = parsePolicy(head.policy);
  const gold = 'error' in policy ? undefined : readGold(head.gold, policy);
  return (candidate) => {
    if (gold === undefined) return 'null';
    const { open, ...judgement } = judgeAgainst(gold, candidate);
    const ask = open && askOf(...open);
    return JSON.stringify((ask === undefined ? judgement : { ...judgement, ask }) satisfies Judged);
  };
});
