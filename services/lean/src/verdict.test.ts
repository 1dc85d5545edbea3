import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasons, verdictFault } from '@assay/contract';
import { answered, proved, referenceType } from './testing/backend.ts';
import type { Audit, LeanMessage, Outcome } from './types.ts';
import { verdictOf } from './verdict.ts';

const expected = { type: referenceType, axioms: [] as string[] };
const judge = (outcome: Outcome, axioms: string[] = []) =>
  verdictOf({ ...outcome, cpuMs: 1, wallMs: 1 }, { ...expected, axioms });
const message = (severity: LeanMessage['severity'], text: string): LeanMessage => ({
  severity,
  line: 3,
  column: 2,
  text,
});
const audit = (change: Partial<Extract<Audit, { found: true }>>): Audit =>
  ({ ...proved, ...change }) as Audit;

test('an audited theorem of the stated type on standard axioms is proved', () => {
  const verdict = judge(answered(audit({ axioms: ['Classical.choice', 'Quot.sound', 'propext'] })));
  assert.equal(verdict.status, 'CORRECT');
  assert.equal(verdict.reason, 'proved_tier1');
});

for (const spelling of ["declaration uses 'sorry'", 'declaration uses `sorry`']) {
  test(`K11: a warning decides nothing: ${spelling}`, () => {
    // The audit is clean: the warning is of some other declaration, or a lie.
    assert.equal(judge(answered(proved, [message('warning', spelling)])).status, 'CORRECT');
    // And without it, the audit's word holds.
    const silent = judge(answered(audit({ axioms: ['propext', 'sorryAx'] })));
    assert.deepEqual([silent.status, silent.reason], ['INCORRECT', 'has_sorry']);
  });
}

const refused: [string, Outcome, string][] = [
  ['an own axiom', answered(audit({ axioms: ['cheat', 'propext'] })), 'bad_axiom'],
  ['an axiom with a trusted-looking name', answered(audit({ axioms: ['Std.propext'] })), 'bad_axiom'],
  ['native_decide', answered(audit({ axioms: ['Lean.ofReduceBool'] })), 'bad_axiom'],
  ['native_decide since 4.29', answered(audit({ axioms: ['t._native.native_decide.ax_1'] })), 'bad_axiom'],
  ['no theorem', answered({ found: false }), 'not_found'],
  ['a def', answered(audit({ kind: 'def' })), 'statement_changed'],
  ['an axiom of the right type', answered(audit({ kind: 'axiom', axioms: [] })), 'statement_changed'],
  ['another type', answered(audit({ type: 'True' })), 'statement_changed'],
  ['an error', answered(undefined, [message('error', 'unsolved goals\n⊢ False')]), 'lean_error'],
  ['an error beside a clean audit', answered(proved, [message('error', 'x')]), 'lean_error'],
  [
    'heartbeats',
    answered(undefined, [
      message('error', '(deterministic) timeout at `whnf`, maximum number of heartbeats'),
    ]),
    'heartbeats',
  ],
  ['CPU time', { kind: 'limit', limit: 'cpu', detail: 'd' }, 'time_limit'],
  ['memory', { kind: 'limit', limit: 'memory', detail: 'd' }, 'memory_limit'],
  ['output', { kind: 'limit', limit: 'answer', detail: 'd' }, 'output_limit'],
  ['a crash of Lean', { kind: 'crash', detail: 'SIGSEGV' }, 'runtime_error'],
  ['a forged answer', { kind: 'forged', detail: 'd' }, 'forged_answer'],
];
for (const [what, outcome, reason] of refused) {
  const silent = outcome.kind === 'answered' && outcome.messages.length === 0;
  test(`${silent ? 'K10: without an error, ' : ''}${what} is ${reason}`, () => {
    const verdict = judge(outcome);
    assert.deepEqual([verdict.status, verdict.reason], ['INCORRECT', reason]);
    assert.ok(reason in reasons, `${reason} is a known reason`);
  });
}

test('a lost process is an error of the verifier, and worth another try', () => {
  const verdict = judge({ kind: 'lost', detail: 'SIGKILL' });
  assert.deepEqual([verdict.status, verdict.retryable], ['ERROR', true]);
});

test('an answer without an audit is an error of the verifier', () => {
  assert.equal(judge({ kind: 'answered', messages: [], audit: undefined }).status, 'ERROR');
});

test('axioms that the problem allows are allowed, and no others', () => {
  assert.equal(judge(answered(audit({ axioms: ['B'] })), ['B']).status, 'CORRECT');
  assert.equal(judge(answered(audit({ axioms: ['C'] })), ['B']).reason, 'bad_axiom');
});

test('whatever Lean writes, the verdict keeps the contract and stays small', () => {
  const messages = Array.from({ length: 5000 }, () => message('error', '\ud800'.repeat(50_000)));
  const verdict = judge(answered(undefined, messages));
  assert.ok(JSON.stringify(verdict).length < 200_000);
  assert.ok(verdict.message?.isWellFormed());
  assert.equal(verdictFault({ ...verdict, score: 0, _score: undefined, parts: [] } as never), undefined);
});
