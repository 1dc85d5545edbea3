import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AssayError } from '@assay/contract';
import type { Toolchain } from '@assay/lean';
import { scratch } from '../testing/cli.ts';
import { lean } from './lean.ts';

const plain: Toolchain = {
  name: 'default',
  version: '4.0.0',
  folder: '/nowhere',
  env: {},
  lean: ['lean'],
  json: false,
  repl: undefined,
  checker: undefined,
};

test('each toolchain is told with what it has', async (t) => {
  const folder = scratch(t);
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib/Mathlib.olean'), '');
  const whole: Toolchain = {
    ...plain,
    name: '4.29.0',
    version: '4.29.0',
    env: { LEAN_PATH: `/nowhere:${join(folder, 'lib')}` },
    json: true,
    repl: ['repl'],
    checker: { kind: 'comparator', command: ['lake', 'comparator'] },
  };
  assert.deepEqual(await lean(async () => [plain, whole]), {
    ok: true,
    detail:
      '4.0.0 (default): no REPL (file by file), no --json, no independent checker, no Mathlib; ' +
      '4.29.0: REPL, --json, comparator, Mathlib',
  });
});

test('Mathlib is found in a Lake project, of either layout', async (t) => {
  for (const lib of ['lib', 'lib/lean']) {
    const folder = scratch(t);
    const built = join(folder, '.lake/packages/mathlib/.lake/build', lib);
    mkdirSync(built, { recursive: true });
    writeFileSync(join(built, 'Mathlib.olean'), '');
    assert.match((await lean(async () => [{ ...plain, folder }])).detail, /, Mathlib$/);
  }
});

test('no Lean: what was looked for, and how to get one', async () => {
  const missing = new AssayError('no_lean', 'No Lean was found.', { mend: 'Install elan.' });
  assert.deepEqual(await lean(() => Promise.reject(missing)), {
    ok: false,
    detail: 'No Lean was found.',
    mend: 'Install elan.',
  });
  await assert.rejects(
    lean(() => Promise.reject(new Error('bug'))),
    /bug/,
  );
});
