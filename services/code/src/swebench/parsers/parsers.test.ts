import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { logText } from '../markers.ts';
import type { StatusMap } from '../status.ts';
import { findParser } from './registry.ts';

function parse(logParser: string, ...lines: string[]): Record<string, string> {
  const parser = findParser({ logParser, repo: '' });
  assert.ok(parser);
  return Object.fromEntries(parser(lines.join('\n')));
}

test('parsers are found by name, by repository, and never guessed', () => {
  const django = findParser({ logParser: 'parse_log_django', repo: '' });
  assert.equal(django, findParser({ logParser: '', repo: 'django/django' }));
  assert.equal(django, findParser({ logParser: 'django/django', repo: '' }));
  assert.equal(findParser({ logParser: 'parse_log_jest', repo: 'django/django' }), undefined);
  assert.equal(findParser({ logParser: '', repo: 'own/repository' }), undefined);
  assert.equal(findParser({ logParser: '__proto__', repo: '' }), undefined);
});

test('pytest', () => {
  const lines = [
    'tests/test_a.py ..F                          [ 60%]',
    'PASSED tests/test_a.py::test_one',
    'PASSED tests/test_a.py::test_two[a b]',
    'XFAIL tests/test_a.py::test_known',
    'SKIPPED [2] tests/test_a.py:7: not here',
    'SKIPPED tests/test_a.py::test_skipped',
    'FAILED tests/test_a.py::test_three - assert 1 == 2',
    'ERROR: file not found: x.py',
    'PASSED',
  ];
  assert.deepEqual(parse('parse_log_flask', ...lines), {
    'tests/test_a.py::test_one': 'PASSED',
    'tests/test_a.py::test_two[a': 'PASSED',
    'tests/test_a.py::test_known': 'XFAIL',
    'tests/test_a.py::test_skipped': 'SKIPPED',
    'tests/test_a.py::test_three': 'FAILED',
    file: 'ERROR:',
  });
});

test('pytest with paths as parameters', () => {
  const lines = [
    'PASSED t.py::test[/a/b/c.py]',
    'PASSED t.py::test[//a/b]',
    'PASSED t.py::test[/a/*]',
    'FAILED t.py::test[x]',
  ];
  assert.deepEqual(parse('parse_log_pylint', ...lines), {
    't.py::test[/c.py]': 'PASSED',
    't.py::test[//a/b]': 'PASSED',
    't.py::test[/a/*]': 'PASSED',
    't.py::test[x]': 'FAILED',
  });
});

test('pytest with colours, spaces in names, and the order of old', () => {
  const lines = [
    '\u001b[32mPASSED\u001b[0m t.py::\u001b[1mtest[a - b]\u001b[0m',
    'FAILED t.py::test[c - d] - assert 0',
    't.py::test_old PASSED',
  ];
  assert.deepEqual(parse('parse_log_sphinx', ...lines), {
    't.py::test[a - b]': 'PASSED',
    't.py::test[c - d]': 'FAILED',
    't.py::test_old': 'PASSED',
  });
});

test('matplotlib and seaborn', () => {
  assert.deepEqual(parse('parse_log_matplotlib', 'PASSED t.py::test[MouseButton.LEFT]', 'ERROR t.py::x'), {
    't.py::test[1]': 'PASSED',
    't.py::x': 'ERROR',
  });
  const lines = [
    't.py::a PASSED [ 5%]',
    'PASSED t.py::b',
    'FAILED t.py::c - x',
    'ERROR t.py::d',
    'FAILED',
    ' PASSED ',
  ];
  assert.deepEqual(parse('parse_log_seaborn', ...lines), {
    't.py::a': 'PASSED',
    't.py::b': 'PASSED',
    't.py::c': 'FAILED',
  });
});

test('django', () => {
  const lines = [
    'test_a (x.tests.T) ... ok',
    'test_b (x.tests.T) ... FAIL',
    'test_c (x.tests.T) ... ERROR',
    "test_d (x.tests.T) ... skipped 'no database'",
    'test_e (x.tests.T) ... some output of its own',
    'ok',
    'Applying sites.0002_alter_domain_unique...test_no_migrations (x.T) ... ok',
    'FAIL: test_f (x.tests.T)',
    'ERROR: test_g (x.tests.T)',
    'test_h (x.tests.T) ... Testing against Django installed in /x with 2 processes',
    'System check identified no issues (0 silenced).',
    'ok',
    'test_i (x.tests.T) ... Internal Server Error: /path/',
    'ok',
    'FAIL:',
  ];
  assert.deepEqual(parse('parse_log_django', ...lines), {
    'test_a (x.tests.T)': 'PASSED',
    'test_b (x.tests.T)': 'FAILED',
    'test_c (x.tests.T)': 'ERROR',
    'test_d (x.tests.T)': 'SKIPPED',
    'test_e (x.tests.T)': 'PASSED',
    'test_no_migrations (x.T)': 'PASSED',
    test_f: 'FAILED',
    test_g: 'ERROR',
    'test_h (x.tests.T)': 'PASSED',
    'test_i (x.tests.T)': 'PASSED',
  });
});

test('sympy', () => {
  const lines = [
    'test_one ok',
    'test_two F',
    'test_three E',
    'test_four Module not installed s',
    'test_last ok                                              [FAIL]',
    '____ sympy/core/tests/test_a.py:test_two ____',
    '  File "/testbed/a.py", line 3',
  ];
  assert.deepEqual(parse('parse_log_sympy', ...lines), {
    'sympy/core/tests/test_a.py:test_two': 'FAILED',
    test_one: 'PASSED',
    test_two: 'FAILED',
    test_three: 'ERROR',
  });
});

test("sympy's headings are those of the pattern that they were recorded with", () => {
  const piece = fc.constantFrom(' ', '_', 'a', '.py:', '.', '\n', ':');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const log = pieces.join('');
      const expected = new Map(
        [...log.matchAll(/(_*) (.*)\.py:(.*) (_*)/g)].map((match) => [
          `${match[2]}.py:${match[3]}`,
          'FAILED',
        ]),
      );
      assert.deepEqual(findParser({ logParser: 'parse_log_sympy', repo: '' })?.(log), expected);
    }),
    { numRuns: 2000 },
  );
});

test('no log makes a parser slow or fail', () => {
  const hostile = [
    ' ... '.repeat(200_000),
    ' ... Testing against Django installed in '.repeat(25_000),
    ' ... Internal Server Error: /'.repeat(35_000).concat('/\nok'),
    '_ .py:'.repeat(150_000),
    '['.repeat(1_000_000),
    'FAILED '.concat('[ - '.repeat(250_000)),
    '\n'.repeat(1_000_000),
    `PASSED${' '.repeat(1_000_000)}x`,
    ' '.repeat(1_000_000).concat('x'),
  ];
  for (const name of ['django', 'sympy', 'matplotlib', 'seaborn', 'pytest', 'pylint', 'sphinx']) {
    const parser = findParser({ logParser: `parse_log_${name}`, repo: '' });
    for (const log of hostile) assert.ok(parser?.(log) instanceof Map);
  }
});

const data = join(import.meta.dirname, '../../../../../../shared/data/swebench_lite');
const skip = existsSync(data) ? false : 'no ../shared/data';

describe('recorded logs', { skip }, () => {
  for (const [set, count] of [
    ['golden_logs', 142],
    ['harness_logs', 53],
  ] as const) {
    test(`${set}: every status of every test`, () => {
      const file = join(data, set, 'expected_status_maps.json');
      const recorded: Record<string, { parser: string; repo: string; status_map: Record<string, string> }> =
        JSON.parse(readFileSync(file, 'utf8'));
      const entries = Object.entries(recorded);
      assert.equal(entries.length, count);
      for (const [name, { parser, repo, status_map: expected }] of entries) {
        const log = logText(readFileSync(join(data, set, 'logs', name)));
        const body = log.slice(log.indexOf('>>>>> Applied Patch (pred)\n'));
        const sorted = (map: StatusMap | undefined) => [...(map ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
        const wanted = sorted(new Map(Object.entries(expected)));
        assert.deepEqual(sorted(findParser({ logParser: parser, repo: '' })?.(body)), wanted, name);
        assert.deepEqual(sorted(findParser({ logParser: '', repo })?.(body)), wanted, name);
      }
    });
  }
});
