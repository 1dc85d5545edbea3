import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Part, Verdict } from '@assay/contract';
import type { Toolchain } from '@assay/lean';
import { verdictOf } from '../in-process.ts';
import { explained } from './judge.ts';
import { explanation, lookText } from './text.ts';

const plain = (_: unknown, text: string) => text;

const toolchain: Toolchain = {
  name: 'default',
  version: '4.9.0',
  folder: '/',
  env: {},
  lean: ['lean'],
  json: true,
  repl: ['repl'],
  checker: { kind: 'comparator', command: ['comparator'] },
};

type Body = Partial<Omit<Verdict, 'parts'>> & { parts?: Partial<Part>[] };

function told(body: Body, of: Toolchain | null = toolchain) {
  const verdict = verdictOf({
    times: { serviceUs: 1_500_000, cpuUs: 250_000 },
    ...body,
  } as Parameters<typeof verdictOf>[0]);
  return explained('swap', verdict, of ?? undefined);
}

const proof = { name: 'proof', status: 'CORRECT', message: 'the only fence (lean4)' } as const;

test('a proof that is accepted: how it was found, its axioms, and what was not asked', () => {
  const accepted: Body = {
    status: 'CORRECT',
    reason: 'proved_tier1',
    message: 'proved; axioms: propext',
    parts: [proof, { name: 'audit', status: 'CORRECT', message: 'theorem; axioms: propext' }],
  };
  assert.equal(
    explanation(told(accepted), plain),
    `theorem  swap
Lean     4.9.0 (toolchain default), by a REPL, checker comparator
proof    the only fence (lean4)
audit    passed: theorem; axioms: propext
took     250.0 ms of CPU, 1.50 s wall

proved (proved_tier1): proved; axioms: propext
No independent checker was asked: --independent first asks comparator.
`,
  );
  const bare = { ...toolchain, checker: undefined, repl: undefined };
  assert.match(explanation(told(accepted, bare), plain), /, file by file\n.*this toolchain has none\.\n$/s);
  const twice: Body = {
    ...accepted,
    reason: 'proved_tier2',
    parts: [...(accepted.parts ?? []), { name: 'comparator', status: 'CORRECT', message: 'ok' }],
  };
  const text = explanation(told(twice), plain);
  assert.match(text, /\ncomparator passed: ok\n/);
  assert.doesNotMatch(text, /No independent checker/);
  assert.equal(told(twice).tier, 2);
});

test('a proof that Lean refuses: its messages with their places, whatever is in them', () => {
  const explained = told({
    status: 'INCORRECT',
    reason: 'lean_error',
    message: '3:14: type mismatch',
    parts: [
      proof,
      {
        name: 'error at 3:14',
        status: 'INCORRECT',
        reason: 'lean_error',
        message: 'type mismatch\n  h\x1b[2J',
      },
      { name: 'warning at 1:0', status: 'CORRECT', message: 'unused' },
    ],
  });
  assert.deepEqual(explained.messages, [
    { severity: 'error', line: 3, column: 14, text: 'type mismatch\n  h\x1b[2J' },
    { severity: 'warning', line: 1, column: 0, text: 'unused' },
  ]);
  assert.deepEqual([explained.tier, explained.findings], [0, []]);
  const text = explanation(explained, plain);
  assert.match(
    text,
    /\n\n3:14: error: type mismatch\n {6}h\uFFFD\[2J\n1:0: warning: unused\n\nnot proved \(lean_error\)/,
  );
});

test('many and long messages are cut', () => {
  const parts = Array.from({ length: 30 }, (_, i) => ({
    name: `error at ${i + 1}:0`,
    status: 'INCORRECT' as const,
    reason: 'lean_error',
    message: 'line\n'.repeat(100),
  }));
  const text = explanation(told({ status: 'INCORRECT', reason: 'lean_error', parts }), plain);
  assert.match(text, /\n… and 10 more; /);
  assert.ok(text.split('\n').length < 450, text);
});

test('what comes to no Lean', () => {
  const refused: Body = {
    status: 'INCORRECT',
    reason: 'shape_refused',
    message: 'line 2: `axiom` in a proof',
    times: null,
  };
  assert.equal(
    explanation(told(refused, null), plain),
    'theorem  swap\n\nnot proved (shape_refused): line 2: `axiom` in a proof\n',
  );
  const look = { problem: 'swap', status: 'CORRECT', reason: '', message: '', proof: 'whole text' } as const;
  assert.match(lookText(look, plain), /^theorem {2}swap\nproof {4}whole text\n\ncan be checked: /);
  const bad = { problem: 'swap', status: 'ERROR', reason: 'bad_problem', message: 'header: x' } as const;
  assert.match(lookText(bad, plain), /\n\nnot judged \(bad_problem\): header: x\n$/);
});
