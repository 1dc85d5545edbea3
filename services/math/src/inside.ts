/** What runs inside the isolate. Nothing of Node is there. */
import { judgeAgainst, readGold } from './judge.ts';
import { type Batch, entryName, type Judgements } from './messages.ts';

/** The reference answer is read once for all candidates. */
function judgeBatch(json: string): string {
  const { gold, candidates } = JSON.parse(json) as Batch;
  const value = readGold(gold);
  const judgements: Judgements =
    value === undefined ? null : candidates.map((candidate) => judgeAgainst(value, candidate));
  return JSON.stringify(judgements);
}

Object.defineProperty(globalThis, entryName, { value: judgeBatch });
