import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { callTaskFault, type FunctionTask, functionTask, functionTaskFault } from './index.ts';
import { noPython, runPython } from './python.fixture.ts';
import { headOf, splitFutures } from './python.ts';

const f = '```';

const task: FunctionTask = {
  language: 'python',
  prefix: 'import math\n\n\ndef helper(x):\n    return x + 1\n\n\ndef add(a, b):\n    """ Adds. """\n',
  testCode: 'def check(candidate):\n    assert candidate(1, 2) == 3\n    assert helper(1) == 2\n',
  entryPoint: 'add',
  stopSequences: ['\ndef', '\nprint'],
};

function passes(answer: string, given: FunctionTask = task): boolean {
  const program = functionTask(given, answer, 'n0nce');
  assert.ok(program, answer);
  return runPython(program.source).endsWith(`\n${program.proof}\n`);
}

describe('function tasks in Python', { skip: noPython }, () => {
  test('completions go on, up to a stop sequence', () => {
    assert.ok(passes('    return a + b\n'));
    assert.ok(passes('    return a + b\ndef other(:\n'));
    assert.ok(passes(`    return a + b\n${f}\nThis adds.`));
    assert.ok(passes('\n    return a + b\n\nprint("never'));
    assert.ok(!passes('    return a - b\n'));
    assert.ok(!passes('    return a +\n'));
    assert.ok(!passes(''));
    assert.ok(passes('<think>Simple.</think>\n    return a + b\n'));
    assert.equal(functionTask(task, '    return a + b\ndef', 'n')?.how, 'completion');
  });

  test('a fence with the function stands in place of the prefix, whose imports and helpers stay', () => {
    assert.ok(passes(`Here:\n${f}python\ndef add(a, b):\n    return math.floor(a + b)\n${f}\n`));
    assert.ok(
      passes(
        `${f}python\nfrom __future__ import annotations\nimport os\ndef add(a, b): return a + b\n\ndef x(): pass\n${f}`,
      ),
    );
    assert.ok(passes(`${f}python\nclass Solution:\n    def add(self, a, b):\n        return a + b\n${f}`));
    assert.ok(passes(`${f}python\nadd = lambda a, b: a + b\n${f}`));
    assert.ok(
      passes(`<think>${f}\ndef add(a, b): return 0\n${f}</think>\n${f}\ndef add(a, b): return a + b\n${f}`),
    );
  });

  test('a fence with the body goes on, indented or not', () => {
    assert.ok(passes(`${f}python\n    return a + b\n${f}`));
    assert.ok(passes(`The body:\n${f}python\nc = a + b\nif c:\n    pass\nreturn c\n${f}`));
    assert.match(functionTask(task, `${f}\nreturn 1\n${f}`, 'n')?.how ?? '', /^body: the only fence/);
  });

  test('bare functions, with prose before them or not', () => {
    const open = { ...task, stopSequences: [] };
    assert.ok(passes('def add(a, b):\n    return a + b\n', open));
    assert.ok(passes('I would write it like this:\n\ndef add(a, b):\n    return a + b\n', open));
  });

  test('what is kept for a run as a program does not run', () => {
    const own = `def add(a, b):\n    return a + b\n\nif __name__ == "__main__":\n    raise SystemExit(input())\n`;
    assert.ok(passes(`${f}python\n${own}${f}`));
    const data = `from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n__name__\ndef add(a, b): return P(a).x + b\n`;
    assert.ok(passes(`${f}python\n${data}${f}`));
  });

  test('prints before do not matter, buffered or not, with a newline or not', () => {
    assert.ok(passes('    print("x", end="")\n    return a + b\n'));
    assert.ok(passes('    import os; os.write(1, b"x"); print("y")\n    return a + b\n'));
    assert.ok(passes('    import io, sys; sys.stdout = io.StringIO(); print("y")\n    return a + b\n'));
    assert.ok(passes('    import sys; sys.stdout = None\n    return a + b\n'));
  });

  test('none passes by ending early, or by taking stdout away', () => {
    for (const trick of [
      'import sys; sys.exit(0)',
      'import os; os._exit(0)',
      'raise SystemExit',
      'raise SystemExit(0)',
      'exit(0)',
      'import atexit, os; atexit.register(os._exit, 0); raise ValueError',
      'import sys, os; sys.excepthook = lambda *a: os._exit(0); raise ValueError',
      'import os; os.close(1); return a + b',
      'import os; os.dup2(os.open(os.devnull, os.O_WRONLY), 1); return a + b',
      'import os; os.execvp("true", ["true"])',
      'import os\n    if os.fork(): os._exit(0)\n    return 0',
      'import signal, os; os.kill(os.getpid(), signal.SIGTERM)',
      'globals()["check"] = lambda c: None; return 0',
      'print("assay-proof:"); return 0',
    ]) {
      assert.ok(!passes(`    ${trick}\n`), trick);
    }
  });

  test('nothing comes after the proof', () => {
    assert.ok(passes('    import atexit; atexit.register(print, "late")\n    return a + b\n'));
    assert.ok(
      passes(
        '    import threading, time; threading.Thread(target=time.sleep, args=(100,)).start()\n    return a + b\n',
      ),
    );
  });

  test('MBPP: assertions, no entry point, no prefix', () => {
    const mbpp = {
      ...task,
      prefix: '',
      entryPoint: '',
      testCode: 'assert f(2) == 4\nassert f(3) == 9',
      stopSequences: ['[DONE]'],
    };
    assert.ok(passes('def f(x):\n    return x * x\n[DONE]\nnoise (', mbpp));
    assert.ok(passes(`Sure!\n${f}python\ndef f(x):\n    return x * x\n${f}`, mbpp));
    assert.ok(passes('[BEGIN]\ndef f(x):\n    return x * x\n[DONE]', mbpp));
    assert.ok(!passes('def f(x):\n    return x + 2\n', mbpp));
    assert.equal(functionTask(mbpp, 'I cannot do that.', 'n'), undefined);
  });

  test('a prefix with a future statement', () => {
    const given = { ...task, prefix: `from __future__ import annotations\n${task.prefix}` };
    assert.ok(
      passes(
        `${f}python\n"""Doc."""\n# note\nfrom __future__ import (\n  division)\n\ndef add(a: int, b): return a + b\n${f}`,
        given,
      ),
    );
    assert.ok(passes('    return a + b\n', given));
  });
});

describe('function tasks in other languages', () => {
  const script: FunctionTask = {
    ...task,
    language: 'javascript',
    prefix: "const assert = require('node:assert');\n//Adds.\nfunction add(a, b){\n",
    testCode: '\nassert.strictEqual(add(1, 2), 3);\n',
    stopSequences: ['\nfunction '],
  };

  function exits(answer: string, given = script): boolean {
    const program = functionTask(given, answer, 'n');
    assert.equal(program?.proof, '');
    return spawnSync(process.execPath, ['-e', program?.source ?? ''], { timeout: 60_000 }).status === 0;
  }

  test('prefix, candidate and test code', () => {
    assert.ok(exits('  return a + b;\n}\nfunction other('));
    assert.ok(!exits('  return a - b;\n}\n'));
    assert.ok(exits(`${f}js\nfunction add(a, b) {\n  return a + b;\n}\n${f}`));
    assert.ok(exits(`${f}js\nconst add = (a, b) => {\n  return a + b;\n};\n${f}`));
    const closing = { ...script, testCode: '}\nassert.strictEqual(add(1, 2), 3);\n' };
    assert.ok(exits('  return a + b;\n', closing));
    assert.ok(exits(`${f}js\nfunction add(a, b) {\n  return a + b;\n}\n${f}`, closing));
  });

  test('Java: a whole class, or a method alone', () => {
    const java = {
      ...script,
      language: 'java',
      prefix: 'import java.util.*;\nclass Problem {\n    // add(1, 2) is 3\n    static long add(long a) {\n',
      testCode: '    }\n    public static void main(String[] args) { }\n}',
    };
    const method = 'static long add(long a) {\n  return a;\n';
    const end = `\n${java.testCode}\n`;
    const source = (code: string) => functionTask(java, `${f}java\n${code}${f}`, 'n')?.source;
    const header = 'import java.util.*;\nclass Problem {\n    // add(1, 2) is 3\n';
    assert.equal(source(`${method}}\n`), `${header}${method}${end}`);
    const open = `class Problem {\n${method}`;
    assert.equal(source(`${open}}\n}\n`), `import java.util.*;\n${open}${end}`);
  });

  test('C++ keeps its includes', () => {
    const cpp = {
      ...script,
      language: 'cpp',
      prefix: '#include <cassert>\nlong add(long a, long b) {\n',
      testCode: '}\nint main() {}',
    };
    assert.equal(
      functionTask(cpp, `${f}cpp\nlong add(long a, long b) {\n  return a + b;\n}\n${f}`, 'n')?.source,
      '#include <cassert>\nlong add(long a, long b) {\n  return a + b;\n\n}\nint main() {}\n',
    );
  });
});

describe('faults of tasks', () => {
  test('are told', () => {
    const input = (text: string) => [
      { name: 't', input: Buffer.from(text), output: Buffer.alloc(0), example: false },
    ];
    assert.equal(callTaskFault({ ...task, tests: input('1\n[NaN]\n\n"x"') }), undefined);
    assert.equal(callTaskFault({ ...task, tests: input('1\nx') }), 'test t: line 2 of its input is no JSON');
    assert.match(callTaskFault({ ...task, language: 'go', tests: [] }) ?? '', /only in python3/);
    assert.equal(functionTaskFault(task), undefined);
    assert.match(functionTaskFault({ ...task, entryPoint: 'add(' }) ?? '', /no name/);
    assert.match(functionTaskFault({ ...task, testCode: ' ' }) ?? '', /test_code/);
    assert.throws(() => functionTask({ ...task, entryPoint: 'add(' }, 'x', 'n'), { code: 'bad_problem' });
    assert.throws(() => functionTask(task, '    return 1', '"'), RangeError);
  });
});

describe('Python as text', () => {
  test('future statements at the head, and only there', () => {
    const futures = 'from __future__ import annotations\n';
    assert.deepEqual(splitFutures(`# a\n\n"""Doc\n${futures}"""\n${futures}import os\n`), {
      futures,
      rest: `# a\n\n"""Doc\n${futures}"""\nimport os\n`,
    });
    assert.deepEqual(splitFutures(`import os\n${futures}`), { futures: '', rest: `import os\n${futures}` });
    assert.deepEqual(splitFutures('from __future__ import a, \\\n  b\nx'), {
      futures: 'from __future__ import a, \\\n  b\n',
      rest: 'x',
    });
    assert.deepEqual(splitFutures(futures.trim()), { futures, rest: '' });
    const huge = `"""${'"'.repeat(3_000_000)} __future__`;
    assert.equal(splitFutures(huge).futures, '');
    assert.equal(splitFutures(`${'\n'.repeat(500_000)}__future__`).futures, '');
  });

  test('the head of a prefix', () => {
    assert.equal(headOf('import os\n\n@cache\ndef f(x):\n  pass\n', 'f'), 'import os\n\n');
    assert.equal(headOf('import os\nclass Solution:\n    def f(self):\n', 'f'), 'import os\n');
    assert.equal(headOf('x = 1\nfrom a import (b,\n  c)\ny = 2\n', 'f'), 'from a import (b,\n  c)\n');
    assert.equal(headOf('def f(x):\n', 'f'), '');
  });
});
