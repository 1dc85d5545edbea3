// The GPU worker's engine: packed tokens and shared prompts beside a padded loop of transformers' own classifier.
//
//   assay bench reward-gpu [--shape 8b|tiny] [--minutes 8] [--json FILE]
//
// All options are those of `python -m assay_reward.bench`. Where there is no GPU the shape is tiny, which shows that it
// works and how many tokens are computed; its speeds mean nothing. `./assay test worker` makes the Python that it needs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..');
const python = process.env.ASSAY_TEST_PYTHON ?? join(repository, '.python/current/bin/python');
if (process.env.ASSAY_TEST_PYTHON === undefined && !existsSync(python)) {
  console.error('There is no Python with the packages of services/reward-gpu.');
  console.error('Make one with ./assay test worker, or name one: ASSAY_TEST_PYTHON.');
  process.exit(2);
}
const args = process.argv.slice(2);
if (!args.includes('--shape') && !existsSync('/dev/nvidia0')) args.push('--shape', 'tiny');
const child = spawn(python, ['-m', 'assay_reward.bench', ...args], {
  env: { ...process.env, PYTHONPATH: join(repository, 'services/reward-gpu/src') },
  stdio: 'inherit',
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
