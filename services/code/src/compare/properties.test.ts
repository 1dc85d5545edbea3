import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Comparer, parseComparer } from './index.ts';

function comparer(text: string): Comparer {
  const found = parseComparer(text);
  assert.ok('compare' in found, JSON.stringify(found));
  return found.compare;
}

describe('any bytes', () => {
  const names = [
    ...[
      'tokens',
      'tokens(case=fold)',
      'exact',
      'floats',
      'unordered',
      'unordered(tokens)',
      'json',
      'deepmind',
    ],
    ...['llmonk', 'kattis', 'kattis(space_change_sensitive,float_tolerance=1e-6)'],
  ];
  const piece = fc.constantFrom(
    ...[
      '0',
      '1',
      '-1',
      '+1',
      '01',
      '1.0',
      '.5',
      '1e3',
      '1e999',
      'nan',
      'inf',
      '-inf',
      '1_0',
      '[',
      ']',
      '{',
      '}',
      ',',
    ],
    ...['"', '\\', ':', '"a"', 'true', 'a', 'A', ' ', '  ', '\n', '\r\n', '\t', '\f', '\v', '\0', 'é', '٣'],
  );
  const bytes = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))),
    fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array)),
  );

  for (const name of names) {
    test(`${name}: an answer for any pair, a message with every difference`, () => {
      const compare = comparer(name);
      fc.assert(
        fc.property(bytes, bytes, (output, expected) => {
          const { outcome: found, message } = compare(output, expected);
          assert.equal(message === '', found === 'equal');
          assert.ok(!/[\n\r\0]/.test(message), message);
        }),
        { numRuns: 500 },
      );
    });
  }

  for (const name of names.filter((known) => known !== 'llmonk')) {
    test(`${name}: everything equals itself`, () => {
      const compare = comparer(name);
      fc.assert(fc.property(bytes, (output) => compare(output, Buffer.from(output)).outcome === 'equal'));
    });
  }

  for (const name of [
    'tokens(floats=off)',
    'floats(abs=1e-6)',
    'exact',
    'unordered',
    'deepmind',
    'llmonk',
    'kattis',
  ]) {
    test(`${name}: either may be the output`, () => {
      const compare = comparer(name);
      fc.assert(
        fc.property(bytes, bytes, (a, b) => compare(a, b).outcome === compare(b, a).outcome),
        { numRuns: 500 },
      );
    });
  }

  const token = fc.stringMatching(/^[a-z0-9.+-]{1,6}$/);
  const gap = fc.stringMatching(/^[ \t\n\v\r]{1,3}$/);
  for (const name of ['tokens', 'floats', 'deepmind', 'kattis', 'unordered(tokens)']) {
    test(`${name}: white space does not matter, one token more does`, () => {
      const compare = comparer(name);
      fc.assert(
        fc.property(fc.array(fc.tuple(token, gap), { minLength: 1 }), gap, (pairs, other) => {
          const output = Buffer.from(other + pairs.flat().join(''));
          const expected = Buffer.from(pairs.map(([text]) => text).join(other));
          assert.equal(compare(output, expected).outcome, 'equal');
          assert.equal(compare(Buffer.concat([output, Buffer.from(' end')]), expected).outcome, 'different');
        }),
      );
    });
  }

  test('tokens: integers are equal as BigInt has it', () => {
    const compare = comparer('tokens');
    const integer = fc.tuple(
      fc.constantFrom('', '+', '-'),
      fc.constantFrom('', '0', '00'),
      fc.bigInt({ min: 0n, max: 999n }),
    );
    fc.assert(
      fc.property(integer, integer, ([sign, zeros, value], [otherSign, otherZeros, other]) => {
        const same = (sign === '-' ? -value : value) === (otherSign === '-' ? -other : other);
        const found = compare(Buffer.from(sign + zeros + value), Buffer.from(otherSign + otherZeros + other));
        assert.equal(found.outcome === 'equal', same);
      }),
      { numRuns: 1000 },
    );
  });

  test('floats: decimals have the value that JavaScript reads', () => {
    const compare = comparer('floats(abs=0)');
    const decimal = fc.stringMatching(/^[+-]?[0-9]{1,18}\.[0-9]{1,25}(e[+-]?[0-9]{1,2})?$/);
    fc.assert(
      fc.property(decimal, (text) => {
        fc.pre(Math.abs(Number(text)) > 1e-3);
        assert.equal(compare(Buffer.from(text), Buffer.from(Number(text).toExponential())).outcome, 'equal');
      }),
      { numRuns: 1000 },
    );
  });

  test('unordered: lines may be in any order', () => {
    const compare = comparer('unordered');
    const lines = fc.array(fc.stringMatching(/^[ab ]{0,4}$/), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const sorted = (list: string[]) =>
          list
            .map((line) => line.trim().replace(/ +/g, ' '))
            .filter((line) => line !== '')
            .sort()
            .join('\n');
        const found = compare(Buffer.from(a.join('\n')), Buffer.from(b.join('\n'))).outcome;
        assert.equal(found === 'equal', sorted(a) === sorted(b));
      }),
      { numRuns: 1000 },
    );
  });

  /** Whether two JSON values are the same but for numbers that are a little over the tolerance apart. */
  function near(a: unknown, b: unknown): boolean {
    if (typeof a === 'number' && typeof b === 'number')
      return Math.abs(a - b) <= 1.1e-6 * Math.max(1, Math.abs(b));
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
    const keys = Object.keys(a);
    if (Array.isArray(a) !== Array.isArray(b) || keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && near(Reflect.get(a, key), Reflect.get(b, key)));
  }

  test('json: as a deep comparison has it', () => {
    const compare = comparer('json');
    const value = fc.jsonValue({ maxDepth: 3 });
    const small = fc.oneof(value, fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }));
    fc.assert(
      fc.property(small, small, fc.constantFrom(0, 1, 3), (a, b, indent) => {
        const output = Buffer.from(JSON.stringify(a, undefined, indent));
        assert.equal(compare(output, Buffer.from(JSON.stringify(a))).outcome, 'equal');
        const same = compare(output, Buffer.from(JSON.stringify(b))).outcome === 'equal';
        if (same) assert.ok(near(a, b));
        if (JSON.stringify(a) === JSON.stringify(b)) assert.ok(same);
      }),
      { numRuns: 500 },
    );
  });
});
