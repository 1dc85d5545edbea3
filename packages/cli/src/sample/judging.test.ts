import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asked, SampleRow } from '@assay/sampler';
import { chunksOf } from './judging.ts';

const asked = ['a', 'b'].map((id) => ({ problem: { id } }) as Asked);
const row = (id: string, index: number) => ({ id, index, sample: `${id}${index}` }) as SampleRow;

/** Rows of a file to which more is being written: the line behind them is torn. */
async function* growing(rows: SampleRow[]) {
  yield* rows;
  throw new Error('a torn line was read');
}

async function textsOf(rows: SampleRow[], n: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const { candidates } of chunksOf(growing(rows), asked, n, rows.length)) {
    texts.push(candidates?.map(({ text }) => text).join(' ') ?? '');
  }
  return texts;
}

test('samples that were there are given to the run, and nothing behind them is looked at', async () => {
  const rows = [row('a', 0), row('a', 1), row('a', 2), row('b', 0), row('a', 3), row('strange', 0)];
  assert.deepEqual(await textsOf(rows, 3), ['a0 a1 a2', 'b0']);
  assert.deepEqual(await textsOf(rows, 9), ['a0 a1 a2', 'b0', 'a3']);
  assert.deepEqual(await textsOf([], 9), []);
});
