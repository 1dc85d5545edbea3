import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalLanguage, extractFunction, extractProgram } from './index.ts';

const f = '```';

function code(answer: string, wanted = 'python3'): string | undefined {
  return extractProgram(answer, wanted)?.code;
}

describe('names of languages', () => {
  const names: Record<string, string[]> = {
    cpp: ['cpp', 'c++', 'C++', 'C++17', 'cpp17', 'GNU C++17', 'g++', 'cc', 'cxx', 'c++2a', 'GNU C++20 (64)'],
    c: ['c', 'C', 'c11', 'GNU C11', 'gcc'],
    python3: ['py', 'python', 'Python 3', 'PYTHON3', 'python3.11', 'py3', 'CPython', 'python 3.x', 'ipython'],
    pypy3: ['pypy', 'PyPy 3', 'PyPy 3-64', 'pypy3'],
    python2: ['python2', 'Python 2.7', 'py2', 'pypy2'],
    java: ['java', 'Java 17', 'java8', 'openjdk-17'],
    go: ['go', 'golang', 'Go 1.22'],
    rust: ['rust', 'rs', 'Rust 2021'],
    javascript: ['js', 'javascript', 'node', 'Node.js', 'nodejs', 'mjs', 'ES6'],
  };
  for (const [canonical, written] of Object.entries(names)) {
    test(canonical, () => {
      for (const name of written.filter((one) => !one.includes('(64)'))) {
        assert.equal(canonicalLanguage(name), canonical, name);
      }
    });
  }

  test('others are not known', () => {
    for (const name of [
      '',
      'c#',
      'csharp',
      'objective-c',
      'kotlin',
      'text',
      'javafx',
      'cython',
      'gopher',
      'a'.repeat(1e6),
    ]) {
      assert.equal(canonicalLanguage(name), undefined, name.slice(0, 20));
    }
  });
});

describe('fences', () => {
  test('the only one', () => {
    const answer = `Sure:\n\n${f}python\nprint(1)\n${f}\nDone.`;
    assert.deepEqual(extractProgram(answer, 'python'), {
      code: 'print(1)\n',
      language: 'python3',
      how: 'the only fence (python)',
    });
  });

  test('tildes, longer runs, info strings, indentation', () => {
    assert.equal(code(`~~~py\nprint(1)\n~~~`), 'print(1)\n');
    assert.equal(code(`${f}${f}\na\n${f}\nb\n${f}${f}`), `a\n${f}\nb\n`);
    assert.equal(code(`${f}{.python .numberLines}\nprint(1)\n${f}`), 'print(1)\n');
    assert.equal(code(`${f}python title="a.py"\nprint(1)\n${f}`), 'print(1)\n');
    assert.equal(code(`1. So:\n   ${f}python\n   if x:\n       y()\n   ${f}\n`), 'if x:\n    y()\n');
    assert.equal(extractProgram(`${f}solution.rs\nfn main() {}\n${f}`, '')?.language, 'rust');
    assert.equal(code(`${f}python\r\nprint(1)\r\n${f}\r\n`), 'print(1)\r\n');
  });

  test('the last one is not closed', () => {
    assert.equal(code(`So\n${f}python\nimport sys\nprint(1`), 'import sys\nprint(1');
    assert.equal(code(`So\n${f}python\nprint(1)${f}\nThat prints 1.`), 'print(1)');
  });

  test('one that was never closed ends where the next opens', () => {
    const answer = `${f}python\ndef f(): return 1\n\n${f}python\nn = int(input())\nprint(n)\n${f}\n`;
    assert.equal(code(answer), 'n = int(input())\nprint(n)\n');
  });

  test('in a doc string, and in Markdown', () => {
    const doc = `def f():\n    """\n    ${f}\n    f()\n    ${f}\n    """\n    return 1\n`;
    assert.equal(code(`${f}python\n${doc}${f}`), doc);
    const labelled = `"""\n${f}python\nf()\n${f}\n"""\ndef f(): return 1\n`;
    assert.equal(code(`${f}python\n${labelled}${f}`), labelled);
    assert.equal(code(`${f}markdown\n# Title\n${f}python\nprint(1)\n${f}\n${f}`), 'print(1)\n');
  });

  test('mid-line and in line', () => {
    assert.equal(code(`Answer: ${f}python\nprint(1)\n${f}`), 'print(1)\n');
    assert.equal(code(`Use ${f}print(1)${f}.`), 'print(1)');
  });

  test('without a label', () => {
    assert.deepEqual(extractProgram(`${f}\n#include <iostream>\nint main() {}\n${f}`, '')?.language, 'cpp');
    assert.deepEqual(extractProgram(`${f}\n#!/usr/bin/env node\nmain()\n${f}`, '')?.language, 'javascript');
  });

  test('empty ones are none', () => {
    assert.equal(code(`${f}python\n\n${f}`), undefined);
  });
});

describe('several fences', () => {
  const script = 'n = int(input())\nprint(n)\n';

  test('the last in the wanted language that reads its input', () => {
    const answer = `${f}python\nn = input()\n${f}\n${f}cpp\nint main() {}\n${f}\n${f}python\n${script}${f}\nInput:\n${f}\n3\n${f}\n`;
    assert.deepEqual(extractProgram(answer, 'python3'), {
      code: script,
      language: 'python3',
      how: 'number 3 of 4 fences (python)',
    });
    assert.equal(code(answer, 'cpp'), 'int main() {}\n');
    assert.equal(extractProgram(answer, 'java')?.language, 'python3');
  });

  test('output, shells and pseudocode are no programs', () => {
    const answer = `${f}\n${script}${f}\n${f}text\n5\n${f}\n${f}bash\npython a.py\n${f}\n${f}pseudocode\nread n\n${f}`;
    assert.equal(code(answer), script);
    assert.equal(code(answer, ''), script);
  });

  test('helpers of another fence come along, and the call', () => {
    const helper = 'def double(x):\n    return 2 * x\n';
    const main = 'def main():\n    print(double(int(input())))\n';
    const answer = `${f}python\n${helper}${f}\n${f}python\n${main}${f}\nRun it:\n${f}python\nmain()\n${f}`;
    assert.equal(code(answer), `${helper}\n${main}\nmain()\n`);
    assert.equal(extractProgram(answer, '')?.how, 'fences 1, 2, 3 of 3 joined (python)');
  });

  test('an example call after a program that runs stays out', () => {
    const program = 'def main():\n    print(input())\n\nmain()\n';
    assert.equal(code(`${f}python\n${program}${f}\n${f}python\nmain()\n${f}`), program);
  });

  test('parts of one C++ program', () => {
    const answer = `${f}cpp\n#include <cstdio>\n${f}\nthen\n${f}cpp\nint f() { return 1; }\n${f}`;
    assert.equal(code(answer, 'cpp'), '#include <cstdio>\n\nint f() { return 1; }\n');
    assert.equal(code(`${answer}\n${f}cpp\nint main() { }\n${f}`, 'cpp'), 'int main() { }\n');
  });

  test('the one that defines a function', () => {
    const answer = `${f}python\ndef area(r):\n    return r\n${f}\nTest:\n${f}python\nassert area(1) == 1\ndef test(): pass\n${f}`;
    assert.equal(extractFunction(answer, 'area')?.code, 'def area(r):\n    return r\n');
    assert.equal(extractFunction(answer, 'are'), undefined);
    assert.equal(extractFunction('def area(r): return r', 'area'), undefined);
    assert.match(
      extractFunction(`${f}\nclass Solution:\n    def area(self): pass\n${f}`, 'area')?.code ?? '',
      /^class/,
    );
  });
});

describe('tags and thinking', () => {
  test('tags', () => {
    assert.equal(code(`<answer>\nprint(1)\n</answer>`), 'print(1)\n');
    assert.equal(
      code(`${f}python\nprint(0)\n${f}\n<answer>\n${f}python\nprint(1)\n${f}\n</answer>`),
      'print(1)\n',
    );
    assert.equal(code(`${f}python\nprint(0)\n${f}\n<answer>42 it is</answer>`), 'print(0)\n');
    assert.equal(code('[PYTHON]\ndef f(): return 1\n[/PYTHON]\nok'), 'def f(): return 1\n');
    assert.equal(code('[BEGIN]\ndef f(): return 1\n[DONE]\nok'), 'def f(): return 1\n');
    assert.equal(code('<code>\nprint(1)'), 'print(1)');
    assert.equal(
      code(`${f}python\ns = "<answer>x = 1</answer>"\nprint(s)\n${f}`),
      's = "<answer>x = 1</answer>"\nprint(s)\n',
    );
    assert.equal(extractProgram('<solution>\nprint(1)\n</solution>', '')?.how, '<solution>');
  });

  test('after the thinking, or in it where nothing follows', () => {
    const inside = `<think>\n${f}python\nprint(0)\n${f}\n</think>\n`;
    assert.equal(code(`${inside}${f}python\nprint(1)\n${f}`), 'print(1)\n');
    assert.equal(code(inside), 'print(0)\n');
    assert.equal(code(`${inside}print(2)\n`), '\nprint(2)\n');
    assert.equal(extractProgram(inside, '')?.how, 'in the thinking, the only fence (python)');
  });
});

describe('bare text', () => {
  test('code stays as it is', () => {
    for (const text of [
      'n = int(input())\nprint(n)\n',
      '\n\nimport sys\nprint(1)  \n\n',
      '#include <cstdio>\nint main() { }',
      '# Read the input and print it\nprint(input())',
      '    return x + 1\n',
    ]) {
      assert.deepEqual([code(text), extractProgram(text, '')?.how], [text, 'whole text']);
    }
  });

  test('prose before and after it is cut', () => {
    const text = 'Here is what I would write:\n\nimport sys\nprint(1)\n\nThis prints one and then stops.\n';
    assert.deepEqual(extractProgram(text, ''), {
      code: 'import sys\nprint(1)\n',
      language: 'python3',
      how: 'text from line 3 to line 5',
    });
  });

  test('prose is no program', () => {
    for (const text of [
      '',
      ' \n',
      'I am sorry, I cannot solve this.',
      'The answer is 42.\n\nBecause of that: yes.',
    ]) {
      assert.equal(extractProgram(text, ''), undefined, text);
    }
  });

  test('language by its signs', () => {
    const languages: [string, string][] = [
      ['#include <stdio.h>\nint main() { return 0; }', 'c'],
      ['#include <bits/stdc++.h>\nusing namespace std;', 'cpp'],
      ['package main\nimport "fmt"\nfunc main() {}', 'go'],
      ['import java.util.*;\npublic class Main { public static void main(String[] a) {} }', 'java'],
      ['use std::io;\nfn main() { }', 'rust'],
      ["const lines = require('fs').readFileSync(0, 'utf8');", 'javascript'],
      ['n = raw_input()\nprint n', 'python2'],
      ['for i in range(3):\n    print(i)', 'python3'],
      ['#!/usr/bin/pypy3\nprint(1)', 'pypy3'],
    ];
    for (const [text, language] of languages)
      assert.equal(extractProgram(text, '')?.language, language, text);
  });
});
