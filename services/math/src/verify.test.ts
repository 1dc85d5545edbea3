import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AssayError } from '@assay/contract';
import fc from 'fast-check';
import { verify } from './verify.ts';

fc.configureGlobal({ seed: 1 });

describe('verify', () => {
  test('says how both sides were understood, and what decided', () => {
    const result = verify('3/4', 'So it is \\boxed{\\frac{6}{8}}.', 'strict,rounding=none');
    assert.equal(result.outcome, 'equal');
    assert.equal(result.reason, '');
    assert.equal(result.answerClass, 'num:3/4');
    assert.equal(result.policy, 'strict,rounding=none');
    assert.equal(result.gold.span, '3/4');
    assert.equal(result.answer?.span, '\\frac{6}{8}');
    assert.equal(result.answer?.how, 'box');
    assert.equal(result.answer?.kind, 'value');
    assert.notEqual(result.rule, '');
  });

  test('no answer, no reference, no policy', () => {
    assert.deepEqual(
      [verify('5', '').outcome, verify('5', '').reason, verify('5', '').answer],
      ['unequal', 'no_answer', undefined],
    );
    const thrown = (code: string) => (error: unknown) => error instanceof AssayError && error.code === code;
    assert.throws(() => verify('', '5'), thrown('bad_gold'));
    assert.throws(() => verify('\\boxed{}', '5'), thrown('bad_gold'));
    assert.throws(() => verify('5', '5', 'lenient'), thrown('bad_policy'));
  });

  test('undecided is not wrong', () => {
    const result = verify('\\int_0^1 e^{x^2} dx', '\\int_0^1 e^{t^2+t^4} dt');
    assert.deepEqual([result.outcome, result.reason], ['undecided', 'undecided']);
  });
});

/** Formulas as people write them, and worse: small pieces in a row. */
const pieces =
  '0 1 2 3 12 0.5 1,234 x y n k A B e i \\pi + - * / = < \\le ( ) [ ] \\{ \\} | , ; ^2 ^{ _1 } \\frac12 \\frac{ }{ \\sqrt2 \\sqrt{ \\sin \\ln ! \\% ^\\circ \\text{ or and \\infty \\cup \\in \\mathbb{R} \\pm \\dots : cm f(x) x= ½ ≤'.split(
    ' ',
  );
const written = fc
  .array(fc.constantFrom(...pieces, ' '), { minLength: 1, maxLength: 9 })
  .map((all) => all.join(''));
const number = fc
  .tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 12 }))
  .map(([a, b]) => `${a}/${b}`);
const atom = fc.oneof(number, fc.constantFrom('x', 'y', '\\pi', '\\sqrt2', 'n', '0.5', '3'));
const formula = fc.oneof(
  atom,
  fc.tuple(atom, fc.constantFrom('+', '-', '\\cdot '), atom).map((parts) => parts.join('')),
  fc.tuple(atom, atom).map(([a, b]) => `\\frac{${a}}{${b}}`),
  fc.tuple(atom, fc.integer({ min: 2, max: 4 })).map(([a, b]) => `(${a})^{${b}}`),
);
const answer = fc.oneof(
  formula,
  fc.tuple(formula, formula).map(([a, b]) => `(${a}, ${b})`),
  fc.tuple(formula, formula).map(([a, b]) => `${a}, ${b}`),
  fc.tuple(formula, formula).map(([a, b]) => `\\{${a}, ${b}\\}`),
  formula.map((a) => `x = ${a}`),
  number.map((a) => `x < ${a}`),
  number.map((a) => `${a} cm`),
  number.map((a) => `${a}\\%`),
  number.map((a) => `${a}^\\circ`),
);

describe('properties', () => {
  test('every answer says what it says', () => {
    const boxed = (text: string) => `\\boxed{${text}}`;
    fc.assert(
      fc.property(answer, (text) => {
        assert.notEqual(verify(text, text).outcome, 'unequal', text);
        assert.notEqual(verify(text, boxed(text)).outcome, 'unequal', text);
      }),
      { numRuns: 500 },
    );
  });

  test('symmetric', () => {
    fc.assert(
      fc.property(fc.oneof(answer, written), fc.oneof(answer, written), (a, b) => {
        const [there, back] = [outcomeOf(a, b), outcomeOf(b, a)];
        if (there === undefined || back === undefined) return;
        assert.equal(there, back, `${a} ~ ${b}`);
      }),
      { numRuns: 1_000 },
    );
  });

  test('the class is that of the answer, whatever the reference answer is', () => {
    fc.assert(
      fc.property(answer, answer, answer, (a, b, text) => {
        assert.equal(verify(a, text).answerClass, verify(b, text, 'qwen').answerClass);
      }),
      { numRuns: 300 },
    );
  });

  test('answers of one class are never unequal', () => {
    // Classes see symbols at positive values: x and |x| share one, and are none of these.
    const few = fc.oneof(
      answer,
      fc.constantFrom(
        '1/2',
        '0.5',
        '50\\%',
        '2/4',
        'x',
        'x = 1',
        '1, 2',
        '\\{2, 1\\}',
        '(1, 2)',
        '1 < x < 2',
        '30 cm',
        '0.3 m',
      ),
    );
    fc.assert(
      fc.property(few, few, (a, b) => {
        if (verify(a, a).answerClass === verify(b, b).answerClass)
          assert.notEqual(verify(a, b).outcome, 'unequal', `${a} ~ ${b}`);
      }),
      { numRuns: 2_000 },
    );
  });

  test('any text whatever gets a verdict', () => {
    fc.assert(
      fc.property(
        fc.oneof(written, fc.string({ unit: 'binary' })),
        fc.oneof(written, fc.string({ unit: 'binary' })),
        (a, b) => {
          outcomeOf(a, b);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

/** Undefined where one of the two has no answer, or is taken apart before it is read. */
function outcomeOf(gold: string, text: string): string | undefined {
  try {
    const result = verify(gold, text);
    const whole = result.gold.span === gold.trim() && result.answer?.span === text.trim();
    return whole ? result.outcome : undefined;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'bad_gold') return undefined;
    throw error;
  }
}

describe('hostile answers', () => {
  const times = (piece: string, count: number) => piece.repeat(count);
  const around = (open: string, inner: string, close: string, depth = 5_000) =>
    times(open, depth) + inner + times(close, depth);
  const join = (count: number, item: (at: number) => string, by = ',') =>
    Array.from({ length: count }, (_, at) => item(at)).join(by);
  const texts: Record<string, string> = {
    brackets: around('(', '1', ')'),
    'open brackets': times('(', 5_000),
    braces: around('{', '1', '}'),
    'open braces': times('\\frac{', 5_000),
    sets: around('\\{', '1', '\\}'),
    fractions: around('\\frac{1}{', '1', '}'),
    'mixed fractions': `${times('2\\frac{', 40)}x${times('}{3}', 40)}`,
    roots: around('\\sqrt{', '2', '}'),
    bars: around('|x', '', '|'),
    texts: around('\\text{', 'a', '}'),
    faces: around('\\mathrm{', 'a1', '}'),
    boxes: times('\\boxed{', 4_000),
    'closed boxes': around('\\boxed{', '1', '}', 4_000),
    environments: times('\\begin{pmatrix}', 2_000),
    quotients: `${times('x/', 4_900)}x`,
    factorials: `x${times('! ', 4_000)}`,
    percents: `5${times('%', 4_000)}`,
    degrees: `5${times('°', 4_000)}`,
    tower: `${times('2^', 5_000)}2`,
    'braced tower': around('2^{', '2', '}'),
    'huge power': '9^{9^{9^{9}}}',
    'huge factorial': '((9!)!)!',
    'huge binomial': '\\binom{10^9}{5\\cdot10^8}',
    'huge sum': '\\sum_{k=1}^{10^9} k^{k}',
    'huge exponent': '1e999999999',
    'huge polynomial': '(1+x)^{100000}',
    digits: times('7', 100_000),
    decimals: `0.${times('7', 100_000)}`,
    'a megabyte of digits': times('1', 1_000_000),
    'a megabyte of sums': times('x+', 500_000),
    'a megabyte of dollars': times('$', 1_000_000),
    list: join(4_000, String),
    points: join(800, (at) => `(${at},${at + 1})`),
    union: join(800, (at) => `(${2 * at},${2 * at + 1})`, '\\cup '),
    alternatives: `${join(400, (at) => `x=${at}`, ' \\text{ or } ')} \\text{ or } x>600`,
    signs: times('\\pm1+', 60),
    chain: `${times('x<', 500)}x`,
    nul: '\u0000\ud800\u202e',
  };

  test('end soon, and without an error', () => {
    for (const text of Object.values(texts)) outcomeOf('5', text);
    for (const [name, text] of Object.entries(texts)) {
      for (const [gold, candidate] of [
        ['5', text],
        [text, '5'],
        ['x+1', `so \\boxed{${text}}`],
        [text, text],
        [text, `${text}+1`],
      ] as const) {
        // The least of three: the machine may be busy.
        let least = Number.POSITIVE_INFINITY;
        for (let run = 0; run < 3 && least > 50; run++) {
          const start = performance.now();
          outcomeOf(gold, candidate);
          least = Math.min(least, performance.now() - start);
        }
        assert.ok(least <= 50, `${name}: ${least} ms`);
      }
    }
  });
});
