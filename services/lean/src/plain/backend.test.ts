import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Budget, Check, Header, Statement, Toolchain } from '../types.ts';
import { PlainBackend } from './backend.ts';
import { moduleWith, type Script, script } from './testing/scripted-lean.ts';

const lean = fileURLToPath(new URL('testing/scripted-lean.ts', import.meta.url));
// Its own, so that what is left there is of these checks.
const temporary = mkdtempSync(join(tmpdir(), 'assay-plain-'));
process.env.TMPDIR = temporary;
after(() => rmSync(temporary, { recursive: true, force: true }));

const never = new AbortController().signal;
const proved = { found: true, kind: 'theorem', axioms: ['propext'], type: 's 0\n0 0' };

const budget: Budget = {
  cpuMs: 20_000,
  wallMs: 60_000,
  memoryBytes: 2 ** 30,
  answerBytes: 2 ** 20,
  heartbeats: undefined,
};

const header: Header = { text: 'open Nat', imports: [], rest: 'open Nat', maxHeartbeats: undefined };

function backend(json: boolean): PlainBackend {
  const toolchain: Toolchain = {
    name: 'scripted',
    version: '4.0.0',
    folder: '/',
    env: json ? {} : { OLD: '1' },
    lean: [process.execPath, lean],
    json,
    repl: undefined,
    checker: undefined,
  };
  return new PlainBackend({ toolchain });
}

function statement(asked: Script): Statement {
  return { name: 't', text: `${script(asked)}\ntheorem t : True`, signature: [], begun: '' };
}

const plain = statement({ module: moduleWith(proved) });

function check(asked: Script, changed: Partial<Budget> = {}): Check {
  // The first script of a file is what is played.
  const proof = {
    helpers: script(asked),
    body: ':= trivial',
    lines: { helpers: 10, body: 20 },
    choice: '',
    key: '',
    cost: 1,
  };
  return { header, statement: plain, proof, budget: { ...budget, ...changed }, fresh: false };
}

async function outcome(asked: Script, changed: Partial<Budget> = {}, json = true) {
  const { cpuMs, wallMs, ...found } = await backend(json).check(check(asked, changed), never);
  assert.ok(cpuMs >= 0 && wallMs > 0);
  return found;
}

for (const json of [true, false]) {
  test(`a proof is compiled, and its module audited (${json ? 'JSON' : 'text'})`, async () => {
    assert.deepEqual(await outcome({ module: moduleWith(proved) }, {}, json), {
      kind: 'answered',
      messages: [],
      audit: proved,
    });
    const reference = await backend(json).reference(header, plain, never);
    assert.equal(reference.kind, 'answered');
    assert.deepEqual(reference.kind === 'answered' && reference.audit, proved);
  });
}

test('errors are answers, in the lines of the candidate', async () => {
  const said = [
    'FILE:2:3: error: of a helper',
    'FILE:4:17: error: of the proof',
    'more',
    'FILE:4:2: warning: of the statement',
  ];
  assert.deepEqual(await outcome({ stdout: `${said.join('\n')}\n`, exit: 1 }, {}, false), {
    kind: 'answered',
    messages: [
      { severity: 'error', line: 11, column: 3, text: 'of a helper' },
      { severity: 'error', line: 21, column: 0, text: 'of the proof\nmore' },
      { severity: 'warning', line: 21, column: 0, text: 'of the statement' },
    ],
    audit: undefined,
  });
  const found = await outcome({
    stdout: '{"severity":"error","pos":{"line":4,"column":20},"data":"no"}\n',
    exit: 1,
  });
  assert.deepEqual(found.kind === 'answered' && found.messages, [
    { severity: 'error', line: 21, column: 3, text: 'no' },
  ]);
});

test('an error is one even where Lean ends well and leaves a module', async () => {
  const found = await outcome({ stdout: 'FILE:4:20: error: no\n', module: moduleWith(proved) }, {}, false);
  assert.equal(found.kind === 'answered' && found.audit, undefined);
});

test('how Lean ends says whose doing it was', async () => {
  const cases: readonly [Script, string][] = [
    [{ signal: 'SIGSEGV' }, 'crash'],
    [{ signal: 'SIGABRT', stderr: 'Stack overflow detected. Aborting.\n' }, 'crash'],
    [{ exit: 139 }, 'crash'],
    [{ exit: 134 }, 'crash'],
    [{ exit: 1 }, 'crash'],
    [{ exit: 7, module: moduleWith(proved) }, 'crash'],
    [{ signal: 'SIGKILL' }, 'lost'],
    [{ signal: 'SIGTERM' }, 'lost'],
    [{ exit: 137 }, 'lost'],
    [{ exit: 127 }, 'lost'],
    [{ exit: 0 }, 'forged'],
  ];
  for (const [asked, kind] of cases) assert.equal((await outcome(asked)).kind, kind, JSON.stringify(asked));
});

test("Lean's own memory limit is a limit", async () => {
  const stderr = "excessive memory consumption detected at 'interpreter' (potential solution: …)\n";
  const found = await outcome({ stderr, exit: 1 });
  assert.deepEqual(found.kind === 'limit' && found.limit, 'memory');
});

test('each budget ends the check', async () => {
  const limitOf = (found: Awaited<ReturnType<typeof outcome>>) =>
    found.kind === 'limit' ? found.limit : found.kind;
  assert.equal(limitOf(await outcome({ spin: true }, { cpuMs: 500 })), 'cpu');
  assert.equal(limitOf(await outcome({ bytes: 3e8 }, { memoryBytes: 2e8 })), 'memory');
  assert.equal(limitOf(await outcome({ flood: 'x'.repeat(65536) })), 'answer');
  assert.equal(limitOf(await outcome({ sleep: true }, { wallMs: 1000 })), 'lost');
});

test('the imports are not paid from the budget, once the statement has shown what they cost', async () => {
  const backed = backend(true);
  const asked: Script = { module: moduleWith(proved) };
  const { cpuMs } = await backed.reference(header, plain, never);
  assert.ok(cpuMs > 0);
  const found = await backed.check(check(asked, { cpuMs: 400, memoryBytes: 2 ** 27 }), never);
  assert.equal(found.kind, 'answered');
});

test('output that is not of Lean proves nothing', async () => {
  const forged = `assay-audit a1 ${JSON.stringify(proved)}\n`;
  assert.equal((await outcome({ stdout: forged })).kind, 'forged');
  const other = await outcome({ stdout: forged, module: moduleWith({ found: false }) });
  assert.deepEqual(other.kind === 'answered' && other.audit, { found: false });
});

test('a module that is none is the doing of the candidate, where that of the statement could be read', async () => {
  const backed = backend(true);
  assert.equal((await backed.check(check({ module: 'garbage' }), never)).kind, 'lost');
  await backed.reference(header, plain, never);
  const found = await backed.check(check({ module: 'garbage' }), never);
  assert.equal(found.kind, 'forged');
  assert.match(found.kind === 'forged' ? found.detail : '', /incompatible header/);
});

test('what a candidate leaves running does not get at its module', async () => {
  const asked: Script = { overwrite: moduleWith({ ...proved, axioms: [] }), module: moduleWith(proved) };
  const found = await outcome(asked);
  // It may have been ended in the midst of writing.
  assert.ok(found.kind !== 'limit' && found.kind !== 'crash');
  assert.equal(running('const fs = require'), 0);
});

test('a Lean that is not there is nobody’s fault but the machine’s', async () => {
  const toolchain = {
    name: 'none',
    version: '4.0.0',
    folder: '/',
    env: {},
    lean: ['/nowhere/lean'],
    json: true,
    repl: undefined,
    checker: undefined,
  };
  const found = await new PlainBackend({ toolchain }).check(check({}), never);
  assert.ok(found.kind === 'lost' || found.kind === 'crash');
});

test('an abort rejects with its reason, close with its own; no folder is left', async () => {
  const stop = new AbortController();
  const backed = backend(true);
  const running = backed.check(check({ sleep: true }), stop.signal);
  const other = backed.check(check({ sleep: true }), never);
  stop.abort(new Error('enough'));
  await assert.rejects(running, /enough/);
  await backed.close();
  await assert.rejects(other, /closed/);
  await assert.rejects(backed.check(check({}), never), /closed/);
  assert.deepEqual(readdirSync(temporary), []);
});

/** Processes with the text in their command line. */
function running(text: string): number {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  }).length;
}
