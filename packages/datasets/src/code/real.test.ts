/** The public data sets themselves, where they are. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { collect, faults } from '../testing/collect.ts';

const data = join(import.meta.dirname, '../../../../../shared/data');
const skip = existsSync(data) ? false : 'no ../shared/data';

test('80 problems of CodeContests: all load, and it is known how each is judged', { skip }, async () => {
  const read = await collect(join(data, 'codecontests/test80.json'));
  assert.deepEqual(faults(read), []);
  const problems = read.problems
    .values()
    .map(({ programTests }) => programTests ?? {})
    .toArray();
  assert.equal(problems.length, 80);
  assert.equal(
    problems.reduce((sum, { tests = [] }) => sum + tests.length, 0),
    775,
  );
  assert.ok(
    problems.every(
      ({ timeLimitS, memoryLimitBytes }) => Number(timeLimitS) > 0 && Number(memoryLimitBytes) > 0,
    ),
  );
  const where = (holds: (problem: (typeof problems)[number]) => boolean | undefined) =>
    problems.flatMap((problem, i) => (holds(problem) ? [i] : []));
  // Held against the output section of all 80 statements. The rules were made in sight of them: no measure of recall.
  assert.deepEqual(
    where(({ unsupported }) => unsupported?.startsWith('interactive')),
    [39, 72],
  );
  assert.deepEqual(
    where(({ multiAnswer }) => multiAnswer),
    [14, 16, 31, 36, 37, 40, 41, 49, 51, 53, 64, 65, 74, 76, 79],
  );
  assert.deepEqual(
    where(({ comparer }) => comparer === 'tokens(case=fold)'),
    [13, 15, 27, 38, 48, 57],
  );
  assert.deepEqual(
    where(({ comparer }) => comparer?.startsWith('floats')).map((i) => problems[i]?.comparer),
    ['floats(1e-4)', 'floats(abs=1e-6,rel=0)'],
  );
});

test('82 problems of HumanEval with 100 samples each', { skip }, async () => {
  const read = await collect(join(data, 'humaneval_codegen16b/problems_with_samples.jsonl'));
  assert.deepEqual(faults(read), []);
  assert.equal(read.problems.size, 82);
  assert.ok(read.candidates.values().every((list) => list.length === 100));
  assert.ok(
    read.problems.values().every(({ programTests, prompt }) => {
      const { prefix, testCode, entryPoint } = programTests ?? {};
      return prefix === prompt && testCode?.endsWith(`\ncheck(${entryPoint})\n`);
    }),
  );
});

test('164 instances of SWE-bench Lite', { skip }, async () => {
  const read = await collect(join(data, 'swebench_lite/instances.jsonl'));
  assert.deepEqual(faults(read), []);
  assert.equal(read.problems.size, 164);
  const repositories = new Set(read.problems.values().map(({ repositoryPatch }) => repositoryPatch?.repo));
  assert.equal(repositories.size, 11);
  assert.ok(
    read.problems.values().every(({ repositoryPatch }) => (repositoryPatch?.failToPass ?? []).length > 0),
  );
});
