/** Runs real completions of HumanEval with plain python3 and compares with the verdicts that were observed. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { functionTask } from './index.ts';
import { noPython, runPython } from './python.fixture.ts';

const data = join(
  import.meta.dirname,
  '../../../../../shared/data/humaneval_codegen16b/problems_with_samples.jsonl',
);
const stopSequences = ['\nclass', '\ndef', '\n#', '\n@', '\nprint', '\nif', '\nassert'];
const count = 200;

interface Row {
  readonly task_id: string;
  readonly prompt: string;
  readonly entry_point: string;
  readonly test: string;
  readonly samples: readonly string[];
  readonly observed: readonly string[];
}

const missing = noPython || (existsSync(data) ? false : 'no ../shared/data');

/** Numbers below `limit`, the same ones for the same seed (a linear congruential generator). */
function* numbers(seed: number, limit: number): Generator<number> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield Math.floor((state / 2 ** 32) * limit);
  }
}

test(`${count} of 8,200 completions have the verdict that was observed`, {
  skip: missing,
  timeout: 600_000,
}, () => {
  const rows = readFileSync(data, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  const seed = Number(process.env.ASSAY_SEED ?? 4);
  const differing: string[] = [];
  for (const number of numbers(seed, rows.length * 100).take(count)) {
    const row = rows[Math.floor(number / 100)] as Row;
    const { samples, observed } = row;
    const program = functionTask(
      {
        language: 'python',
        prefix: row.prompt,
        testCode: row.test,
        entryPoint: row.entry_point,
        stopSequences,
      },
      samples[number % 100] as string,
      `n${number}`,
    );
    const expected = observed[number % 100] === 'pass';
    // A pass that runs out of its 3 seconds does so because the machine is busy.
    const passed =
      program !== undefined &&
      runPython(program.source, '', expected ? 60_000 : 3000).endsWith(`\n${program.proof}\n`);
    if (passed !== expected)
      differing.push(`${row.task_id} sample ${number % 100}: observed ${observed[number % 100]}`);
  }
  assert.deepEqual(differing, [], `seed ${seed}`);
});
