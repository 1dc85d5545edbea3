import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type Dockerode from 'dockerode';
import { ensureImage, planPrune, prePull, removeImages } from './images.ts';

const cache = mkdtempSync(join(tmpdir(), 'assay-images-'));
process.env.XDG_CACHE_HOME = cache;
after(() => rmSync(cache, { recursive: true, force: true }));

/**
 * As much of an engine as the functions use: images by name, made one after the other, 10 bytes each. It will not let go
 * of those named `parent…`, and fails while it pulls those named `broken…`.
 */
function engine(names: string[], used: string[] = [], label: string[] = []) {
  const present = new Set(names);
  const fake = {
    getImage: (name: string) => ({
      inspect: async () => {
        if (!present.has(name)) throw Object.assign(new Error('no such image'), { statusCode: 404 });
        return { Id: `id-${name}` };
      },
      remove: async () => {
        if (name.startsWith('parent')) throw Object.assign(new Error('has children'), { statusCode: 409 });
        present.delete(name);
        present.delete(name.replace(/^id-/, ''));
      },
    }),
    listImages: async () =>
      [...present].map((name) => ({
        Id: `id-${name}`,
        RepoTags: name.startsWith('nameless') ? [] : [name],
        Labels: label.includes(name) ? { 'assay.image': 'swebench' } : null,
        Size: 10,
        Created: names.indexOf(name),
      })),
    listContainers: async () => used.map((name) => ({ ImageID: `id-${name}` })),
    pull: async (name: string) => {
      if (name.startsWith('bad')) throw new Error('registry unreachable\nand more');
      if (!name.startsWith('broken')) present.add(name);
      return name;
    },
    modem: {
      followProgress: (name: string, done: (error: Error | null, events: object[]) => void) =>
        done(null, name.startsWith('broken') ? [{ status: 'x' }, { error: 'no space left on device' }] : []),
    },
  };
  return { docker: fake as unknown as Dockerode, present };
}

async function prune(docker: Dockerode, keepBytes: number) {
  return removeImages(docker, (await planPrune(docker, keepBytes)).remove);
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

test('pre-pulling says what could not be had, and of each image when it is here', async () => {
  const { docker, present } = engine(['c']);
  const told: string[] = [];
  const failed = await prePull(docker, ['a', 'bad-1', 'b', 'a', 'broken', 'c'], 2, (name, pulled) =>
    told.push(`${name}: ${pulled.outcome}`),
  );
  assert.deepEqual([...present].sort(), ['a', 'b', 'c']);
  assert.deepEqual([...failed.keys()].sort(), ['bad-1', 'broken']);
  assert.match(failed.get('broken') ?? '', /no space left on device$/);
  assert.deepEqual(told.sort(), ['a: pulled', 'b: pulled', 'bad-1: failed', 'broken: failed', 'c: present']);
});

test('images of instances go, least recently used first; others and those in use stay', async () => {
  const name = (id: string) => `swebench/sweb.eval.x86_64.${id}:latest`;
  const names = [name('old'), name('older-but-used'), 'labelled', 'debian', name('busy'), name('new')];
  const { docker, present } = engine(names, [name('busy')], ['labelled']);
  await ensureImage(docker, name('old'), false);
  const plan = await planPrune(docker, 25);
  assert.deepEqual(
    plan.stay.map(({ names: [first] }) => first),
    [name('busy'), name('old')],
  );
  assert.equal(present.size, names.length);
  const pruned = await prune(docker, 25);
  assert.deepEqual(pruned, {
    removed: [name('older-but-used'), 'labelled', name('new')],
    kept: new Map(),
    freedBytes: 30,
  });
  assert.deepEqual([...present], [name('old'), 'debian', name('busy')]);
  assert.deepEqual(await prune(docker, 25), { removed: [], kept: new Map(), freedBytes: 0 });
});

test('an image without a name goes by its id, and one that others are made from stays', async () => {
  const names = ['nameless', 'parent'];
  const { docker, present } = engine(names, [], names);
  const pruned = await prune(docker, 0);
  assert.deepEqual(pruned, {
    removed: ['id-nameless'],
    kept: new Map([['parent', 'has children']]),
    freedBytes: 10,
  });
  assert.deepEqual([...present], ['parent']);
});

test('what another process used counts', async () => {
  const names = ['first', 'second', 'third'];
  const { docker } = engine(names, [], names);
  const { noteUse } = (await import(`./last-use.ts?${names}`)) as typeof import('./last-use.ts');
  await noteUse('id-first');
  const plan = await planPrune(docker, 10);
  assert.deepEqual(
    plan.remove.map(({ names: [name] }) => name),
    ['second', 'third'],
  );
});
