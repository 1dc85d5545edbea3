import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Comparer, parseComparer } from './index.ts';

function comparer(text: string): Comparer {
  const found = parseComparer(text);
  assert.ok('compare' in found, JSON.stringify(found));
  return found.compare;
}

function outcome(name: string, output: string | Buffer, expected: string | Buffer): string {
  return comparer(name)(Buffer.from(output), Buffer.from(expected)).outcome;
}

/** Accepting comparers among those listed. */
function accepting(output: string, expected: string, names: readonly string[]): string[] {
  return names.filter((name) => outcome(name, output, expected) === 'equal');
}

const judges = ['tokens', 'deepmind', 'llmonk'] as const;

describe('what differs between judges', () => {
  const digits = '123456789012345678901234567890';
  const rows: [string, string, readonly string[]][] = [
    [digits, `${digits.slice(0, -1)}1`, ['deepmind']],
    ['9007199254740993', '9007199254740992', ['deepmind']],
    ['0110', '110', ['tokens', 'deepmind', 'llmonk']],
    ['1e3', '1000', ['tokens', 'deepmind', 'llmonk']],
    ['YES', 'yes', ['deepmind', 'llmonk']],
    ['1000000.1', '1000000.2', ['tokens']],
    ['1000000.1', '1000002.2', []],
    ['nan', 'nan', ['tokens', 'deepmind']],
    ['1_000', '1000', ['llmonk']],
    ['1  2\n\n3 \n4', '1 2\n3\n4\n', ['tokens', 'deepmind', 'llmonk']],
    ['3', '3.000001', ['tokens', 'deepmind', 'llmonk']],
    ['1 2', '1 2 3', []],
    ['+5', '5', ['tokens', 'deepmind', 'llmonk']],
    ['-0', '0', ['tokens', 'deepmind', 'llmonk']],
    ['-5', '5', []],
    ['1_0', '1__0', []],
    ['inf', 'inf', ['tokens', 'deepmind']],
    ['a\fb', 'a b', ['tokens']],
    ['É', 'é', ['llmonk']],
  ];
  for (const [output, expected, names] of rows) {
    test(`${JSON.stringify(output)} against ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(accepting(output, expected, judges), names);
    });
  }

  test('deepmind: a NaN equals itself only where all tokens are the same', () => {
    assert.equal(outcome('deepmind', 'nan 1', 'NAN 1'), 'equal');
    assert.equal(outcome('deepmind', 'nan 1', 'nan 1.000001'), 'different');
    assert.equal(outcome('deepmind', '1 nan', '1.000001 nan'), 'different');
    assert.equal(outcome('deepmind', '1 1e999', '1.000001 1e999'), 'different');
  });

  test('llmonk: no UTF-8 is wrong, underscores in floats', () => {
    assert.equal(outcome('llmonk', Buffer.from([0x31, 0xff]), Buffer.from([0x31, 0xff])), 'different');
    assert.equal(outcome('llmonk', '1_0.5_0', '10.5'), 'equal');
    assert.equal(outcome('llmonk', '_10', '10'), 'different');
    assert.equal(outcome('llmonk', '1e999', '1e999'), 'different');
    assert.equal(outcome('llmonk', '9'.repeat(400), '9'.repeat(400)), 'equal');
  });
});

describe('tokens', () => {
  const long = '7'.repeat(1_000_000);

  test('integers of a million digits are exact', () => {
    assert.equal(outcome('tokens', `000${long}`, `+${long}`), 'equal');
    assert.equal(outcome('tokens', `${long}1`, `${long}2`), 'different');
    assert.equal(outcome('tokens', `-${long}`, long), 'different');
  });

  test('numbers beyond the doubles are near nothing', () => {
    assert.equal(outcome('tokens', '1e999999999', '1e999999998'), 'different');
    assert.equal(outcome('tokens', '1e999999999', 'inf'), 'different');
    assert.equal(outcome('tokens', `${long}.0`, long), 'different');
    assert.equal(outcome('tokens', '1e-999999999', '0.0'), 'equal');
  });

  test('tolerances and settings', () => {
    assert.equal(outcome('tokens', '0.3333333', '0.3333338'), 'equal');
    assert.equal(outcome('tokens(eps=1e-9)', '0.3333333', '0.3333338'), 'different');
    assert.equal(outcome('tokens(floats=off)', '1.0', '1.00'), 'different');
    assert.equal(outcome('tokens(floats=off)', '007', '7'), 'equal');
    assert.equal(outcome('tokens(case=fold)', 'Yes No', 'YES NO'), 'equal');
    assert.equal(outcome('', 'Yes', 'YES'), 'different');
    assert.equal(outcome('tokens', 'inf -inf NaN', 'Infinity -INF nan'), 'equal');
    assert.equal(outcome('tokens', '-inf', 'inf'), 'different');
    assert.equal(outcome('tokens', '1', '2'), 'different');
    assert.equal(outcome('tokens', '1000000', '1000001'), 'different');
    assert.equal(outcome('tokens', '0x10', '16.0'), 'different');
    for (const text of ['.', '+', '1e', '1e+', '.e1', '--1', '1.2.3', '1 .']) {
      assert.equal(outcome('tokens', text, '1.0'), 'different', text);
    }
  });

  test('the message says where and what', () => {
    const compare = comparer('tokens');
    assert.equal(compare(Buffer.from('1 2 7\n'), Buffer.from('1  2\n8\n')).message, 'token 3: 7, expected 8');
    assert.equal(compare(Buffer.from('1 2'), Buffer.from('1 2 8')).message, 'token 3: nothing, expected 8');
    assert.equal(compare(Buffer.from('1 2 9'), Buffer.from('1 2')).message, 'token 3: 9, expected the end');
    assert.equal(
      compare(Buffer.from('1 2\0\x1b9'), Buffer.from('1 2')).message,
      'token 2: 2\\x00\\x1b9, expected 2',
    );
    assert.match(
      compare(Buffer.from('9'.repeat(500)), Buffer.from('1')).message,
      /^token 1: 9{40}… \(500 bytes\)/,
    );
  });
});

describe('other comparers', () => {
  test('exact', () => {
    assert.equal(outcome('exact', 'a b\n', 'a b'), 'equal');
    assert.equal(outcome('exact', 'a b\n\n', 'a b\n'), 'presentation');
    assert.equal(outcome('exact', 'a  b', 'a b'), 'presentation');
    assert.equal(outcome('exact', 'a b\r\n', 'a b\n'), 'presentation');
    assert.equal(outcome('exact', 'ab', 'a b'), 'different');
    assert.equal(outcome('exact', '1.0', '1.00'), 'different');
    const { message } = comparer('exact')(Buffer.from('x\na  b'), Buffer.from('x\na b'));
    assert.equal(message, 'line 2, byte 3: " ", expected "b"');
    assert.match(comparer('exact')(Buffer.from('\nx'), Buffer.from('x')).message, /^line 1, byte 1: /);
  });

  test('floats', () => {
    assert.equal(outcome('floats', '10000001', '10000000'), 'equal');
    assert.equal(outcome('floats(abs=1e-6)', '10000001', '10000000'), 'different');
    assert.equal(outcome('floats(1e-3)', '1.0009', '1'), 'equal');
    assert.equal(outcome('floats(1e-9,rel=1e-2)', '101', '100'), 'equal');
    assert.equal(outcome('floats(abs=0)', '1.5', '1.50'), 'equal');
    assert.equal(outcome('floats(abs=0.1,case=fold)', 'X 1.0', 'x 1.05'), 'equal');
    assert.equal(outcome('floats', 'x', 'y'), 'different');
  });

  test('unordered', () => {
    assert.equal(outcome('unordered', 'b  2\na 1\n\n', 'a 1\nb 2'), 'equal');
    assert.equal(outcome('unordered', 'a 1\na 1\nb 2', 'a 1\nb 2\nb 2'), 'different');
    assert.equal(outcome('unordered', 'a 1', 'a 1\nb 2'), 'different');
    assert.equal(outcome('unordered', '1 a', 'a 1'), 'different');
    assert.equal(outcome('unordered', 'ab', 'a b'), 'different');
    assert.equal(outcome('unordered(tokens)', '3\n1 2', '1 2 3'), 'equal');
    assert.equal(outcome('unordered(tokens)', '3 1 1', '1 3 3'), 'different');
  });

  test('json', () => {
    const same: [string, string][] = [
      ['[1, 2.0, "x"]', '[1,2,"\\u0078"]'],
      ['{"b": [], "a": {}}', '{"a":{},"b":[]}'],
      ['[NaN, Infinity]', '[NaN,Infinity]'],
      ['9007199254740993', ' 9007199254740993 '],
      ['0.30000000000000004', '0.3'],
      ['"é"', '"\\u00e9"'],
      ['[]', '[ ]'],
    ];
    for (const [output, expected] of same) assert.equal(outcome('json', output, expected), 'equal', output);
    const differing: [string, string][] = [
      ['[1,2]', '[1,2,3]'],
      ['[1,2,3]', '[1,2]'],
      ['[1,2', '[1,2]'],
      ['[1,2]]', '[1,2]'],
      ['1', 'true'],
      ['9007199254740993', '9007199254740992'],
      ['{"a":1,"a":1}', '{"a":1,"b":1}'],
      ['{"a":1}', '{"a":1,"b":1}'],
      ['"1"', '1'],
      ['"a', '"a"'],
      ['null', '[]'],
      ['', '1'],
      ['['.repeat(1_000_000), '[1]'],
    ];
    for (const [output, expected] of differing) {
      assert.equal(outcome('json', output, expected), 'different', output.slice(0, 40));
    }
    assert.equal(
      outcome('json', 'a  b', 'a b'),
      'equal',
      'where the stored output is no JSON, tokens are compared',
    );
    assert.equal(outcome('json(floats=off)', '1.0', '1.00'), 'different');
    const { message } = comparer('json')(Buffer.from('[0, {"x": 7}]'), Buffer.from('[0,{"x":8}]'));
    assert.equal(message, '[1]["x"]: 7, expected 8');
  });

  test('kattis', () => {
    assert.equal(outcome('kattis', 'Yes', 'YES'), 'equal');
    assert.equal(outcome('kattis(case_sensitive)', 'Yes', 'YES'), 'different');
    assert.equal(outcome('kattis', '1.0', '1'), 'different');
    assert.equal(outcome('kattis(float_tolerance 1e-6)', '1.0000001', '1'), 'equal');
    assert.equal(outcome('kattis(float_tolerance=1e-6)', 'x', '1'), 'different');
    assert.equal(outcome('kattis(float_tolerance=1e-6)', '1', 'x'), 'different');
    assert.equal(
      outcome('kattis(float_absolute_tolerance 1e-2 case_sensitive)', '100.5', '100'),
      'different',
    );
    assert.equal(outcome('kattis(float_relative_tolerance 1e-2)', '100.5', '100'), 'equal');
    assert.equal(outcome('kattis', 'a  b\n\n', 'a b'), 'equal');
    assert.equal(outcome('kattis(space_change_sensitive)', 'a  b', 'a b'), 'presentation');
    assert.equal(outcome('kattis(space_change_sensitive)', 'a b', 'a b\n'), 'presentation');
    assert.equal(outcome('kattis(space_change_sensitive)', 'A b', 'a b'), 'equal');
    assert.equal(outcome('kattis(float_tolerance=1)', 'nan', 'nan'), 'equal');
    assert.equal(outcome('kattis(float_tolerance=1)', 'inf 1', 'inf 1.0'), 'equal');
  });
});

describe('names', () => {
  test('are told with their settings', () => {
    const names = (text: string) => {
      const found = parseComparer(text);
      return 'name' in found ? found.name : found.error;
    };
    assert.equal(names(''), 'tokens');
    assert.equal(names(' floats( 1e-9 ) '), 'floats(1e-9)');
    assert.equal(names('tokens(case = fold, eps=1e-3)'), 'tokens(case=fold,eps=1e-3)');
    assert.equal(
      names('kattis(float_tolerance 1e-6 case_sensitive)'),
      'kattis(float_tolerance=1e-6,case_sensitive)',
    );
  });

  for (const text of [
    'token',
    'tokens(',
    'tokens(x)',
    'tokens(eps=)',
    'tokens(eps=-1)',
    'tokens(eps=1,eps=1)',
    'tokens(case=upper)',
    'tokens(floats=off,eps=1)',
    'floats(1e999)',
    'floats(1e-6,1e-6)',
    'exact(1)',
    '(1)',
    'constructor',
    'kattis(float_tolerance)',
  ]) {
    test(`${text} is refused`, () => {
      const found = parseComparer(text);
      assert.ok('error' in found && /comparer/.test(found.error), JSON.stringify(found));
    });
  }
});

test('unordered: many distinct lines', () => {
  const lines = Array.from({ length: 20_000 }, (_, line) => `line ${line} ${line % 7}`);
  const expected = Buffer.from(lines.join('\n'));
  const compare = comparer('unordered');
  assert.equal(compare(Buffer.from(lines.toReversed().join('\n')), expected).outcome, 'equal');
  lines[0] = 'line 1 1';
  assert.equal(compare(Buffer.from(lines.join('\n')), expected).outcome, 'different');
});
