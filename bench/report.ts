// The report on a large run: 128 problems × 10,000 candidates × 3 verifiers (3,840,000 verdicts), all of them different.
//
//   assay bench report [--problems 128] [--candidates 10000]
//
// A verifier that decides (202 answer classes a problem) and two that score. The store is made first; then
// `assay report RUN --html FILE` runs as a process of its own: seconds, its largest memory, and the size of the file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '@assay/statistics';
import { openSqliteStore, type VerdictRow } from '@assay/store';
import { peakMb } from './support/peak.ts';

const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '128' },
    candidates: { type: 'string', default: '10000' },
  },
});
const [problems, candidates] = [Number(values.problems), Number(values.candidates)];
const cli = join(import.meta.dirname, '../packages/cli/src/main.ts');
const verifiers = ['decides', 'scores-well', 'scores-badly'];
const random = createRandom(1);
const uniform = () => (random.next() + 0.5) / 2 ** 32;
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

async function fill(path: string): Promise<void> {
  const store = openSqliteStore(path);
  await store.openRun({ id: 'large', verifiers, earlyStop: false, maxAttempts: 0, labels: {} });
  for (let p = 0; p < problems; p++) {
    const id = `problem-${String(p).padStart(4, '0')}`;
    const problem = await store.putProblem('large', { id, dataset: 'synthetic', promptTokens: 120 }, id);
    const chance = uniform() ** 8;
    const right = Uint8Array.from({ length: candidates }, () => (uniform() < chance ? 1 : 0));
    for (let verifier = 0; verifier < verifiers.length; verifier++) {
      for (let at = 0; at < candidates; at += 2000) {
        const rows = Array.from({ length: Math.min(2000, candidates - at) }, (_, i): VerdictRow => {
          const correct = right[at + i] === 1;
          const answer = correct ? 'right' : `wrong-${Math.floor(201 * uniform() ** 3)}`;
          const score = {
            score: (correct ? 1 : 0) + (verifier === 1 ? 1 : 3) * normal(),
            _score: 'score' as const,
          };
          return {
            ...{
              problem,
              verifier,
              candidate: at + i,
              tokens: 200 + Math.floor(200 * uniform()),
              source: 'JUDGED',
            },
            judgement: {
              key: `${id}/${verifier}/${at + i}`,
              replica: `127.0.0.1:${5000 + verifier}`,
              attempts: 1,
              verdict: {
                ...{ index: 0, message: '', parts: [], retryable: false },
                status: verifier > 0 ? 'SCORED' : correct ? 'CORRECT' : 'INCORRECT',
                reason: verifier > 0 || correct ? '' : 'wrong_answer',
                ...{ answer: verifier > 0 ? '' : answer, answerClass: verifier > 0 ? '' : answer },
                times: { queueUs: 200, serviceUs: [400, 900, 300][verifier] as number, cpuUs: 100 },
                ...(verifier > 0 && score),
              },
            },
          };
        });
        await store.commit(rows);
      }
    }
  }
  await store.commit([], [], [{ run: 'large', activeMs: 60_000, loopMs: 0, replicas: [] }]);
  await store.setRunState('large', 'COMPLETE');
  await store.close();
}

async function report(name: string, args: string[]): Promise<void> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', cli, 'report', 'large', ...args],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakMb(child.pid ?? 0));
  }, 50);
  const [code] = await once(child, 'close');
  clearInterval(watch);
  if (code !== 0) throw new Error(`assay report ended with ${code}`);
  const seconds = (performance.now() - start) / 1000;
  console.log(`${name.padEnd(24)}${seconds.toFixed(1).padStart(8)} s${peak.toFixed(0).padStart(8)} MB`);
}

const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
try {
  const store = join(dir, 'store.db');
  const start = performance.now();
  await fill(store);
  const verdicts = problems * candidates * verifiers.length;
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `${verdicts.toLocaleString('en-US')} verdicts stored in ${seconds} s (${(statSync(store).size / 1e6).toFixed(0)} MB)\n`,
  );
  await report('report', ['--store', store]);
  const html = join(dir, 'report.html');
  await report('report --html', ['--store', store, '--html', html]);
  console.log(`HTML: ${(statSync(html).size / 1e6).toFixed(1)} MB`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
