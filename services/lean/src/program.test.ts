import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileOf, programOf, referenceText } from './program.ts';
import { proof, task } from './testing/task.ts';

const { statement } = task;
const place = (program: ReturnType<typeof programOf>, line: number, column: number) => {
  const placed = program.place({ severity: 'error', line, column, text: '' });
  return [placed.line, placed.column];
};

test('options, helpers, the stored statement, the proof', () => {
  const { text } = programOf(statement, { ...proof, helpers: 'theorem h : P := p', body: ':= h' }, 400);
  assert.equal(text, 'set_option maxHeartbeats 400000\ntheorem h : P := p\ntheorem target : P := h\n');
  assert.equal(programOf(statement, proof, undefined).text, 'theorem target : P := by trivial\n');
});

test('messages point into the candidate’s text', () => {
  const lines = { helpers: 3, body: 10 };
  const program = programOf(
    statement,
    { ...proof, helpers: 'theorem h : P :=\n  p', body: ':= by\n  x\n  y', lines },
    400,
  );
  assert.deepEqual(program.text.split('\n'), [
    'set_option maxHeartbeats 400000',
    'theorem h : P :=',
    '  p',
    'theorem target : P := by',
    '  x',
    '  y',
    '',
  ]);
  assert.deepEqual(place(program, 2, 0), [4, 0]);
  assert.deepEqual(place(program, 3, 2), [5, 2]);
  assert.deepEqual(place(program, 4, 19), [11, 0]);
  assert.deepEqual(place(program, 6, 2), [13, 2]);
  // Of the statement and the options: where the proof starts.
  assert.deepEqual(place(program, 4, 8), [11, 0]);
  assert.deepEqual(place(program, 1, 0), [11, 0]);
});

test('columns are code points', () => {
  const program = programOf({ ...statement, text: 'theorem 𝔱 : P' }, proof, undefined);
  assert.deepEqual(place(program, 1, 14), [1, 0]);
});

test('where the body’s first line is the statement’s own, no line comes before the first', () => {
  const program = programOf(
    statement,
    { ...proof, body: ':= by\n  x', lines: { helpers: 0, body: -1 } },
    undefined,
  );
  assert.deepEqual(place(program, 1, 22), [1, 0]);
  assert.deepEqual(place(program, 2, 2), [1, 2]);
});

test('a reference is the statement alone', () => {
  assert.equal(referenceText(statement), 'theorem target : P := sorry\n');
});

test('a file: the header ends its last line', () => {
  const header = { ...task.header, text: 'import A\nopen B' };
  assert.deepEqual(fileOf(header, 'x\n'), { text: 'import A\nopen B\nx\n', offset: 2 });
  assert.deepEqual(fileOf(task.header, 'x\n'), { text: 'x\n', offset: 0 });
});
