import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VerdictBody } from '@assay/verifier-kit';
import { checkOf, checkTaskOf } from './messages.ts';
import { ReplBackend } from './repl/backend.ts';
import { budget, headerOf, scripted } from './repl/testing/stand-in.ts';
import { ScriptedBackend } from './testing/backend.ts';
import { wholeFileOf } from './theorem/whole.ts';
import type { LeanMessage, Outcome } from './types.ts';

const { signal } = new AbortController();
const task = checkTaskOf({ custom: { kind: 'lean_check', json: '' } }, [scripted()]);

async function bodyOf(outcome: Outcome): Promise<VerdictBody> {
  assert.ok(typeof task === 'object');
  const backend = Object.assign(new ScriptedBackend([]), {
    messages: async () => ({ ...outcome, cpuMs: 1, wallMs: 2 }),
  });
  const job = checkOf(task, 'digest', 'def a := 1', backend);
  assert.ok('attempt' in job);
  const done = await job.attempt(0, signal, 0);
  assert.notEqual(done.kind, 'again');
  return 'outcome' in done ? done.outcome.body : {};
}

const message = (severity: LeanMessage['severity'], line: number, text: string, more = {}): LeanMessage => ({
  ...{ severity, line, column: 2, text },
  ...more,
});
const answered = (...messages: LeanMessage[]): Outcome => ({ kind: 'answered', messages, audit: undefined });

test('a verdict for what Lean says, and a part for each message', async () => {
  const error = await bodyOf(
    answered(message('warning', 1, 'odd'), message('error', 3, 'no\nmore', { end: { line: 4, column: 5 } })),
  );
  assert.deepEqual([error.status, error.reason, error.message], ['INCORRECT', 'lean_error', '3:2: no']);
  assert.deepEqual(
    error.parts?.map(({ name, status, message: text }) => [name, status, text]),
    [
      ['warning at 1:2', 'CORRECT', 'odd'],
      ['error at 3:2-4:5', 'INCORRECT', 'no\nmore'],
    ],
  );
  for (const quote of ["'sorry'", '`sorry`']) {
    const sorry = await bodyOf(answered(message('warning', 1, `declaration uses ${quote}`)));
    assert.equal(sorry.reason, 'has_sorry');
  }
  assert.equal((await bodyOf(answered(message('info', 1, 'x')))).reason, 'no_error');
  assert.equal((await bodyOf({ kind: 'limit', limit: 'cpu', detail: '' })).reason, 'time_limit');
  assert.equal((await bodyOf({ kind: 'lost', detail: '' })).status, 'ERROR');
});

test('messages that are many and long are cut', async () => {
  const many = Array.from({ length: 2_000 }, (_, line) => message('info', line, 'x'.repeat(100_000)));
  const { parts = [] } = await bodyOf(answered(...many));
  assert.equal(parts.length, 1_000);
  assert.ok(parts.reduce((sum, part) => sum + (part.message?.length ?? 0), 0) <= 512 << 10);
});

test('what a file prints does not crowd out what decides', async () => {
  const noise = Array.from({ length: 1_500 }, (_, line) => message('info', line, 'x'.repeat(10_000)));
  const error = await bodyOf(answered(...noise, message('error', 2_000, 'false')));
  assert.equal(error.reason, 'lean_error');
  assert.deepEqual(error.parts?.at(-1)?.message, 'false');
  assert.equal(error.parts?.at(-1)?.status, 'INCORRECT');
  const sorry = await bodyOf(answered(...noise, message('warning', 2_000, "declaration uses 'sorry'")));
  assert.equal(sorry.reason, 'has_sorry');
  assert.equal(sorry.parts?.at(-1)?.message, "declaration uses 'sorry'");
  assert.equal(sorry.parts?.length, 1_000);
});

test('a file keeps its lines and columns, without its comments', () => {
  const file = wholeFileOf('import A\nimport B.C -- two\n\n/- x -/ def a := 1\n#check a\n');
  assert.ok(typeof file === 'object', String(file));
  assert.deepEqual(file.header.imports, ['A', 'B.C']);
  assert.equal(file.offset, 1);
  assert.deepEqual(file.text.split('\n'), ['          ', '', '        def a := 1', '#check a', '']);
});

test('a warm process tells places of the file', async (t) => {
  const backend = new ReplBackend({ toolchain: scripted(), slots: 1, spares: 0 });
  t.after(() => backend.close());
  const source = { header: headerOf('import Mathlib\n'), text: ' \n--! error no\n--! sorry\n', offset: 4 };
  const checked = await backend.messages(source, budget, false, signal);
  assert.ok(checked.kind === 'answered');
  assert.deepEqual(
    checked.messages.map(({ severity, line }) => [severity, line]),
    [
      ['error', 6],
      ['info', 7],
    ],
  );
});
