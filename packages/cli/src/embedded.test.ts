import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { builtinVerifiers } from './builtin.ts';
import { startEmbedded } from './embedded.ts';

test('a verifier is prepared once before its processes start, and its failure is the reason given', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-embedded-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const said: string[] = [];
  let prepared = 0;
  const program = {
    entry: join(folder, 'never-started.ts'),
    nodeFlags: [],
    async prepare(say: (line: string) => void) {
      prepared++;
      say('building something');
      throw new Error('cannot be built');
    },
  };
  const { code } = builtinVerifiers;
  assert.ok(code !== undefined);
  t.mock.method(code, 'program', async () => program);
  const options = { store: join(folder, 'store.db'), verifiers: ['code'], addresses: [], replicas: 3 };
  await assert.rejects(startEmbedded({ ...options, onNote: (line) => said.push(line) }), {
    message: 'cannot be built',
  });
  assert.equal(prepared, 1);
  assert.deepEqual(said, ['building something']);
});
