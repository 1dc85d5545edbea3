import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { messagesIn } from './messages.ts';

test('text of all ages', () => {
  const stdout = [
    '/tmp/f.lean:2:2: error: type mismatch',
    '  h',
    'has type',
    '  p : Prop',
    "/tmp/f.lean:1:36: warning: declaration uses 'sorry'",
    '/tmp/f.lean:3:0-3:7: error(lean.unknownIdentifier): Unknown identifier `x`',
    '',
  ].join('\n');
  assert.deepEqual(messagesIn(stdout, '/tmp/f.lean', false), [
    { severity: 'error', line: 2, column: 2, text: 'type mismatch\n  h\nhas type\n  p : Prop' },
    { severity: 'warning', line: 1, column: 36, text: "declaration uses 'sorry'" },
    { severity: 'error', line: 3, column: 0, text: 'Unknown identifier `x`' },
  ]);
});

test('text that names other files is no message of its own', () => {
  assert.deepEqual(messagesIn('/tmp/g.lean:1:0: error: no\n', '/tmp/f.lean', false), [
    { severity: 'info', line: 1, column: 0, text: '/tmp/g.lean:1:0: error: no' },
  ]);
});

test('JSON, with what a program printed between', () => {
  const error = { severity: 'error', pos: { line: 4, column: 1 }, endPos: null, data: 'a\nb', caption: '' };
  const stdout = `${JSON.stringify(error)}\nhello\n{"severity":"information","pos":{"line":5,"column":0},"data":"[]"}\n`;
  assert.deepEqual(messagesIn(stdout, 'f.lean', true), [
    { severity: 'error', line: 4, column: 1, text: 'a\nb' },
    { severity: 'info', line: 1, column: 0, text: 'hello' },
    { severity: 'info', line: 5, column: 0, text: '[]' },
  ]);
});

test('JSON of another shape is taken for something printed', () => {
  for (const line of [
    '{}',
    '[]',
    'null',
    '{"severity":"constructor","data":""}',
    '{"severity":"error","data":1}',
    '{',
  ]) {
    assert.deepEqual(
      messagesIn(line, 'f.lean', true).map(({ severity, text }) => [severity, text]),
      [['info', line]],
    );
  }
});

test('whatever is said, nothing of it breaks, and nothing of it is lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constant('f:1:2: error: x'), fc.json())),
      fc.boolean(),
      (lines, json) => {
        const messages = messagesIn(lines.join('\n'), 'f', json);
        for (const { line, column } of messages)
          assert.ok(Number.isInteger(line) && Number.isInteger(column));
        if (!json)
          assert.equal(
            messages.filter(({ severity }) => severity === 'error').length > 0,
            lines
              .join('\n')
              .split('\n')
              .some((line) => line.startsWith('f:1:2: error: x')),
          );
      },
    ),
  );
});
