// Fuzzer of the math verifier: hostile texts, and properties that every judgement must have.
//
//   assay node test/math/fuzz.ts [--minutes 1] [--seed N] [--service] [--out .assay/fuzz.jsonl]
//
// Without --service the judgement runs in a thread of this process, as a function; with it, batches go through the
// service's pool of isolates. A case depends on the seed and its number alone. Exits with 1 where it found something.
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzzFunction, type Outcome } from './fuzzing.ts';
import { fuzzService } from './fuzzing-service.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000_000}` },
    from: { type: 'string', default: '0' },
    service: { type: 'boolean', default: false },
    out: { type: 'string', default: '.assay/fuzz.jsonl' },
  },
});

const seed = Number(values.seed);
const seconds = 60 * Number(values.minutes);
mkdirSync(dirname(values.out), { recursive: true });
rmSync(values.out, { force: true });
console.log(`seed ${seed}, ${seconds} s, ${values.service ? 'through the service' : 'as a function'}`);

const outcome: Outcome = await (values.service ? fuzzService : fuzzFunction)({
  seed,
  seconds,
  from: Number(values.from),
  onFinding(finding) {
    appendFileSync(values.out, `${JSON.stringify({ seed, ...finding })}\n`);
  },
});

console.log(`${outcome.cases} cases, ${outcome.findings.length} findings`);
for (const [property, findings] of Map.groupBy(outcome.findings, (finding) => finding.property)) {
  console.log(`\n${property}: ${findings.length}`);
  for (const { number, shortest, detail } of findings.slice(0, 12)) {
    console.log(`  case ${number}: ${shortest.map((text) => shown(text)).join('  |  ')}\n    ${detail}`);
  }
}
console.log('\nslowest');
for (const { ms, texts } of outcome.slowest) {
  console.log(`  ${ms.toFixed(1).padStart(8)} ms  ${texts.map((text) => shown(text)).join('  |  ')}`);
}
if (outcome.findings.length > 0) console.log(`\nfindings are in ${values.out}`);
process.exitCode = outcome.findings.length > 0 ? 1 : 0;

function shown(text: string): string {
  const one = JSON.stringify(text);
  return one.length <= 120 ? one : `${one.slice(0, 80)}… (${text.length})`;
}
