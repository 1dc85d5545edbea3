import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { dockerEngine, engineMend, sandboxImage } from './docker.ts';

/** An engine that answers with these bodies, and 404 to everything else; its DOCKER_HOST. */
async function engine(t: TestContext, answers: Record<string, unknown>) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-doctor-'));
  const server = createServer(({ url = '' }, response) => {
    if (!(url in answers)) response.statusCode = 404;
    response.end(JSON.stringify(answers[url] ?? { message: 'no such thing' }));
  });
  t.after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const socket = join(folder, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return { DOCKER_HOST: `unix://${socket}` };
}

const build = join(import.meta.dirname, '../../../../docker/build');
const inputs = execFileSync('bash', [build, '--inputs', 'sandbox'], { encoding: 'utf8' }).trim();
const sandbox = (label: string) => ({
  Size: 1_488_000_000,
  Created: '2026-01-02T03:04:05Z',
  Config: { Labels: { 'assay.sandbox': label } },
});

describe('the engine', () => {
  test('is described by version, cgroup, storage and runtimes', async (t) => {
    const env = await engine(t, {
      '/info': {
        ServerVersion: '27.1.0',
        Driver: 'overlay2',
        CgroupVersion: '2',
        Runtimes: { runc: {}, runsc: {}, 'io.containerd.runc.v2': {} },
        DefaultRuntime: 'runc',
        SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless'],
      },
    });
    const { ok, detail, mend } = await dockerEngine(env);
    assert.equal(
      detail,
      `engine 27.1.0 at ${env.DOCKER_HOST}, rootless, cgroup v2, overlay2, runtimes runc (default), runsc`,
    );
    assert.deepEqual([ok, mend], [true, undefined]);
  });

  test('is not what answers something else', async (t) => {
    for (const answers of [{}, { '/info': { name: 'another service' } }]) {
      const { ok, detail } = await dockerEngine(await engine(t, answers));
      assert.equal(ok, false);
      assert.match(detail, /what answers there is no Docker engine$/);
    }
  });

  test('that DOCKER_HOST names wrongly is no crash', async () => {
    for (const host of ['unix:///nonexistent.sock', 'tcp://127.0.0.1:1', 'ssh://somewhere', 'nonsense']) {
      const { ok, detail, mend } = await dockerEngine({ DOCKER_HOST: host });
      assert.equal(ok, false);
      assert.ok(detail.startsWith(`no engine at ${host}: `), detail);
      assert.match(mend ?? '', /^Correct DOCKER_HOST/);
    }
  });
});

describe('where no engine answers', () => {
  const none = () => false;
  const only = (wanted: string) => (file: string) => file === wanted;

  test('the mend is the command of this system', () => {
    const mend = (osRelease: string) => engineMend('ENOENT', {}, osRelease, none);
    assert.match(mend('ID=debian\n'), /apt-get install docker\.io/);
    assert.match(mend('NAME=Mint\nID=linuxmint\nID_LIKE="ubuntu debian"\n'), /apt-get install docker\.io/);
    assert.match(mend('ID=fedora\nHOME_URL="https://debian.example"\n'), /https:\/\/docs\.docker\.com/);
    assert.match(mend(''), /https:\/\/docs\.docker\.com/);
  });

  test('one that is installed is to be started', () => {
    assert.match(engineMend('ECONNREFUSED', {}, '', only('/usr/sbin/dockerd')), /^Start it/);
    assert.match(engineMend('ENOENT', { PATH: '/bin:/opt/bin' }, '', only('/opt/bin/dockerd')), /^Start it/);
  });

  test('one that this user may not use: the group, or an own engine', () => {
    assert.match(engineMend('EACCES', {}, 'ID=debian', none), /--groups docker .*rootless/);
  });

  test('a rootless one that runs already is pointed to', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/1000' };
    const mend = engineMend('ENOENT', env, '', only('/run/user/1000/docker.sock'));
    assert.match(mend, /DOCKER_HOST=unix:\/\/\/run\/user\/1000\/docker\.sock$/);
  });
});

describe('the image of the sandboxes', () => {
  const path = '/images/assay/sandbox/json';

  test('is current where its label is the digest of the sources', async (t) => {
    const { ok, detail } = await sandboxImage(await engine(t, { [path]: sandbox(inputs) }));
    assert.equal(detail, 'assay/sandbox, 1.49 GB, of 2026-01-02, current');
    assert.equal(ok, true);
  });

  test('is to be built where it is missing, of other sources, or without a label', async (t) => {
    const unlabelled = { ...sandbox(''), Config: { Labels: null } };
    for (const answers of [{}, { [path]: sandbox(inputs.replace(/./, 'x')) }, { [path]: unlabelled }]) {
      const { ok, mend } = await sandboxImage(await engine(t, answers));
      assert.equal(ok, false);
      assert.match(mend ?? '', /docker\/build sandbox$/);
    }
  });

  test('without an engine, the engine comes first', async () => {
    const { ok, mend } = await sandboxImage({ DOCKER_HOST: 'unix:///nonexistent.sock' });
    assert.deepEqual([ok, mend], [false, 'See Docker above.']);
  });
});
