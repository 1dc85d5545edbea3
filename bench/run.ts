// The whole command: `assay run` on a JSON Lines file with the math verifier, repeated samples and all different ones.
//
//   assay bench run [--problems 64] [--candidates 2000]
//
// Per run: seconds from start to exit, verdicts/s, judgings, and the largest memory of the command's own process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Report } from '@assay/report';
import { peakMb } from './support/peak.ts';

const { values } = parseArgs({
  options: { problems: { type: 'string', default: '64' }, candidates: { type: 'string', default: '2000' } },
});
const [problems, candidates] = [Number(values.problems), Number(values.candidates)];
const cli = join(import.meta.dirname, '../packages/cli/src/main.ts');
const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'));

/** A worked solution of some 300 bytes. */
function sample(p: number, i: number): string {
  const steps = Array.from(
    { length: 5 },
    (_, s) => `Step ${s}: ${p} + ${i * s} = ${p + i * s}, which we keep.`,
  );
  return `${steps.join('\n')}\nSo the answer is \\boxed{${i % 4 === 0 ? p : p + (i % 50)}}.`;
}

async function write(file: string, distinct: number): Promise<void> {
  const out = createWriteStream(file);
  for (let p = 0; p < problems; p++) {
    for (let i = 0; i < candidates; i++) {
      const row = JSON.stringify({ id: `p${p}`, gold: `${p}`, index: i, sample: sample(p, i % distinct) });
      if (!out.write(`${row}\n`)) await once(out, 'drain');
    }
  }
  out.end();
  await once(out, 'finish');
}

try {
  console.log(`${problems} problems × ${candidates} candidates, assay run --verifier math\n`);
  console.log('samples             input MB   seconds   verdicts/s    judged   peak RSS MB');
  for (const [name, distinct] of [
    ['all different', candidates],
    ['200 distinct', 200],
    ['again (resumed)', 200],
  ] as const) {
    const file = join(dir, `${distinct}.jsonl`);
    if (!name.startsWith('again')) await write(file, distinct);
    const start = performance.now();
    const args = [
      'run',
      file,
      '--verifier',
      'math',
      '--store',
      join(dir, `${distinct}.db`),
      '--quiet',
      '--json',
    ];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, peakMb(child.pid ?? 0));
    }, 50);
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    const [code] = await once(child, 'close');
    clearInterval(watch);
    const seconds = (performance.now() - start) / 1000;
    if (code !== 0) throw new Error(`assay run ended with ${code}`);
    const judged = (JSON.parse(output) as Report).operations.verifiers[0]?.judged ?? 0;
    const cells = [
      (statSync(file).size / 1e6).toFixed(0),
      seconds.toFixed(1),
      ((problems * candidates) / seconds).toFixed(0),
      judged.toString(),
      peak.toFixed(0),
    ];
    console.log(name.padEnd(16) + cells.map((cell) => cell.padStart(11)).join(''));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
