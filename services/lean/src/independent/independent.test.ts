import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { moduleWith, script } from '../plain/testing/scripted-lean.ts';
import type { Toolchain } from '../types.ts';
import { type Accepted, independentCheck } from './index.ts';

const lean = fileURLToPath(new URL('../plain/testing/scripted-lean.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'assay-independent-'));
const temporary = join(root, 'tmp');
mkdirSync(temporary);
process.env.TMPDIR = temporary;
after(() => rmSync(root, { recursive: true, force: true }));
const never = new AbortController().signal;
const proved = { found: true, kind: 'theorem', axioms: ['propext'], type: 's 0' };

function program(path: string, text: string): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, `#!/bin/sh\n${text}\n`);
  chmodSync(whole, 0o755);
  return whole;
}

/** A proof whose module has this audit; that of the statement has `proved`. */
function accepted(audit: unknown = proved): Accepted {
  const text = `${script({ module: moduleWith(proved) })}\ntheorem t : True`;
  return {
    header: { text: 'namespace A', imports: [], rest: 'namespace A', maxHeartbeats: undefined },
    statement: { name: 't', text, signature: [], begun: '' },
    proof: {
      helpers: script({ module: moduleWith(audit) }),
      body: ':= trivial',
      lines: { helpers: 0, body: 0 },
      choice: '',
      key: '',
      cost: 1,
    },
    axioms: ['extra'],
  };
}

function toolchain(checker: Toolchain['checker'], folder = '/'): Toolchain {
  return {
    name: 'scripted',
    version: '4.0.0',
    folder,
    env: { PATH: '/usr/bin:/bin', LEAN_PATH: '/libraries', ROOT: root },
    lean: [process.execPath, lean],
    json: true,
    repl: undefined,
    checker,
  };
}

const read = (name: string) => readFileSync(join(root, name), 'utf8');

for (const kind of ['leanchecker', 'lean4checker'] as const) {
  test(`${kind} replays the module that was audited`, async () => {
    const checker = program(
      kind,
      'echo "$@" > $ROOT/args; echo $LEAN_PATH > $ROOT/path; cat $(echo $LEAN_PATH | cut -d: -f1)/$1.olean > $ROOT/seen',
    );
    const found = await independentCheck(toolchain({ kind, command: [checker] }), accepted(), never);
    assert.deepEqual(found, { accepted: true, detail: `${kind} replayed the module` });
    assert.equal(read('args'), 'AssayCandidate\n');
    assert.match(read('path'), /^\/.*:\/libraries\n$/);
    assert.equal(read('seen'), moduleWith(proved));
  });
}

test('what a checker finds is a refusal; that it cannot run is none', async () => {
  const with_ = async (text: string) => {
    const command = [program('checker', text)];
    return independentCheck(toolchain({ kind: 'leanchecker', command }), accepted(), never);
  };
  const problem = await with_('echo "leanchecker found a problem in AssayCandidate" >&2; exit 1');
  assert.equal(problem.accepted, false);
  assert.match(problem.detail, /found a problem/);
  assert.equal(
    (await with_('echo "uncaught exception: Could not find any oleans for: x" >&2; exit 1')).accepted,
    undefined,
  );
  assert.equal((await with_('kill -9 $$')).accepted, undefined);
  assert.equal((await with_('exit 134')).accepted, undefined);
  const none = toolchain({ kind: 'leanchecker', command: ['/nowhere/leanchecker'] });
  assert.equal((await independentCheck(none, accepted(), never)).accepted, undefined);
  assert.match(
    (await independentCheck(toolchain(undefined), accepted(), never)).detail,
    /no independent checker/,
  );
});

test('the fresh compilation is audited: its statement, kind and axioms', async () => {
  const checker = { kind: 'leanchecker', command: ['/bin/true'] } as const;
  for (const [audit, reason] of [
    [{ ...proved, type: 's +0' }, 'statement_changed'],
    [{ ...proved, kind: 'def' }, 'statement_changed'],
    [{ ...proved, axioms: ['cheat'] }, 'bad_axiom'],
    [{ found: false }, 'not_found'],
  ] as const) {
    const found = await independentCheck(toolchain(checker), accepted(audit), never);
    assert.equal(found.accepted, false);
    assert.match(found.detail, new RegExp(reason));
  }
  const allowed = await independentCheck(
    toolchain(checker),
    accepted({ ...proved, axioms: ['extra'] }),
    never,
  );
  assert.equal(allowed.accepted, true);
});

const comparator = `for last; do :; done
  echo "$@" > $ROOT/args; cat "$last" > $ROOT/config; cat AssaySolution.lean > $ROOT/solution
  cat AssayChallenge.lean > $ROOT/challenge; cat lakefile.* > $ROOT/lakefile; ls -a > $ROOT/files; ls .lake > $ROOT/lake 2>/dev/null; true`;

test('comparator gets statement and proof as modules of a project', async () => {
  const command = [program('comparator', comparator)];
  const found = await independentCheck(toolchain({ kind: 'comparator', command }), accepted(), never);
  assert.deepEqual(found, { accepted: true, detail: 'comparator accepts it' });
  assert.deepEqual(JSON.parse(read('config')), {
    challenge_module: 'AssayChallenge',
    solution_module: 'AssaySolution',
    theorem_names: ['A.t'],
    permitted_axioms: ['propext', 'Classical.choice', 'Quot.sound', 'extra'],
    enable_nanoda: false,
  });
  assert.match(read('challenge'), /^namespace A\n.*theorem t : True := sorry\n$/s);
  assert.match(read('solution'), /^namespace A\n.*theorem t : True := trivial\n$/s);
  assert.match(read('lakefile'), /^name = "assay"\n.*name = "AssayChallenge".*name = "AssaySolution"/s);
  assert.doesNotMatch(read('args'), /--config/);
});

test('the project keeps its packages, and nothing is written to it', async () => {
  const project = join(root, 'project');
  mkdirSync(join(project, '.lake/packages/mathlib'), { recursive: true });
  mkdirSync(join(project, 'Mine'));
  writeFileSync(join(project, 'lakefile.lean'), 'import Lake\nopen Lake DSL\npackage mine\n');
  writeFileSync(join(project, 'lake-manifest.json'), '{}');
  const lake = program('bin/lake', `[ "$1" = comparator ] && { ${comparator}; }`);
  const command = [lake, 'comparator', '--paranoid'];
  const found = await independentCheck(
    toolchain({ kind: 'comparator', command }, project),
    accepted(),
    never,
  );
  assert.equal(found.accepted, true, found.detail);
  assert.match(read('args'), /^comparator --paranoid --config \/\S+\/assay-comparator\.json\n$/);
  assert.match(read('lakefile'), /package mine\n\nlean_lib AssayChallenge\n\nlean_lib AssaySolution\n$/);
  assert.match(read('files'), /^Mine$/m);
  assert.equal(read('lake'), 'packages\n');
  assert.deepEqual(readdirSync(project).sort(), ['.lake', 'Mine', 'lake-manifest.json', 'lakefile.lean']);
  assert.equal(readFileSync(join(project, 'lakefile.lean'), 'utf8').includes('Assay'), false);
});

test('exit codes of comparator', async () => {
  const lake = async (text: string) => {
    const command = [program('bin/lake', text), 'comparator'];
    return (await independentCheck(toolchain({ kind: 'comparator', command }), accepted(), never)).accepted;
  };
  assert.equal(await lake('exit 1'), false);
  assert.equal(await lake('exit 2'), undefined);
  assert.equal(await lake('kill -9 $$'), undefined);
  const alone = async (text: string) => {
    const command = [program('comparator', text)];
    return (await independentCheck(toolchain({ kind: 'comparator', command }), accepted(), never)).accepted;
  };
  assert.equal(await alone('echo "Building AssayChallenge"; exit 1'), undefined);
  assert.equal(await alone('echo "Building AssayChallenge"; echo "Building AssaySolution"; exit 1'), false);
});

test('nothing is left of a check, also where it is aborted', async () => {
  const stop = new AbortController();
  const command = [program('comparator', 'sleep 1000')];
  const running = independentCheck(toolchain({ kind: 'comparator', command }), accepted(), stop.signal);
  setTimeout(() => stop.abort(new Error('enough')), 200);
  await assert.rejects(running, /enough/);
  assert.deepEqual(readdirSync(temporary), []);
});
