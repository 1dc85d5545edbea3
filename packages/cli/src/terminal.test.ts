import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssayError } from '@assay/contract';
import { BadRows } from './bad-rows.ts';
import { firstComment } from './bench.ts';
import { exitCodeOf, unusableInput, usageError } from './exit.ts';
import { errorText, oneLine, table } from './terminal.ts';

test('errors show code, message and mend, and the stack only when asked', () => {
  const error = new AssayError('store_open', 'Cannot open \x1b[31mx.db', { mend: 'Name another.' });
  assert.equal(errorText(error, false), 'error [store_open]: Cannot open [31mx.db\n  Name another.\n');
  assert.match(errorText(error, true), /Name another\.\n.*AssayError: .*\n {4}at /s);
  const fault = errorText(new TypeError('x is undefined'), false);
  assert.match(fault, /^error \[internal\]: x is undefined\n {2}This is a fault of Assay; ASSAY_DEBUG=1 /);
  assert.doesNotMatch(fault, / at /);
});

test('exit codes tell wrong usage and unusable input from failure', () => {
  assert.equal(exitCodeOf(usageError('no', 'yes')), 2);
  assert.equal(exitCodeOf(new AssayError('run_unknown', 'There is no run x.')), 2);
  assert.equal(exitCodeOf(new AssayError('store_write', 'disk full')), 1);
  assert.equal(exitCodeOf(new TypeError('x')), 1);
  assert.equal(exitCodeOf(unusableInput(new AssayError('wrong_type', 'f:3: gold is a list'))), 2);
  assert.equal(exitCodeOf(unusableInput(new TypeError('x'))), 1);
});

test('text of others is one harmless line', () => {
  assert.equal(oneLine(' a\n\tb\x07\u202ec '), 'a b c');
  assert.equal(oneLine('abcdef', 4), 'abc…');
});

test('tables align their columns', () => {
  assert.equal(
    table([
      ['run', 'state'],
      ['longer', 'x'],
      ['y', ''],
    ]),
    'run     state\nlonger  x\ny\n',
  );
});

test('bad rows are told up to a number and counted beyond it', () => {
  const said: string[] = [];
  const rows = new BadRows((line) => said.push(line));
  assert.equal(rows.summary, undefined);
  for (let line = 1; line <= 1_500; line++) {
    rows.add({ file: 'f.jsonl', line, code: 'not_json', message: 'not\x1b JSON', mend: 'Write JSON.' });
  }
  assert.equal(said[0], 'bad row: f.jsonl:1: not JSON [not_json]\n  Write JSON.');
  assert.equal(said.length, 21);
  assert.match(said[20] ?? '', /only counted/);
  assert.equal(rows.summary, '1,500 bad rows were left out');
});

test('a benchmark is described by its first comment', () => {
  assert.equal(firstComment('/** How fast? */\nrun();'), 'How fast?');
  assert.equal(firstComment('/**\n * How fast?\n * More.\n */'), 'How fast?');
  assert.equal(firstComment('#!/usr/bin/env node\n// How fast?\n// More.'), 'How fast?');
  assert.equal(firstComment("import 'x';\n// no"), '');
});
