import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Statement } from '../types.ts';
import { leanish, noStatements, statementRows } from './samples.fixture.ts';
import { compareSignatures, parseStatement } from './statement.ts';
import { codeOf } from './tokens.ts';

function parsed(text: string, name?: string): Statement {
  const statement = parseStatement(text, name);
  assert.ok(typeof statement !== 'string', `${statement}: ${text}`);
  return statement;
}

describe('parseStatement', () => {
  it('takes every end', () => {
    const ends: [string, string][] = [
      ['', ''],
      [' :=', ''],
      [' := by', 'by'],
      [' := by\n', 'by'],
      [' := by sorry', 'by'],
      [' :=\n  by\n    sorry', 'by'],
      [' := sorry', ''],
      [' by', 'by'],
      [' by sorry', 'by'],
      [' := by (', 'by ('],
      ['\nby (\n', 'by ('],
      [' := by -- here\n', 'by'],
    ];
    for (const [end, begun] of ends) {
      const statement = parsed(`theorem foo (x : ℝ) : x = x${end}`);
      assert.equal(statement.text, 'theorem foo (x : ℝ) : x = x', end);
      assert.equal(statement.begun, begun, end);
      assert.deepEqual(statement.signature, ['foo', '(', 'x', ':', 'ℝ', ')', ':', 'x', '=', 'x'], end);
    }
  });

  it('finds the `:=` of the proof behind those of the type', () => {
    const types = [
      '(x : ℕ := 1) : x = x',
      ': let y := 1; y = 1',
      ': let f : ℕ → ℕ := fun n => n\n  f 1 = 1',
      ': let x := 1\n  let y := x\n  have h : x = y := rfl\n  x = y',
      ': { a := 1, b := 2 : Foo } = ⟨1, 2⟩',
      '(h : let z := 2; z > 0) : foo (bar := 3) = 1',
      ': ∀ x : ℝ, |x| ≥ 0',
      ': (fun (x : ℕ := 3) => x) = id',
      ': (by exact 1 : ℕ) = 1',
    ];
    for (const type of types) {
      const statement = parsed(`theorem t ${type} := by`);
      assert.equal(statement.text, `theorem t ${type}`);
      assert.equal(statement.begun, 'by');
    }
  });

  it('takes docstrings, attributes, lemmas, universes and comments', () => {
    const text =
      '/-- says theorem bar : False := -/\n@[simp, norm_cast] private lemma foo.{u, v} -- := by\n  {α : Type u} : α = α';
    const statement = parsed(`${text} /- so -/ := by`, 'foo');
    assert.equal(statement.name, 'foo');
    assert.equal(statement.text, text.slice(text.indexOf('@[')));
    assert.deepEqual(statement.signature.slice(0, 7), ['foo', '.', '{', 'u', ',', 'v', '}']);
  });

  it('takes what holds for the theorem alone', () => {
    const statement = parsed('open Finset in\nset_option maxRecDepth 4000 in\ntheorem a : True := by');
    assert.equal(statement.text, 'open Finset in\nset_option maxRecDepth 4000 in\ntheorem a : True');
  });

  it('says what is wrong, and where', () => {
    const faults: [string, RegExp, string?][] = [
      ['', /no `theorem`/],
      ['def a := 1', /no `theorem`/],
      ['example : True := by', /no `theorem`/],
      ['theorem : True := by', /has no name/],
      ['theorem a := by', /a has no type/],
      ['theorem a (x : ℕ) := by', /a has no type/],
      ['theorem a : True := by trivial', /holds a proof/],
      ['theorem a : True := trivial', /holds a proof/],
      ['def f := 1\n\ntheorem a : f = 1 := by', /^line 1: `def` is another command/],
      ['theorem a : True := by sorry\ntheorem b : True := by', /^line 2: `theorem` is another/],
      ['theorem a : True := by', /is called a, and b was asked for/, 'b'],
      ['theorem a : (1 = 1 := by', /no counterpart|no `:=`/],
      ['theorem a : 1 = 1) := by', /^line 1: `\)` has no counterpart/],
      ['theorem a : "x = 1 := by', /the string has no end/],
    ];
    for (const [text, message, name] of faults) {
      const fault = parseStatement(text, name);
      assert.ok(typeof fault === 'string', text);
      assert.match(fault, message, text);
    }
  });

  it('stands any text', () => {
    fc.assert(
      fc.property(leanish, (text) => {
        parseStatement(`theorem ${text}`);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('compareSignatures', () => {
  const of = (text: string) => parsed(`theorem ${text} := by`).signature;

  it('names the first difference', () => {
    const stored = of('a (x : ℝ) (h : 0 < x) : x ≠ 0');
    assert.equal(compareSignatures(stored, of('a\n (x:ℝ)(h : 0<x)\n :x ≠ 0 ')), undefined);
    assert.match(
      compareSignatures(stored, of('a (x : ℝ) (h : 0 ≤ x) : x ≠ 0')) as string,
      /after `.* h : 0` the statement has `<`, the candidate `≤`/,
    );
    assert.match(
      compareSignatures(stored, of('a (x : ℝ) (h : 0 < x) : x ≠ 0 ∨ True')) as string,
      /its end.*`∨`/,
    );
    assert.match(compareSignatures(stored, stored.slice(0, -1)) as string, /`0`, the candidate its end/);
    assert.match(compareSignatures(stored, of('b : True')) as string, /at its beginning .*`a`.*`b`/);
  });

  it('tells binders in one bracket from binders in two', () => {
    assert.notEqual(compareSignatures(of('a (x y : ℝ) : x = y'), of('a (x : ℝ) (y : ℝ) : x = y')), undefined);
  });

  it('tells letters from those that look like them', () => {
    assert.notEqual(compareSignatures(of('a : 1 = 2'), of('a : 1 ＝ 2')), undefined);
    assert.notEqual(compareSignatures(of('a (x : ℝ) : x = x'), of('a (х : ℝ) : х = х')), undefined);
    assert.notEqual(compareSignatures(of('a : 1 = 2'), of('a : 1 =\u200b 2')), undefined);
  });
});

const bracket = /^[()[\]{}⟨⟩,]$/;
const spaces = fc.constantFrom(
  ' ',
  '  ',
  '\n',
  '\n    ',
  ' /- x -/ ',
  ' /- a /- b -/ := -/ ',
  ' -- := by sorry\n  ',
  '\n\n',
);

/** The same tokens in another layout. */
function relaid(tokens: readonly string[], gaps: readonly string[], dense: boolean): string {
  return tokens
    .map((token, at) => {
      const next = tokens[at + 1] ?? '';
      const may = bracket.test(token) || bracket.test(next);
      return token + (dense && may ? '' : (gaps[at % gaps.length] as string));
    })
    .join('');
}

/** Tokens that say something else: a number, a relation, a quantifier, a type, an operator, a name. */
// biome-ignore format: a table
const others: Readonly<Record<string, string>> = {
  '=': '≠', '≠': '=', '<': '≤', '≤': '<', '≥': '>', '>': '≥', '∀': '∃', '∃': '∀', '∧': '∨', '∨': '∧', '→': '↔', '↔': '→',
  'ℝ': 'ℚ', 'ℕ': 'ℤ', 'ℤ': 'ℕ', 'ℂ': 'ℝ', 'ℚ': 'ℝ', '+': '-', '-': '+', '*': '+', '/': '*', '^': '*', '∣': '=', '↑': '', '¬': '',
};

describe('the public statements', { skip: noStatements }, () => {
  const rows = noStatements ? [] : statementRows();

  it('all parse', () => {
    assert.equal(rows.length, 248);
    for (const row of rows) {
      const statement = parsed(row.informal_prefix + row.formal_statement, row.name);
      assert.equal(statement.begun, 'by', row.name);
      assert.equal(`${statement.text} := by\n`, row.formal_statement, row.name);
    }
  });

  it('are the same in any layout', () => {
    for (const row of rows) {
      const { text, signature } = parsed(row.formal_statement);
      const tokens = codeOf(text).map((token) => token.text);
      fc.assert(
        fc.property(fc.array(spaces, { minLength: 5, maxLength: 40 }), fc.boolean(), (gaps, dense) => {
          const again = parsed(`${relaid(tokens, gaps, dense)} := by`);
          assert.equal(compareSignatures(signature, again.signature), undefined);
        }),
        { numRuns: 10 },
      );
    }
  });

  it('differ where a token says something else, or a hypothesis comes or goes', () => {
    for (const row of rows) {
      const { text, signature } = parsed(row.formal_statement);
      const differs = (changed: readonly string[], what: string) => {
        const statement = parseStatement(`theorem ${changed.join(' ')} := by`);
        if (typeof statement === 'string') return;
        assert.notEqual(compareSignatures(signature, statement.signature), undefined, `${row.name}: ${what}`);
      };
      for (const [at, token] of signature.entries()) {
        if (at === 0) continue;
        const other = /^\d+$/.test(token) ? String(Number(token) + 1) : others[token];
        if (other !== undefined) differs(signature.with(at, other), `${token} at ${at}`);
        differs([...signature.slice(0, at), '(h0 : False)', ...signature.slice(at)], `hypothesis at ${at}`);
      }
      const brackets = [...text.matchAll(/ \((?:[^()]|\([^()]*\))* : (?:[^()]|\([^()]*\))*\)/g)];
      for (const [found] of brackets) {
        const statement = parseStatement(`${text.replace(found, '')} := by`);
        if (typeof statement === 'string') continue;
        assert.notEqual(
          compareSignatures(signature, statement.signature),
          undefined,
          `${row.name} without ${found}`,
        );
      }
    }
  });
});
