/** The fuzzer for some seconds: `assay node test/math/fuzz.ts --minutes 30` runs it for longer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seed } from '../support/random.ts';
import { fuzzFunction, type Outcome } from './fuzzing.ts';
import { fuzzService } from './fuzzing-service.ts';

function told({ cases, findings }: Outcome): string {
  const lines = findings.slice(0, 20).map(({ number, property, shortest, detail }) => {
    return `case ${number}, ${property}: ${JSON.stringify(shortest).slice(0, 400)}\n    ${detail}`;
  });
  return [`${findings.length} findings in ${cases} cases (ASSAY_TEST_SEED=${seed})`, ...lines].join('\n');
}

test('hostile texts are judged in time, and judgements fit together', async (t) => {
  const outcome = await fuzzFunction({ seed, seconds: 8 });
  t.diagnostic(`${outcome.cases} cases, slowest ${outcome.slowest[0]?.ms.toFixed(0)} ms`);
  assert.ok(outcome.cases > 100, `${outcome.cases} cases`);
  assert.equal(outcome.findings.length, 0, told(outcome));
});

test('hostile texts pass through the isolates, and harm no others', async (t) => {
  const outcome = await fuzzService({ seed, seconds: 4 });
  t.diagnostic(`${outcome.cases} cases, slowest batch ${outcome.slowest[0]?.ms.toFixed(0)} ms`);
  assert.ok(outcome.cases > 8, `${outcome.cases} cases`);
  assert.equal(outcome.findings.length, 0, told(outcome));
});
