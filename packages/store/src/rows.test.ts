import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Part } from '@assay/contract';
import { type JudgementRow, judgementCells, toJudgement } from './rows.ts';
import { judgement, part, verdict } from './testing/contract.ts';

test('what a program has written is bytes again when it is read', () => {
  const output = {
    stdout: Buffer.from([0, 255, 10]),
    stderr: Buffer.alloc(0),
    files: [{ name: 'a', content: Buffer.from('x') }],
  };
  const run = { exitCode: 0, signal: 0, memoryBytes: 1, outputBytes: 3, truncated: false, output };
  const parts: Part[] = [part('{"type":"Buffer"}', 'CORRECT', { run })];
  const cells = judgementCells(judgement('key', verdict('CORRECT', { parts })));
  const text = cells.find((cell) => typeof cell === 'string' && cell.startsWith('['));
  const read = toJudgement({ status: 1, parts: text, score: null, retryable: 0 } as unknown as JudgementRow);
  assert.deepEqual(read.verdict.parts, parts);
  assert.match(`${text}`, /"AP8K"/, 'as base64');
  // As an earlier version wrote them.
  const old = JSON.stringify(parts);
  const again = toJudgement({ status: 1, parts: old, score: null, retryable: 0 } as unknown as JudgementRow);
  assert.deepEqual(again.verdict.parts, parts);
});
