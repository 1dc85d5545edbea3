/** The reward model's worker in Python (services/reward-gpu), with a tiny model: a process. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { Replica } from './replica.ts';
import { repository } from './temp.ts';

/** With the worker's packages: what ASSAY_TEST_PYTHON names, or what scripts/reward-gpu.ts has made. */
const python = process.env.ASSAY_TEST_PYTHON ?? join(repository, '.python/current/bin/python');

const folder = join(repository, 'services/reward-gpu');
const env = {
  PYTHONPATH: ['src', 'tests'].map((part) => join(folder, part)).join(delimiter),
  PYTHONDONTWRITEBYTECODE: '1',
  OMP_NUM_THREADS: '1',
};

/** Why tests that need it must be skipped; false where they need not. */
export const withoutWorker =
  existsSync(python) || process.env.ASSAY_TEST_PYTHON !== undefined
    ? false
    : 'no Python for the worker: `./assay test worker` makes one, and ASSAY_TEST_PYTHON may name one';

let model: string | undefined;

/** A tiny random Llama with a classifier of one label, a tokenizer of bytes, and the template of Llama 3: made once. */
function tinyModel(): string {
  if (model !== undefined) return model;
  const made = mkdtempSync(join(tmpdir(), 'assay-test-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  execFileSync(python, [join(folder, 'tests/model.py'), made], {
    env: { ...process.env, ...env },
    stdio: 'pipe',
    timeout: 100_000,
  });
  model = made;
  return made;
}

/** The worker, once it listens. Flags: its own. */
export function rewardWorker(t: TestContext, ...flags: string[]): Promise<Replica> {
  const serve = ['-m', 'assay_reward', 'serve', tinyModel(), '--device', 'cpu', '--dtype', 'float32'];
  return Replica.start(t, { program: [python, ...serve, ...flags], env });
}
