import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { leanish } from './samples.fixture.ts';
import { codeOf, tokensOf } from './tokens.ts';

const texts = (text: string) => tokensOf(text).map((token) => token.text);
const kinds = (text: string) => tokensOf(text).map((token) => token.kind);
const faults = (text: string) => tokensOf(text).flatMap(({ fault }) => fault ?? []);

describe('tokens', () => {
  it('takes an identifier with its dots, primes, subscripts and quotes', () => {
    const text = "Nat.succ x' h₁ foo.«b c».d ℝ α x! y? 𝓝 _root_.a «theorem»";
    assert.deepEqual(
      texts(text),
      text
        .replace('«b c»', '«b_c»')
        .split(' ')
        .map((word) => word.replace('b_c', 'b c')),
    );
    assert.ok(kinds(text).every((kind) => kind === 'word'));
  });

  it('ends an identifier where Lean does', () => {
    assert.deepEqual(texts('foo.{u v}'), ['foo', '.', '{', 'u', 'v', '}']);
    assert.deepEqual(texts('λx Πa Σb'), ['λ', 'x', 'Π', 'a', 'Σ', 'b']);
    assert.deepEqual(texts('h.1.2 x.y.1'), ['h', '.', '1', '.', '2', 'x.y', '.', '1']);
    assert.deepEqual(texts('f.. g'), ['f', '..', 'g']);
  });

  it('takes numbers', () => {
    for (const number of ['0', '12_000', '1.5', '2e10', '1.5e-3', '0x1F', '0b101', '0o17']) {
      assert.deepEqual(kinds(number), ['number'], number);
    }
    assert.deepEqual(texts('20! 2x'), ['20', '!', '2', 'x']);
  });

  it('takes the longest operator', () => {
    assert.deepEqual(texts('x:=y'), ['x', ':=', 'y']);
    assert.deepEqual(texts('a<;>b'), ['a', '<;>', 'b']);
    assert.deepEqual(texts('a<->b'), ['a', '<->', 'b']);
    assert.deepEqual(texts("f ⁻¹' s"), ['f', "⁻¹'", 's']);
    assert.deepEqual(texts('@[simp]'), ['@[', 'simp', ']']);
    assert.deepEqual(texts('≤≥'), ['≤', '≥']);
  });

  it('nests block comments, and knows docstrings and line comments for comments too', () => {
    assert.deepEqual(texts('a /- b /- c -/ d -/ e'), ['a', '/- b /- c -/ d -/', 'e']);
    assert.deepEqual(kinds('/-- doc -/ /-! mod -/ -- end'), ['comment', 'comment', 'comment']);
    assert.deepEqual(texts('x--y\nz'), ['x', '--y', 'z']);
    assert.deepEqual(texts('/-/ a -/ b'), ['/-/ a -/', 'b']);
    assert.deepEqual(texts('/- -- -/ a'), ['/- -- -/', 'a']);
    assert.deepEqual(texts('-- /-\na'), ['-- /-', 'a']);
    assert.deepEqual(faults('a /- b /- c -/'), ['the comment has no end']);
  });

  it('takes strings with what looks like code or comments in them', () => {
    assert.deepEqual(texts('"-- /- theorem" x'), ['"-- /- theorem"', 'x']);
    assert.deepEqual(texts(String.raw`"a\"b\\" x`), [String.raw`"a\"b\\"`, 'x']);
    assert.deepEqual(texts('"a\\\n   b" x'), ['"a\\\n   b"', 'x']);
    assert.deepEqual(faults(String.raw`"a\qb"`), ['the string has an escape that Lean does not know']);
    assert.deepEqual(faults(String.raw`"\x41\u00e9"`), []);
    assert.deepEqual(faults('"abc'), ['the string has no end']);
  });

  it('takes raw strings', () => {
    assert.deepEqual(texts(String.raw`r"a\" x`), [String.raw`r"a\"`, 'x']);
    assert.deepEqual(texts('r#"a"b"# x'), ['r#"a"b"#', 'x']);
    assert.deepEqual(texts('r x r#x'), ['r', 'x', 'r', '#', 'x']);
    assert.deepEqual(faults('r#"a"'), ['the string has no end']);
  });

  it('tells characters from primes', () => {
    assert.deepEqual(kinds(String.raw`'a' '"' '\'' '\n' '\x41' '😀'`), Array(6).fill('char'));
    assert.deepEqual(texts("x' 'y'"), ["x'", "'y'"]);
    assert.deepEqual(texts("f '' s"), ['f', "''", 's']);
    assert.deepEqual(texts("∑' i, f"), ["∑'", 'i', ',', 'f']);
  });

  it('reads the holes of interpolated strings as code', () => {
    assert.deepEqual(texts('s!"a{x + 1}b{y}"'), ['s!', '"a{', 'x', '+', '1', '}b{', 'y', '}"']);
    assert.deepEqual(texts('s!"{f {a := 1}}" z'), ['s!', '"{', 'f', '{', 'a', ':=', '1', '}', '}"', 'z']);
    assert.deepEqual(texts('m!"{s!"{x}"}" z'), ['m!', '"{', 's!', '"{', 'x', '}"', '}"', 'z']);
    assert.deepEqual(texts(String.raw`f!"\{x}" z`), ['f!', String.raw`"\{x}"`, 'z']);
    assert.deepEqual(texts('"a{x}b"'), ['"a{x}b"']);
    assert.deepEqual(faults('s!"{x'), ['the string that it stands in has no end']);
  });

  it('says which tokens begin a line', () => {
    const firsts = tokensOf('a b\nc\n d').flatMap(({ column0, text }) => (column0 ? text : []));
    assert.deepEqual(firsts, ['a', 'c']);
  });

  it('covers any text but its blanks, in order', () => {
    fc.assert(
      fc.property(leanish, (text) => {
        let at = 0;
        for (const { start, end, text: piece } of tokensOf(text)) {
          assert.match(text.slice(at, start), /^[ \t\r\n]*$/);
          assert.ok(start < end);
          assert.equal(piece, text.slice(start, end));
          at = end;
        }
        assert.match(text.slice(at), /^[ \t\r\n]*$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('is through with megabytes of anything', () => {
    // biome-ignore format: a table
    const pieces = [
      '«', '"', "'", '/-', 's!"{', 'r#', '(', 'a.', '`', '\\', '"\\', '-', '{', '}', ' ', "''", '\ud835', '0x', '\0', '@[',
    ];
    for (const piece of pieces) {
      const text = piece.repeat(1e6 / piece.length);
      assert.equal(tokensOf(text).at(-1)?.end ?? text.length, text.length, piece);
    }
    const text = pieces.join('').repeat(1e7 / pieces.join('').length);
    assert.equal(tokensOf(text).at(-1)?.end, text.length);
    assert.equal(codeOf(`r${'#'.repeat(1e6)}"${'"####'.repeat(1e6)}`).length, 1);
  });
});
