import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { detectFormat } from '../detect.ts';
import { collect, faults, jsonl, texts, workspace } from '../testing/collect.ts';

const { folder, write } = workspace();

const header = 'import Mathlib\n\nopen Nat\n\n';
const statement = 'theorem two (n : ℕ) : n + 1 + 1 = n + 2 := by\n';
const hashOf = (before: string, text: string) =>
  createHash('sha256').update(`${before}\0${text}`).digest('hex');
const theorem = { name: 'two', header, statement, set: 'minif2f', sha256: hashOf(header, statement) };

/** The theorem of one row, or what is wrong with it. */
async function theoremOf(row: object) {
  const read = await collect(write('row.jsonl', jsonl({ id: 'p', ...row })));
  return read.bad.length > 0 ? faults(read) : read.problems.get('p')?.theorem;
}

describe('rows of MiniF2F', () => {
  const row = {
    name: 'two',
    split: 'test',
    informal_prefix: '/-- Twice one. -/\n',
    formal_statement: statement,
    goal: '⊢ n + 1 + 1 = n + 2',
    header,
  };

  test('statement and header stay as they are; the words are for the prompt', async () => {
    const path = write('minif2f.jsonl', jsonl({ ...row, samples: ['  rfl'] }));
    assert.equal((await detectFormat(path)).format, 'minif2f');
    const read = await collect(path);
    assert.deepEqual(faults(read), []);
    assert.deepEqual(read.problems.get('two'), {
      id: 'two',
      dataset: 'minif2f',
      prompt: `${header}/-- Twice one. -/\n${statement}`,
      theorem,
    });
    assert.deepEqual(texts(read), { two: ['  rfl'] });
  });

  test('samples in a file of their own', async () => {
    const problems = [write('problems.jsonl', jsonl(row))];
    const byName = write(
      'by-name.jsonl',
      jsonl({ name: 'two', completion: 'a' }, { name: 'two', completion: 'b' }),
    );
    assert.deepEqual(texts(await collect(byName, { problems, format: 'minif2f' })), { two: ['a', 'b'] });
    const byId = write('by-id.jsonl', jsonl({ id: 'two', samples: ['a', 'b'] }));
    assert.deepEqual(texts(await collect(byId, { problems })), { two: ['a', 'b'] });
  });

  test('a row says of which set it is, and what its proofs get', async () => {
    const settings = {
      set: 'minif2f-v2',
      toolchain: 'lean-4.9',
      time_limit: '30 s',
      memory_limit: '2 GB',
      max_heartbeats: 400_000,
      independent: 'first',
      axioms: ['Lean.ofReduceBool'],
    };
    assert.deepEqual(await theoremOf({ ...row, ...settings }), {
      ...theorem,
      set: 'minif2f-v2',
      toolchain: 'lean-4.9',
      timeLimitS: 30,
      memoryLimitBytes: 2_000_000_000,
      maxHeartbeats: 400,
      independent: 'first',
      axioms: ['Lean.ofReduceBool'],
    });
  });

  test('a hash that the row gives is the one that the verifier holds it to', async () => {
    assert.deepEqual(await theoremOf({ ...row, sha256: 'ab' }), { ...theorem, sha256: 'ab' });
  });
});

describe('one text with its header', () => {
  const before = `${header}/-! Not of the theorem. -/\n-- theorem none : False\ndef f := "theorem no : False"\n\n`;
  const documented = `/-- About /- nested -/ theorem of -/\n@[simp] protected ${statement}`;

  test('what belongs to the theorem stays with it, what stands before is header', async () => {
    assert.deepEqual(await theoremOf({ formal_statement: before + documented }), {
      ...theorem,
      header: before,
      statement: documented,
      sha256: hashOf(before, documented),
    });
  });

  test('it follows the header of the row', async () => {
    const row = { header: 'import Mathlib\n', formal_statement: `open Nat\n${statement}` };
    const found = await theoremOf(row);
    assert.deepEqual(found, {
      ...theorem,
      header: 'import Mathlib\nopen Nat\n',
      sha256: hashOf('import Mathlib\nopen Nat\n', statement),
    });
  });

  for (const [end, kept] of [
    [':= by sorry', ':= by'],
    [':= by\n  sorry\n', ':= by'],
    [':= sorry', ':='],
    [':=\nsorry', ':='],
    [':= by exact not_sorry', ':= by exact not_sorry'],
  ] as const) {
    test(`a statement that ends in ${JSON.stringify(end)}`, async () => {
      const found = await theoremOf({ formal_statement: `theorem t : 1 = 1 ${end}` });
      assert.equal((found as { statement: string }).statement, `theorem t : 1 = 1 ${kept}`);
    });
  }

  test('of several theorems the name says which', async () => {
    const lemma = 'lemma help : 1 = 1 := rfl\n\n';
    const text = lemma + statement;
    assert.deepEqual(await theoremOf({ name: 'two', formal_statement: text }), {
      ...theorem,
      header: lemma,
      sha256: hashOf(lemma, statement),
    });
    assert.deepEqual(await theoremOf({ formal_statement: text }), ['1 bad_problem']);
    assert.deepEqual(await theoremOf({ name: 'three', formal_statement: text }), ['1 bad_problem']);
  });
});

test('rows in our own words: a theorem, or the name of one that the verifier has', async () => {
  const { set: _, ...own } = theorem;
  assert.deepEqual(await theoremOf({ theorem: statement, header }), own);
  assert.deepEqual(await theoremOf({ theorem_name: 'two', set: 'mine' }), { name: 'two', set: 'mine' });
  const read = await collect(write('own.jsonl', jsonl({ id: 'p', theorem: statement, samples: ['a'] })));
  assert.deepEqual(texts(read), { p: ['a'] });
});

describe('rows that cannot be used', () => {
  for (const [name, row, code] of [
    ['no theorem in it', { theorem: 'def x := 1' }, 'bad_problem'],
    ['one in a comment that does not end', { theorem: '/- theorem x : 1 = 1' }, 'bad_problem'],
    ['no text', { formal_statement: { text: statement } }, 'wrong_type'],
    ['a header that is no text', { theorem: statement, header: ['import Mathlib'] }, 'wrong_type'],
    ['an unknown policy', { theorem: statement, independent: 'some' }, 'bad_problem'],
    ['a limit that is none', { theorem: statement, max_heartbeats: -1 }, 'wrong_type'],
    ['thousands for heartbeats', { theorem: statement, max_heartbeats: 200 }, 'wrong_type'],
    ['nothing but a name', { theorem_name: 'two' }, 'wrong_type'],
    ['a formal statement that is null', { formal_statement: null }, 'missing_gold'],
  ] as const) {
    test(name, async () => assert.deepEqual(await theoremOf(row), [`1 ${code}`]));
  }

  test('they do not end the reading', async () => {
    const rows = [
      { formal_statement: statement },
      { formal_statement: 'none' },
      { formal_statement: statement },
    ];
    const path = write(
      'bad.jsonl',
      jsonl(...rows.map((row, i) => ({ name: ['a', 'b', 'c'][i], ...row, samples: ['x'] }))),
    );
    const read = await collect(path);
    assert.deepEqual(faults(read), ['2 bad_problem']);
    assert.deepEqual(texts(read), { a: ['x'], c: ['x'] });
  });

  test('hostile text is read in linear time', async () => {
    for (const piece of ['/-', '«', "'", '@[', '"', 'theorem ', '\\', '/--']) {
      assert.deepEqual(await theoremOf({ theorem: piece.repeat(200_000) }), ['1 bad_problem'], piece);
    }
  });
});

describe('a file for each theorem', () => {
  test('is called after it', async () => {
    for (const name of ['two', 'three']) {
      write(`Test/${name}.lean`, `${header}theorem ${name} : 1 + 1 = 2 := by sorry\n`);
    }
    write('Test/many.lean', `theorem a : 1 = 1 := sorry\ntheorem many : 2 = 2 := sorry\n`);
    write('Test/none.lean', 'import Mathlib\n');
    write('Test/some.lean', `theorem a : 1 = 1 := sorry\ntheorem b : 2 = 2 := sorry\n`);
    const samples = write(
      'samples.jsonl',
      jsonl({ id: 'two', sample: 'rfl' }, { id: 'many', sample: 'rfl' }),
    );
    const read = await collect(samples, { problems: [join(folder, 'Test')] });
    assert.deepEqual(
      read.bad.map(({ file, code }) => `${file.split('/').at(-1)} ${code}`),
      ['none.lean bad_problem', 'some.lean bad_problem'],
    );
    assert.equal(read.problems.get('two')?.theorem?.header, header);
    assert.equal(read.problems.get('two')?.theorem?.statement, 'theorem two : 1 + 1 = 2 := by');
    assert.equal(read.problems.get('many')?.theorem?.statement, 'theorem many : 2 = 2 :=');
    assert.equal((await detectFormat(join(folder, 'Test/two.lean'))).format, 'minif2f');
  });
});

const data = join(import.meta.dirname, '../../../../../shared/data/minif2f/statements.jsonl');

test('248 statements of MiniF2F itself', {
  skip: existsSync(data) ? false : 'no ../shared/data',
}, async () => {
  const read = await collect(data);
  assert.deepEqual(faults(read), []);
  assert.equal(read.problems.size, 248);
  const rows = readFileSync(data, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const { name, header, formal_statement } of rows) {
    assert.deepEqual(read.problems.get(name)?.theorem, {
      name,
      header,
      statement: formal_statement,
      set: 'minif2f',
      sha256: hashOf(header, formal_statement),
    });
  }
});
