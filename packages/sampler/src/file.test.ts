import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { AssayError } from '@assay/contract';
import { drawInto, folder, problems, rowsOf, settingsWith, standIn } from './testing/place.ts';

const code = (wanted: string) => (error: unknown) => error instanceof AssayError && error.code === wanted;

describe('a file of samples', () => {
  test('has one writer', async (t) => {
    const server = await standIn(t, { delayMs: 20 });
    const path = join(folder(t), 'samples.jsonl');
    const first = drawInto(server, { path });
    await assert.rejects(drawInto(server, { path }), code('samples_busy'));
    await first;
    await drawInto(server, { path });
  });

  test('is of one model and its settings, and of the same prompts', async (t) => {
    const server = await standIn(t);
    const path = join(folder(t), 'samples.jsonl');
    await drawInto(server, { path });
    const differs = (options: object) =>
      assert.rejects(drawInto(server, { path, ...options }), code('samples_differ'));
    await differs({ settings: settingsWith({ model: 'other' }) });
    await differs({ settings: settingsWith({ seed: 8 }) });
    const plain = { temperature: 0.7, topP: 1, maxTokens: 64, stop: [], shots: 0 };
    await differs({ settings: settingsWith({ forms: { plain } }) });
    const asked = problems(3).map((one) => ({ ...one, prompt: { ...one.prompt, digest: '0'.repeat(16) } }));
    await differs({ asked });
    assert.equal(rowsOf(path).length, 12);
  });

  test('is not gone on with where it was written by others', async (t) => {
    const server = await standIn(t);
    const path = join(folder(t), 'samples.jsonl');
    appendFileSync(path, '{"id":"p0","sample":"mine"}\n');
    await assert.rejects(drawInto(server, { path }), code('samples_foreign'));
    assert.equal(rowsOf(path).length, 1);
  });

  test('is a file, and nothing that cannot be read again', async (t) => {
    const server = await standIn(t);
    const dir = folder(t);
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    mkdirSync(join(dir, 'folder'));
    for (const path of ['/dev/full', '-', join(dir, 'pipe'), join(dir, 'folder')]) {
      await assert.rejects(drawInto(server, { path }), code('samples_foreign'), path);
    }
    assert.deepEqual(readdirSync(dir), ['folder', 'pipe']);
  });

  test('that was removed is begun again, with settings as one likes', async (t) => {
    const server = await standIn(t);
    const path = join(folder(t), 'samples.jsonl');
    await drawInto(server, { path });
    rmSync(path);
    await drawInto(server, { path, settings: settingsWith({ seed: 8 }) });
    assert.equal(rowsOf(path).length, 12);
    await assert.rejects(drawInto(server, { path }), code('samples_differ'));
  });

  test('that cannot be written is told with its mend', async (t) => {
    const server = await standIn(t);
    const dir = folder(t);
    appendFileSync(join(dir, 'file'), 'no folder');
    await assert.rejects(drawInto(server, { path: join(dir, 'file/samples.jsonl') }), code('samples_write'));
    mkdirSync(join(dir, 'samples.jsonl.settings'));
    await assert.rejects(drawInto(server, { path: join(dir, 'samples.jsonl') }), code('samples_write'));
    assert.deepEqual(
      readdirSync(dir).filter((name) => /lock|tmp/.test(name)),
      [],
    );
  });

  test('with a sample twice is refused', async (t) => {
    const server = await standIn(t);
    const path = join(folder(t), 'samples.jsonl');
    await drawInto(server, { path });
    appendFileSync(path, `${readFileSync(path, 'utf8').split('\n')[0]}\n`);
    await assert.rejects(drawInto(server, { path }), code('bad_row'));
  });
});
