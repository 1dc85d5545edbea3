import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { AssayError } from '@assay/contract';
import { findToolchains } from './toolchains.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-toolchains-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** A shell script as a program. */
function program(path: string, text: string): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, `#!/bin/sh\n${text}\n`);
  chmodSync(whole, 0o755);
  return whole;
}

const leanText = (version: string, help = '--json') =>
  `case $* in *--version*) echo "Lean (version ${version}, x86_64-unknown-linux-gnu, commit 0, Release)";; *--help*) echo "  ${help}";; esac`;

const lean = program('new/bin/lean', leanText('4.28.0-pre'));
const old = program('old/bin/lean', leanText('4.0.0', '-o name'));
const path = ['/usr/bin', '/bin'].join(delimiter);
const bare = { PATH: path, HOME: join(root, 'home') };

async function fault(env: Record<string, string | undefined>): Promise<AssayError> {
  const error = await findToolchains(env).then(
    () => assert.fail('found'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof AssayError, String(error));
  assert.ok((error.mend ?? '') !== '');
  return error;
}

test('ASSAY_LEAN is a command; its version and its JSON are asked for', async () => {
  const [found] = await findToolchains({ ...bare, ASSAY_LEAN: `${lean} -j1`, SECRET: 'x' });
  assert.equal(found?.name, '4.28.0-pre');
  assert.equal(found?.version, '4.28.0-pre');
  assert.deepEqual(found?.lean, [lean, '-j1']);
  assert.equal(found?.json, true);
  assert.equal(found?.repl, undefined);
  assert.equal(found?.env.SECRET, undefined);
  const [other] = await findToolchains({ ...bare, ASSAY_LEAN: old });
  assert.equal(other?.json, false);
  assert.equal(other?.version, '4.0.0');
});

test('else Lean is that of the PATH, else that of elan', async () => {
  const [onPath] = await findToolchains({ ...bare, PATH: `${dirname(old)}${delimiter}${path}` });
  assert.deepEqual(onPath?.lean, [old]);
  const home = join(root, 'home2');
  cpSync(lean, join(home, '.elan/bin/lean'));
  const [ofElan] = await findToolchains({ ...bare, HOME: home });
  assert.deepEqual(ofElan?.lean, [join(home, '.elan/bin/lean')]);
});

test('without Lean the fault says how to get it', async () => {
  const error = await fault(bare);
  assert.equal(error.code, 'no_lean');
  assert.match(error.message, /there is no Lean/);
  assert.match(error.mend ?? '', /ASSAY_LEAN/);
  assert.match(
    (await fault({ ...bare, ASSAY_LEAN: '/nowhere/lean' })).message,
    /\/nowhere\/lean is not a program/,
  );
});

test('a Lean that does not answer is a fault, with what it said', async () => {
  const broken = program('broken/lean', 'echo "no default toolchain configured" >&2; exit 1');
  const error = await fault({ ...bare, ASSAY_LEAN: broken });
  assert.equal(error.code, 'no_lean');
  assert.match(error.message, /no default toolchain configured.*exit code 1/s);
});

test('a Lake project is asked once for its paths', async () => {
  const bin = join(root, 'lakebin');
  program('sysroot/bin/lean', leanText('4.9.0'));
  program(
    'lakebin/lake',
    `echo LEAN_PATH=$PWD/.lake/build/lib; echo LEAN_SYSROOT=${root}/sysroot; echo PATH=$PATH; echo OTHER=1`,
  );
  const project = join(root, 'project');
  mkdirSync(project);
  const repl = program('project/repl', '');
  const [found] = await findToolchains({
    ...bare,
    PATH: `${bin}${delimiter}${path}`,
    ASSAY_LEAN_PROJECT: project,
    ASSAY_LEAN_REPL: './repl',
  });
  assert.equal(found?.folder, project);
  assert.equal(found?.env.LEAN_PATH, `${project}/.lake/build/lib`);
  assert.equal(found?.env.OTHER, undefined);
  assert.deepEqual(found?.lean, [`${root}/sysroot/bin/lean`]);
  assert.deepEqual(found?.repl, [repl]);
  assert.equal((await fault({ ...bare, ASSAY_LEAN_PROJECT: '/nowhere' })).code, 'no_lean');
  assert.match((await fault({ ...bare, ASSAY_LEAN_PROJECT: project })).message, /no lake/);
  program('lakebin/lake', 'echo "error: no such package" >&2; exit 1');
  const failed = await fault({ ...bare, PATH: `${bin}${delimiter}${path}`, ASSAY_LEAN_PROJECT: project });
  assert.match(failed.message, /no such package/);
});

test('checkers are known by their names; that beside Lean is found, but for that of elan', async () => {
  const both = program('both/bin/lean', leanText('4.29.0'));
  const beside = program('both/bin/leanchecker', '');
  const [found] = await findToolchains({ ...bare, ASSAY_LEAN: both });
  assert.deepEqual(found?.checker, { kind: 'leanchecker', command: [beside] });
  program('both/bin/elan', '');
  const [ofElan] = await findToolchains({ ...bare, ASSAY_LEAN: both });
  assert.equal(ofElan?.checker, undefined);
  const lake = program('both/bin/lake', '');
  const [named] = await findToolchains({
    ...bare,
    ASSAY_LEAN: both,
    ASSAY_LEAN_CHECKER: `${lake} comparator --paranoid`,
  });
  assert.deepEqual(named?.checker, { kind: 'comparator', command: [lake, 'comparator', '--paranoid'] });
  assert.match(
    (await fault({ ...bare, ASSAY_LEAN: both, ASSAY_LEAN_CHECKER: '/bin/true' })).message,
    /not known/,
  );
});

test('several toolchains, the default one first', async () => {
  const file = join(root, 'toolchains.json');
  writeFileSync(
    file,
    JSON.stringify({
      default: 'b',
      toolchains: { a: { lean: [old] }, b: { lean, env: { LEAN_PATH: '/x', LEAN_NUM_THREADS: '2' } } },
    }),
  );
  const found = await findToolchains({ ...bare, ASSAY_LEAN_TOOLCHAINS: file });
  assert.deepEqual(
    found.map(({ name, version }) => [name, version]),
    [
      ['b', '4.28.0-pre'],
      ['a', '4.0.0'],
    ],
  );
  assert.equal(found[0]?.env.LEAN_PATH, '/x');
  assert.equal(found[0]?.env.LEAN_NUM_THREADS, '2');
  assert.equal(found[0]?.env.LEAN_ABORT_ON_PANIC, '1');
});

test('a malformed file is bad_flags: what, where, and how to mend it', async () => {
  const file = join(root, 'bad.json');
  for (const [text, what] of [
    ['{', /JSON/],
    ['[]', /not an object/],
    ['{}', /no "toolchains"/],
    ['{"toolchains":{}}', /no "toolchains"/],
    ['{"toolchains":{"a":{}},"defualt":"a"}', /unknown key "defualt"/],
    ['{"toolchains":{"a":{}},"default":"b"}', /"default" is "b"/],
    ['{"toolchains":{"a":1}}', /toolchain "a": not an object/],
    ['{"toolchains":{"a":{"leen":"x"}}}', /toolchain "a": unknown key "leen"/],
    ['{"toolchains":{"a":{"lean":[]}}}', /"lean" is no command/],
    ['{"toolchains":{"a":{"repl":[1]}}}', /"repl" is no command/],
    ['{"toolchains":{"a":{"project":1}}}', /"project" is no path/],
    ['{"toolchains":{"a":{"env":{"A":1}}}}', /"env"/],
  ] as const) {
    writeFileSync(file, text);
    const error = await fault({ ...bare, ASSAY_LEAN_TOOLCHAINS: file });
    assert.equal(error.code, 'bad_flags', text);
    assert.match(error.message, what, text);
    assert.ok(error.message.includes(file));
  }
  assert.equal((await fault({ ...bare, ASSAY_LEAN_TOOLCHAINS: join(root, 'none.json') })).code, 'bad_flags');
});
