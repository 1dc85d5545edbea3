import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Dockerode from 'dockerode';
import { ensureImage, prePull, prune } from './images.ts';

/** As much of an engine as the functions use: images by name, made one after the other, 10 bytes each. */
function engine(names: string[], used: string[] = [], label: string[] = []) {
  const present = new Set(names);
  const fake = {
    getImage: (name: string) => ({
      inspect: async () => {
        if (!present.has(name)) throw Object.assign(new Error('no such image'), { statusCode: 404 });
        return { Id: `id-${name}` };
      },
      remove: async () => void present.delete(name),
    }),
    listImages: async () =>
      [...present].map((name) => ({
        Id: `id-${name}`,
        RepoTags: [name],
        Labels: label.includes(name) ? { 'assay.image': 'swebench' } : null,
        Size: 10,
        Created: names.indexOf(name),
      })),
    listContainers: async () => used.map((name) => ({ ImageID: `id-${name}` })),
    pull: async (name: string) => {
      if (name.startsWith('bad')) throw new Error('registry unreachable\nand more');
      present.add(name);
    },
    modem: { followProgress: (_: unknown, done: (error: Error | null) => void) => done(null) },
  };
  return { docker: fake as unknown as Dockerode, present };
}

test('an image is pulled only where that is allowed', async () => {
  const { docker, present } = engine(['here']);
  assert.equal(await ensureImage(docker, 'here', false), 'id-here');
  await assert.rejects(ensureImage(docker, 'there', false), {
    code: 'no_image',
    message: /may not be pulled/,
  });
  assert.equal(await ensureImage(docker, 'there', true), 'id-there');
  assert.ok(present.has('there'));
  await assert.rejects(ensureImage(docker, 'bad', true), {
    code: 'no_image',
    message: /registry unreachable\n/,
  });
});

test('pre-pulling says what could not be had', async () => {
  const { docker, present } = engine([]);
  const failed = await prePull(docker, ['a', 'bad-1', 'b', 'a', 'bad-2'], 2);
  assert.deepEqual([...present].sort(), ['a', 'b']);
  assert.deepEqual([...failed.keys()].sort(), ['bad-1', 'bad-2']);
});

test('images of instances go, least recently used first; others and those in use stay', async () => {
  const name = (id: string) => `swebench/sweb.eval.x86_64.${id}:latest`;
  const names = [name('old'), name('older-but-used'), 'labelled', 'debian', name('busy'), name('new')];
  const { docker, present } = engine(names, [name('busy')], ['labelled']);
  await ensureImage(docker, name('old'), false);
  const pruned = await prune(docker, 25);
  assert.deepEqual(pruned, { removed: [name('older-but-used'), 'labelled', name('new')], freedBytes: 30 });
  assert.deepEqual([...present], [name('old'), 'debian', name('busy')]);
  assert.deepEqual(await prune(docker, 25), { removed: [], freedBytes: 0 });
});
