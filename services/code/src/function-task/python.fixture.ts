/** Runs Python source of the tests' own with the python3 of this machine. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** Why tests that need Python are skipped; false where they are not. */
export const noPython = spawnSync('python3', ['--version']).status === 0 ? false : 'no python3';

const folder = mkdtempSync(join(tmpdir(), 'assay-python-'));
after(() => rmSync(folder, { recursive: true }));

/** stdout of a program; `timeout` in milliseconds. */
export function runPython(source: string, input = '', timeout = 60_000): string {
  const file = join(folder, 'program.py');
  writeFileSync(file, source);
  const { stdout } = spawnSync('python3', [file], {
    input,
    timeout,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
    cwd: folder,
  });
  return stdout;
}
