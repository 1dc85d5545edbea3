import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parse, stringify } from 'yaml';
import { collect, faults, texts, workspace } from './testing/collect.ts';

const { write, folder } = workspace();
let files = 0;

/** The samples of a file whose problem has the gold answer 4. */
async function samplesOf(yaml: string, options = {}) {
  const read = await collect(write(`f${++files}.yaml`, yaml), options);
  assert.equal(read.problems.get(`f${files}`)?.mathAnswer?.gold, '4');
  return { read, samples: texts(read)[`f${files}`] };
}

describe('shapes of samples', () => {
  for (const [name, samples, expected] of [
    [
      'items at the first column',
      `samples:
- plain text
- 'single quoted, it''s

  on two lines

  '
- "double\\tquoted \\
  \\ and\\ncontinued \\u00e9\\U0001F600\\ud83d\\ude00"
- plain text that
  goes on, and
  on
`,
      [
        'plain text',
        "single quoted, it's\non two lines\n",
        'double\tquoted  and\ncontinued é\u{1f600}\u{1f600}',
        'plain text that goes on, and on',
      ],
    ],
    [
      'indented items',
      `samples:
  - |
    def f(x):
      - not an item
    # nor a comment

      return x
  - |-
    no line feed
  - |+
    all of them


  - >
    folded
    line

    new line
  - |2
      indented by two
`,
      [
        'def f(x):\n  - not an item\n# nor a comment\n\n  return x\n',
        'no line feed',
        'all of them\n\n\n',
        'folded line\nnew line\n',
        '  indented by two\n',
      ],
    ],
    [
      'block scalars at the first column, with what looks like items and keys in them',
      `samples:
- |
  - a
  samples:
  gt_answer: 5
-
  text below its dash
- "- b"
`,
      ['- a\nsamples:\ngt_answer: 5\n', 'text below its dash', '- b'],
    ],
    [
      'scalars stay texts as they are written',
      `samples:
- 18
- 1.50
- 0x1F
- true
- 2024-01-01
- 'null'
- ''
- 1e999
- .inf
- =
`,
      ['18', '1.50', '0x1F', 'true', '2024-01-01', 'null', '', '1e999', '.inf', '='],
    ],
    ['a flow sequence', 'samples: [a, "b, c", 18]\n', ['a', 'b, c', '18']],
    ['a flow sequence over lines', 'samples:\n  [a,\n   b]\n', ['a', 'b']],
    ['an anchored sequence', 'samples: &all\n- a\n- b\n', ['a', 'b']],
    [
      'comments and blank lines',
      '# first\nsamples: # these\n\n# one\n- a\n# two\n\n- b # said\n  # more\n- c\n\n',
      ['a', 'b', 'c'],
    ],
    ['a quoted key', '"samples":\n- a\n', ['a']],
    ['items on the same line as others', 'samples:\n- a\n', ['a']],
  ] as const) {
    test(name, async () => {
      for (const yaml of [
        `gt_answer: 4\n${samples}`,
        `---\nprompt: 'a

  b'\n${samples}gt_answer: '4'\nz: 1\n`,
        `gt_answer: 4\r\n${samples.replaceAll('\n', '\r\n')}`,
      ]) {
        const { read, samples: found } = await samplesOf(yaml);
        assert.deepEqual(found, expected);
        assert.deepEqual(faults(read), []);
      }
    });
  }

  test('the end of a file without line feed', async () => {
    const yaml = 'gt_answer: 4\nsamples:\n- |\n  a\n- "b\n\n  c"';
    assert.deepEqual((await samplesOf(yaml)).samples, ['a\n', 'b\nc']);
  });

  test('a bad item costs only itself, and keeps its place', async () => {
    const { read } = await samplesOf(
      `gt_answer: 4
samples:
- a
- "not closed
- c
- *nothing
- [e]
- null
- tokens: 5
  text: g
- ${'h'.repeat(300)}
- '${'i'.repeat(120)}
  ${'i'.repeat(120)}'
- "\\q"
- k
`,
      { maxLineBytes: 200 },
    );
    assert.deepEqual(faults(read), [
      '4 invalid_yaml',
      '6 invalid_yaml',
      '7 wrong_type',
      '8 wrong_type',
      '11 too_long',
      '12 too_long',
      '14 invalid_yaml',
    ]);
    assert.deepEqual([...read.candidates.values()].flat(), [
      { text: 'a', index: 0 },
      { text: 'c', index: 2 },
      { text: 'g', tokens: 5, index: 6 },
      { text: 'k', index: 10 },
    ]);
  });

  test('limit ends the reading', async () => {
    const { read, samples } = await samplesOf('gt_answer: 4\nsamples:\n- a\n- b\n- *never\n', { limit: 2 });
    assert.deepEqual(samples, ['a', 'b']);
    assert.deepEqual(faults(read), []);
  });
});

describe('equal to parsing the whole file', () => {
  /** A small generator: the same texts in every run. */
  function generator(seed: number) {
    let state = seed;
    return (n: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
  }

  const pieces = [
    ...[
      'word',
      'a longer piece of text',
      ' ',
      '  ',
      '\n',
      '\n\n',
      '\n\n\n',
      '\t',
      '- ',
      '# ',
      ': ',
      "'",
      '"',
    ],
    ...[
      '\\',
      '\\n',
      '#',
      '- item\n',
      'samples:\n',
      'gt_answer: 5\n',
      'é',
      '\u{1f600}',
      '18',
      '---\n',
      '...\n',
    ],
    ...[
      '|',
      '>',
      '%',
      '@',
      '&a ',
      '*a ',
      '!x ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '?',
      '\r',
      '\u2028',
      '\ufeff',
      'null',
    ],
  ];
  const randomText = (pick: (n: number) => number) =>
    Array.from({ length: pick(25) }, () => pieces[pick(pieces.length)]).join('');

  /** A quoted scalar as PyYAML writes it: folded at spaces near column 80, continued with backslashes. */
  function doubleQuoted(text: string, indent: string): string {
    let out = '"';
    let column = 0;
    for (const character of text) {
      if (column > 60 && character === ' ') {
        out += `\\\n${indent}\\ `;
        column = 0;
      } else {
        const escaped = JSON.stringify(character).slice(1, -1);
        out += character > '~' ? `\\U${character.codePointAt(0)?.toString(16).padStart(8, '0')}` : escaped;
        column += escaped.length;
      }
    }
    return `${out}"`;
  }

  /** As PyYAML writes text with line feeds: each is doubled, and the next line is indented. */
  const singleQuoted = (text: string, indent: string) =>
    `'${text.replaceAll("'", "''").replace(/\n+/g, (feeds) => `${feeds}\n${indent}`)}'`;

  const literal = (text: string, indent: string) =>
    `|${text.endsWith('\n') ? '' : '-'}\n${text.replace(/\n$/, '').replace(/^(?=.)/gm, indent)}`;

  /** One of the styles that can hold the text. */
  function dump(text: string, indent: string, pick: (n: number) => number): string {
    const printable = !/[^\n -~é]/.test(text);
    if (printable && !/ \n|\n |^\s|\s$/.test(text) && pick(3) > 0) return singleQuoted(text, indent);
    if (printable && /^\S/.test(text) && !/\n\n$/.test(text) && pick(2) > 0) return literal(text, indent);
    return doubleQuoted(text, indent);
  }

  for (const [name, lead] of [
    ['at the first column', ''],
    ['indented', '  '],
  ] as const) {
    test(`PyYAML’s styles, ${name}`, async () => {
      const pick = generator(lead.length + 1);
      for (let round = 0; round < 60; round++) {
        const list = Array.from({ length: 1 + pick(12) }, () => randomText(pick));
        const items = list.map((text) => `${lead}- ${dump(text, `${lead}  `, pick)}\n`).join('');
        const yaml = `gt_answer: '4'\nprompt: ${dump(randomText(pick), '  ', pick)}\nsamples:\n${items}reviewed: x\n`;
        const { read, samples } = await samplesOf(yaml);
        assert.deepEqual(faults(read), []);
        assert.deepEqual(samples, parse(yaml, { schema: 'failsafe' }).samples, yaml);
        assert.deepEqual(samples, list, yaml);
      }
    });
  }

  test('the yaml library’s styles', async () => {
    const pick = generator(3);
    for (let round = 0; round < 120; round++) {
      const samples = Array.from({ length: 1 + pick(12) }, () => randomText(pick));
      const options = {
        indentSeq: pick(2) === 0,
        indent: 1 + pick(4),
        lineWidth: [0, 20, 80][pick(3)] as number,
        blockQuote: [true, false, 'literal', 'folded'][pick(4)] as boolean | 'literal' | 'folded',
        defaultStringType: (['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL'] as const)[pick(4)],
      };
      const yaml = stringify({ prompt: randomText(pick), samples, gt_answer: '4' }, options as object);
      const { read, samples: found } = await samplesOf(yaml);
      assert.deepEqual(faults(read), [], yaml);
      assert.deepEqual(found, parse(yaml, { schema: 'failsafe' }).samples, yaml);
    }
  });
});

describe('what a file says of its problem', () => {
  test('keys behind the samples, and the folder’s name', async () => {
    write(
      'CodeContests/1575_A.yaml',
      'prompt: "Q: add"\nquestion: add\nsamples:\n- "```print(3)```"\ntest_cases:\n  input:\n  - "1 2\\n"\n  - 18\n  output:\n  - "3\\n"\n  - |\n    4\ntimeout: 2.5\n',
    );
    write(
      'CodeContests/1575_B.yml',
      'question: add\nsamples: []\ntest_cases:\n  input: &id001 []\n  output: *id001\ntimeout: null\n',
    );
    const read = await collect(`${folder}/CodeContests`);
    assert.deepEqual(read.problems.get('1575_A'), {
      id: '1575_A',
      dataset: 'CodeContests',
      prompt: 'Q: add',
      programTests: {
        tests: [
          { input: Buffer.from('1 2\n'), output: Buffer.from('3\n') },
          { input: Buffer.from('18'), output: Buffer.from('4\n') },
        ],
        timeLimitS: 2.5,
      },
    });
    assert.deepEqual(read.problems.get('1575_B')?.programTests, { tests: [] });
    assert.deepEqual(texts(read), { '1575_A': ['```print(3)```'], '1575_B': [] });
    assert.deepEqual(faults(read), ['1 empty_samples']);
  });

  test('a theorem: the statement ends where the samples begin', async () => {
    const statement = 'theorem one_plus\n  (x : ℕ) :\n  x + 1 = 1 + x := sorry';
    const prompt = `Few shots.\n\`\`\`import Other\ntheorem other := rfl\`\`\`\nProve:\n\`\`\`import Mathlib\nopen Nat\n\ntheorem6\n  (x : ℕ) :\n  x + 1 = 1 + x :=\nby (\n`;
    const read = await collect(
      write(
        'one_plus.yaml',
        stringify({
          prompt: prompt.replace('theorem6', 'theorem six'),
          question: statement,
          samples: ['omega)'],
          theorem_name: 'one_plus',
        }),
      ),
    );
    const { sha256, ...theorem } = read.problems.get('one_plus')?.theorem ?? {};
    assert.match(sha256 ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(theorem, {
      name: 'one_plus',
      header: 'import Mathlib\nopen Nat\n\n',
      statement: 'theorem one_plus\n  (x : ℕ) :\n  x + 1 = 1 + x :=\nby (\n',
    });
  });

  test('verdicts of an earlier judge are no samples', async () => {
    const { samples } = await samplesOf('gt_answer: 4\nis_corrects:\n- true\n- false\nsamples:\n- a\n- b\n');
    assert.deepEqual(samples, ['a', 'b']);
  });
});

describe('bad files', () => {
  const bomb = `a: &a [x, x]\n${[...'bcdefghijklmnopqrstuvwxyz'].map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghijklmnopqrstuvwxyz'[i]}`).join(', ')}]\n`).join('')}`;
  for (const [name, yaml, code] of [
    ['a list', '- a\n- b\n', 'file invalid_yaml'],
    ['a text', '# only\njust text\n', 'file invalid_yaml'],
    ['two documents', 'samples:\n- a\n---\nsamples:\n- b\n', 'file invalid_yaml'],
    ['samples twice', 'gt_answer: 1\nsamples:\n- a\nsamples:\n- b\n', 'file invalid_yaml'],
    ['aliases that multiply', `gt_answer: 1\n${bomb}samples:\n- a\n`, 'file invalid_yaml'],
    ['aliases that multiply, in a flow sequence', `${bomb}samples: [a]\n`, 'file invalid_yaml'],
    ['deep nesting', `gt_answer: 1\nx: ${'['.repeat(100_000)}\nsamples:\n- a\n`, 'file invalid_yaml'],
    ['samples as a text', 'gt_answer: 1\nsamples: |\n  a\n', '1 wrong_type'],
    ['no gold', 'prompt: x\nsamples:\n- a\n- b\n', '1 missing_gold'],
    ['nothing but samples', 'samples:\n- a\n', '1 missing_gold'],
  ] as const) {
    test(name, async () => {
      write('pair/0.yaml', 'gt_answer: 4\nsamples:\n- first\n');
      write('pair/1.yaml', yaml);
      write('pair/2.yaml', 'gt_answer: 4\nsamples:\n- last\n');
      const read = await collect(`${folder}/pair`);
      assert.deepEqual(faults(read), [code]);
      assert.deepEqual(texts(read), { 0: ['first'], 2: ['last'] });
    });
  }

  test('bytes that are not UTF-8 and NULs cost their sample', async () => {
    const latin = Buffer.from('gt_answer: 4\nsamples:\n- a\n- caf\xe9\n- c\n- d', 'latin1');
    const path = write(
      'latin.yaml',
      Buffer.concat([Buffer.from('# ok\n'.repeat(400)), latin, Buffer.from('\0\n- e\n')]),
    );
    const read = await collect(path, { format: 'llmonk' });
    assert.deepEqual(texts(read), { latin: ['a', 'c', 'e'] });
    assert.deepEqual(faults(read), ['404 bad_utf8', '406 invalid_yaml']);
  });

  test('a file that is cut off among its samples keeps those before', async () => {
    const items = Array.from({ length: 20_000 }, (_, i) => `- ${Math.sin(i)}\n`).join('');
    const packed = gzipSync(`gt_answer: 4\nsamples:\n${items}`);
    const read = await collect(write('cut.yaml.gz', packed.subarray(0, packed.length >> 1)));
    assert.deepEqual(faults(read), ['file bad_compression']);
    const found = texts(read).cut ?? [];
    assert.ok(found.length > 8000);
    assert.deepEqual(
      found,
      found.map((_, i) => String(Math.sin(i))),
    );
  });
});
