import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CallTask, callTask } from './index.ts';
import { noPython, runPython } from './python.fixture.ts';

const f = '```';

describe('call tasks', { skip: noPython }, () => {
  const call: CallTask = {
    language: 'python',
    prefix: '',
    testCode: '',
    entryPoint: 'add',
    stopSequences: [],
    tests: [],
  };

  function result(answer: string, input = '1\n2\n', given = call): string {
    const program = callTask(given, answer);
    assert.ok(program, answer);
    return runPython(program.source, input);
  }

  test('a function or a method, arguments in JSON, the value in JSON', () => {
    assert.equal(result(`${f}python\ndef add(a, b):\n    return a + b\n${f}`), '3\n');
    assert.equal(
      result(
        `${f}python\nclass Solution:\n    def add(self, a: List[int], b: Optional[int]) -> int:\n        return a + b\n${f}`,
      ),
      '3\n',
    );
    assert.equal(
      result('def add(a, b):\n    return a, (b, None), {"x": True}, "é"\n'),
      '[1, [2, null], {"x": true}, "\\u00e9"]\n',
    );
    assert.equal(
      result('def add(a, b):\n    return a + b\n', '[1, 2]\n\n["x\\u2028"]'),
      '[1, 2, "x\\u2028"]\n',
    );
    assert.equal(
      result('def add(a, b):\n    return a * b\n', `${'9'.repeat(5000)}\n1`),
      `${'9'.repeat(5000)}\n`,
    );
    assert.equal(result('def add(a, b):\n    d = deque([a]); heappush(d2 := [], inf); return d\n'), '[1]\n');
    assert.equal(
      result('def add(a, b):\n    return b if a == 0 else add(a - 1, b + 1)\n', '20000\n0'),
      '20000\n',
    );
    assert.equal(result('def add(a, b):\n    return float("nan")\n'), 'NaN\n');
  });

  test('what the candidate prints is not on stdout', () => {
    const noisy =
      'import os, sys\nprint("top")\ndef add(a, b):\n    print("x"); os.write(1, b"y"); os.system("echo z")\n    return input is None or sys.stdin.read()\n';
    assert.equal(result(noisy), '""\n');
    assert.equal(
      result('def add(a, b):\n    return 1\nif __name__ == "__main__":\n    print(add(*input()))\n'),
      '1\n',
    );
    assert.equal(result('def add(a, b):\n    import sys; sys.stdout = None; return 1\n'), '1\n');
  });

  test('no value, no output', () => {
    for (const body of [
      'raise SystemExit(0)',
      'import os; os._exit(0)',
      'return 1 / 0',
      'return {1}',
      'return object()',
    ]) {
      assert.equal(result(`def add(a, b):\n    ${body}\n`), '', body);
    }
    assert.equal(result('def sub(a, b):\n    return 1\n'), '');
  });

  test('starter code before a completion', () => {
    const given = { ...call, prefix: 'class Solution:\n    def add(self, a: int, b: int) -> int:\n' };
    assert.equal(result('        return a + b\n', '1\n2', given), '3\n');
    assert.equal(
      result(
        `${f}python\nclass Solution:\n    def add(self, a, b):\n        return a + b\n${f}`,
        '1\n2',
        given,
      ),
      '3\n',
    );
  });

  test('no code, no program; other languages are refused', () => {
    assert.equal(callTask(call, 'I do not know.'), undefined);
    assert.throws(() => callTask({ ...call, language: 'java' }, 'x = 1'), { code: 'bad_problem' });
    assert.throws(() => callTask({ ...call, entryPoint: 'a.b' }, 'x = 1'), { code: 'bad_problem' });
  });
});
