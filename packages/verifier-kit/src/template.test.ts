import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { newVerifierFiles } from './template.ts';

const packageDir = join(import.meta.dirname, '..');

test('a new verifier compiles, is formatted, and passes its own test', (t) => {
  // Inside the package, so that imports find the workspace.
  const dir = mkdtempSync(join(packageDir, '.tmp-'));
  t.after(() => rmSync(dir, { recursive: true }));
  for (const [path, text] of Object.entries(newVerifierFiles('last-line'))) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), path === 'tsconfig.json' ? text.replace('../../', '../../../') : text);
  }
  const run = (command: string, ...args: string[]) => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: dir, env, encoding: 'utf8' });
    assert.equal(status, 0, `${stdout}${stderr}`);
    return stdout;
  };
  const bin = join(packageDir, '../../node_modules/.bin');
  run(join(bin, 'tsc'), '--project', '.');
  run(join(bin, 'biome'), 'check', '--vcs-enabled=false', '.');
  assert.match(run(process.execPath, '--test', 'src/verifier.test.ts'), /pass 2\n/);
  assert.equal(run(process.execPath, 'src/main.ts', '--version'), '1\n');
});

test('names that break the contract are refused', () => {
  assert.throws(() => newVerifierFiles('Last Line'), { code: 'bad_name' });
  assert.throws(() => newVerifierFiles('last-line', { kind: 'last-line' }), { code: 'bad_name' });
  assert.match(newVerifierFiles('last-line')['src/verifier.ts'] ?? '', /kinds: \['last_line'\]/);
});
