import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { extractFunction, extractProgram } from './index.ts';

const f = '```';

describe('any text', () => {
  const piece = fc.constantFrom(
    ...[
      '```',
      '~~~',
      '````',
      '```python',
      '```cpp',
      '\n',
      ' ',
      '    ',
      '<answer>',
      '</answer>',
      '<code>',
      '</code>',
    ],
    ...[
      '[PYTHON]',
      '[/PYTHON]',
      '</think>',
      '<think>',
      'def f():',
      'f()',
      'x = 1',
      'print(1)',
      'int main() {',
      '}',
    ],
    ...['Here is the program that', 'markdown', '```markdown', '"""', '#', 'é', '\r\n', '\t'],
  );

  test('a program that is not blank, or none', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom('', 'python', 'cpp', 'java'),
        (pieces, wanted) => {
          const text = pieces.join('');
          const found = extractProgram(text, wanted);
          assert.notEqual(found?.code.trim(), '', text);
          assert.ok(found === undefined || (found.how !== '' && !found.how.includes('\n')));
          const called = extractFunction(text, 'f');
          assert.ok(called === undefined || /def f/.test(called.code));
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('a fenced program is found whatever prose surrounds it', () => {
    const prose = fc.string({ maxLength: 200 }).filter((text) => !/[`~<[]/.test(text));
    const program = fc
      .array(fc.stringMatching(/^[a-z ()=+0-9]{1,20}$/), { minLength: 1 })
      .map((lines) => `${lines.join('\n')}\n`);
    fc.assert(
      fc.property(prose, program, prose, (before, text, after) => {
        fc.pre(text.trim() !== '');
        assert.equal(extractProgram(`${before}\n${f}python\n${text}${f}\n${after}`, 'python3')?.code, text);
      }),
    );
  });

  const size = 2_000_000;
  const hostile: Record<string, string> = {
    backticks: '`'.repeat(size),
    'backticks and spaces': '``` '.repeat(size / 4),
    'lines of backticks': '```\n'.repeat(size / 4),
    'labelled openings': '```python\n'.repeat(size / 10),
    'programs in fences': `${f}python\ndef f(): g()\n${f}\n`.repeat(size / 30),
    'parts in fences': `${f}cpp\nint f();\n${f}\n`.repeat(size / 24),
    'nested Markdown': '```md\n'.repeat(size / 12) + '```\n'.repeat(size / 8),
    'spaces before a fence': `${' '.repeat(size)}${f}python\nx = 1\n${f}`,
    'one line with fences': `a ${f}python `.repeat(size / 14),
    tags: '<answer>'.repeat(size / 8),
    'closed tags': '<code>x = 1</code>'.repeat(size / 18),
    thoughts: '</think>'.repeat(size / 8),
    spaces: ' '.repeat(size),
    'in in': `for ${'in '.repeat(size / 3)}`,
    colons: `def f(${':'.repeat(size)}`,
    equals: 'x, '.repeat(size / 3),
    semicolons: `; ${' ;'.repeat(size / 2)}x`,
    capitals: `${'A'.repeat(size)}\n`,
    names: `${f}python\n${'a('.repeat(size / 2)}\n${f}`,
    calls: `${f}python\n${Array.from({ length: size / 10 }, (_, n) => `f${n}(`).join('')}\n${f}`,
    newlines: '\n'.repeat(size),
  };
  for (const [name, text] of Object.entries(hostile)) {
    // What is not linear here takes minutes, not the seconds that a busy machine may need.
    test(`${name}: 2 MB`, { timeout: 60_000 }, () => {
      for (const wanted of ['', 'python3', 'cpp']) extractProgram(text, wanted);
      assert.notEqual(extractFunction(text, 'f')?.code, '');
    });
  }
});
