import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Header } from '../types.ts';
import { auditCommand, auditFile, auditRequest, constantName, parseAudit, randomWord } from './index.ts';

function header(rest: string, imports: readonly string[] = []): Header {
  return { text: '', imports, rest, maxHeartbeats: undefined };
}

const said = (json: string, nonce = 'a1') => [{ text: 'else' }, { text: `assay-audit ${nonce} ${json}` }];

test('reads what the command says, with its nonce only', () => {
  const json = '{"found":true,"kind":"theorem","axioms":["propext","A.b","propext"],"type":"s 0\\u000a0 0"}';
  assert.deepEqual(parseAudit(said(json), 'a1'), {
    found: true,
    kind: 'theorem',
    axioms: ['A.b', 'propext'],
    type: 's 0\n0 0',
  });
  assert.deepEqual(parseAudit(said('{"found":false}'), 'a1'), { found: false });
  assert.equal(parseAudit(said(json), 'a2'), undefined);
  assert.equal(parseAudit(said(json, 'a11'), 'a1'), undefined);
});

test('what is not an audit is none', () => {
  for (const json of [
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"found":true}',
    '{"found":"yes"}',
    '{"found":true,"kind":"theorem","axioms":"propext","type":""}',
    '{"found":true,"kind":"theorem","axioms":[1],"type":""}',
    '{"found":true,"kind":"theorem","axioms":[],"type":"x"} {"found":false}',
  ]) {
    assert.equal(parseAudit(said(json), 'a1'), undefined, json);
  }
});

test('names of the audit are those of its suffix only', () => {
  const suffix = randomWord();
  const text = auditCommand(suffix);
  assert.doesNotMatch(text, /ASSAY/);
  assert.match(text, new RegExp(`^namespace assay_${suffix}$`, 'm'));
  assert.equal(auditRequest(suffix, "A.«b c».d'", 'a1'), `#assay_${suffix} «A».«b c».«d'» a1`);
  assert.notEqual(randomWord(), suffix);
});

test('a file imports what the module did, and Lean', () => {
  const text = auditFile(header('open Nat', ['Init', 'Mathlib.Order']), '/tmp/a"b\\c/x.olean', 'foo', 'a1');
  assert.ok(text.startsWith('import Init\nimport Mathlib.Order\nimport Lean\n'));
  assert.ok(text.includes(String.raw`(System.FilePath.mk "/tmp/a\"b\\c/x.olean")`));
  assert.doesNotMatch(text, /open Nat/);
});

test('a theorem is named within the namespaces that its header leaves open', () => {
  for (const [rest, name, whole] of [
    ['', 'foo', 'foo'],
    ['open Nat Real', 'foo', 'foo'],
    ['namespace A\nnamespace B.C', 'foo', 'A.B.C.foo'],
    ['namespace A.B\nend B', 'foo', 'A.foo'],
    ['namespace A.B\nend A.B', 'foo', 'foo'],
    ['namespace A\nsection\nnamespace B\nend B\nend', 'foo', 'A.foo'],
    ['namespace A\nsection S\nopen Nat\nend S\nend A', 'foo', 'foo'],
    ['-- namespace A\n/- namespace B\n/- -/ -/', 'foo', 'foo'],
    ['namespace «a.b».C', "foo'", "«a.b».C.foo'"],
    ['namespace A', '_root_.foo', 'foo'],
    ['', 'foo.{u, v}', 'foo'],
    ['noncomputable section\nnamespace A', 'foo', 'A.foo'],
  ] as const) {
    assert.equal(constantName(header(rest), name), whole, rest);
  }
});
