/** What is written is what `assay run FILE --problems PROBLEMS` reads: of each data set's own files. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSamples } from '@assay/datasets';
import { type FormName, formOf, forms } from './forms/index.ts';
import type { Asked } from './plan.ts';
import { buildPrompt, type Prompt } from './prompt.ts';
import { drawInto, folder, settingsWith, standIn } from './testing/place.ts';
import { saidBy } from './testing/server.ts';

const text = (...lines: string[]) => ({ input: lines, output: lines });

/** Two rows of each: with ids, where the data set has some, and without. */
const files: [FormName, string, object[]][] = [
  [
    'gsm8k',
    'gsm8k',
    [0, 1].map((i) => ({ question: `How many are ${i}?`, answer: `#### ${i}`, dataset: 'gsm8k' })),
  ],
  ['math', 'math', [0, 1].map((i) => ({ problem: `What is $${i}$?`, solution: `It is $\\boxed{${i}}$.` }))],
  [
    'minif2f',
    'minif2f',
    [0, 1].map((i) => ({
      ...{
        name: `mathd_${i}`,
        split: 'test',
        header: 'import Mathlib\n',
        informal_prefix: '/-- Words. -/\n',
      },
      formal_statement: `theorem mathd_${i} : ${i} = ${i} := by\n`,
    })),
  ],
  [
    'codecontests',
    'codecontests',
    [0, 1].map((i) => ({
      name: `${i}_A. Sum`,
      description: `Print ${i}.`,
      public_tests: text('1\n'),
      private_tests: text('2\n'),
    })),
  ],
  [
    'swebench',
    'swebench',
    [0, 1].map((i) => ({
      ...{ instance_id: `a__b-${i}`, repo: 'a/b', base_commit: '0123', problem_statement: 'It breaks.' },
      ...{ test_patch: 'diff --git a/t b/t\n', FAIL_TO_PASS: '["t.py::one"]', PASS_TO_PASS: '[]' },
    })),
  ],
  [
    'plain',
    'mbpp',
    [0, 1].map((i) => ({ task_id: i, text: `Write f${i}.`, test_list: [`assert f${i}() == ${i}`] })),
  ],
  [
    'plain',
    'humaneval',
    [0, 1].map((i) => ({
      task_id: `HumanEval/${i}`,
      prompt: `def f${i}():\n`,
      entry_point: `f${i}`,
      test: 'def check(f):\n    pass\n',
    })),
  ],
];

for (const [form, name, rows] of files) {
  test(name, async (t) => {
    const dir = folder(t);
    const problems = join(dir, `${name}-problems.jsonl`);
    writeFileSync(problems, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const settings = settingsWith();
    const asked: Asked[] = [];
    for await (const { problem } of readSamples([problems], { strict: true })) {
      assert.equal(formOf(problem), form);
      const prompt = buildPrompt(forms[form], problem, forms[form].own, 'completions') as Prompt;
      asked.push({
        problem: problem as Asked['problem'],
        form,
        settings: settings.forms.plain as never,
        prompt,
      });
    }
    assert.equal(asked.length, 2);
    const path = join(dir, 'samples.jsonl');
    await drawInto(await standIn(t), { path, asked, n: 3, batch: 2 });

    const found = new Map<string, string>();
    for await (const { problem, candidates } of readSamples([path], { problems: [problems], strict: true })) {
      const { promptTokens, ...content } = problem;
      assert.ok((promptTokens ?? 0) > 0);
      const { promptTokens: _, ...own } = asked.find((one) => one.problem.id === problem.id)?.problem ?? {};
      assert.deepEqual(content, own, 'what it is judged by');
      for (const candidate of candidates)
        found.set(`${problem.id}/${candidate.index}`, candidate.text as string);
    }
    assert.equal(found.size, 6);
    for (const { problem, prompt } of asked) {
      const said = saidBy((prompt.body as { prompt: string }).prompt, 0).slice(0, 7);
      assert.ok(found.get(`${problem.id}/2`)?.startsWith(said));
    }
  });
}
