import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languages } from '../languages/index.ts';
import type { ProgramResult } from '../sandbox/protocol.ts';
import { programTests } from '../testing/program-tests.ts';
import { limitsOf } from './limits.ts';
import { isNearLimit, processOutcome, wasStarved } from './outcome.ts';

const language = (name: string) => {
  const found = languages.get(name);
  assert.ok(found);
  return found;
};
const limits = limitsOf(programTests({ timeLimitS: 1, memoryLimitBytes: 64 << 20 }), language('c'));

const well: ProgramResult = {
  cpuUs: 1000,
  wallUs: 2000,
  rssBytes: 1 << 20,
  outputBytes: 10,
  cpuExceeded: false,
  wallExceeded: false,
  outputExceeded: false,
  outOfMemory: false,
  processesExceeded: false,
  skipped: false,
  startError: 0,
  exitCode: 0,
  signal: 0,
  leftovers: 0,
  waitedMs: 0,
  stdout: Buffer.alloc(0),
  stderr: Buffer.alloc(0),
};

function reason(change: Partial<ProgramResult>, name = 'c'): string | undefined {
  return processOutcome({ ...well, ...change }, limits, language(name))?.reason;
}

test('what a process did, the first in the order of judges', () => {
  const all = {
    outOfMemory: true,
    cpuExceeded: true,
    outputExceeded: true,
    wallExceeded: true,
    signal: 9,
    exitCode: 1,
  };
  assert.equal(reason({}), undefined);
  assert.equal(reason({ ...all, startError: 12 }), 'verifier_failure');
  assert.equal(reason({ ...all, startError: 8 }), 'runtime_error');
  assert.equal(reason({ startError: 2 }, 'python2'), 'bad_problem');
  assert.equal(reason({ ...all, processesExceeded: true }), 'runtime_error');
  assert.equal(reason(all), 'memory_limit');
  assert.equal(reason({ ...all, outOfMemory: false }), 'time_limit');
  assert.equal(reason({ ...all, outOfMemory: false, cpuExceeded: false }), 'output_limit');
  assert.equal(reason({ wallExceeded: true, signal: 9 }), 'idle_limit');
  assert.equal(reason({ signal: 11 }), 'runtime_error');
  assert.equal(reason({ exitCode: 3 }), 'runtime_error');
});

test('time and memory are measured, whoever ended the process', () => {
  assert.equal(reason({ cpuUs: 1_000_000 }), undefined);
  assert.equal(reason({ cpuUs: 1_000_001 }), 'time_limit');
  assert.equal(reason({ rssBytes: 64 << 20 }), undefined);
  assert.equal(reason({ rssBytes: (64 << 20) + 1 }), 'memory_limit');
  // Its own SIGKILL is a crash: neither a timer nor the kernel's want of memory ended it.
  assert.equal(reason({ signal: 9 }), 'runtime_error');
});

test('a wall time that was spent waiting for a processor is not the program’s doing', () => {
  const starved = { ...well, wallExceeded: true, waitedMs: 6_000 };
  assert.ok(wasStarved(starved, limits.program));
  assert.deepEqual(reason(starved), 'verifier_timeout');
  assert.ok(!wasStarved({ ...starved, waitedMs: 5_000 }, limits.program));
});

test('near the limit is over it, and not so far that the program was stopped', () => {
  assert.ok(isNearLimit({ ...well, cpuUs: 1_100_000 }, limits));
  assert.ok(!isNearLimit({ ...well, cpuUs: 900_000 }, limits));
  assert.ok(!isNearLimit({ ...well, cpuUs: 1_200_000, cpuExceeded: true }, limits));
});

test('languages tell by stderr what their exit code does not', () => {
  const stderr = (text: string) => ({ exitCode: 1, stderr: Buffer.from(text) });
  assert.equal(reason(stderr('Traceback …\nMemoryError\n'), 'python3'), 'memory_limit');
  assert.equal(reason(stderr('  x = \n     ^\nSyntaxError: invalid syntax\n'), 'python3'), 'compile_error');
  assert.equal(
    reason(stderr('Traceback (most recent call last):\n …\nSyntaxError: no\n'), 'python3'),
    'runtime_error',
  );
  assert.equal(
    reason(stderr('SyntaxError: bad\n    at wrapSafe (node:internal)\n\nNode.js v18'), 'javascript'),
    'compile_error',
  );
  assert.equal(
    reason(stderr('SyntaxError: bad\n    at JSON.parse (<anonymous>)\n'), 'javascript'),
    'runtime_error',
  );
  assert.equal(
    reason(stderr('Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'), 'java'),
    'memory_limit',
  );
  assert.equal(reason(stderr('MemoryError'), 'c'), 'runtime_error');
});

test('limits: defaults, factors, and room for what the supervisor keeps', () => {
  const of = (spec: Parameters<typeof programTests>[0], name = 'c') =>
    limitsOf(programTests(spec), language(name));
  assert.equal(of({}).cpuUs, 10e6);
  assert.equal(of({ timeLimitS: 2 }).program.wallUs, 21e6);
  assert.equal(of({ timeLimitS: 2, wallLimitS: 3 }).program.wallUs, 3e6);
  assert.equal(of({ timeLimitS: 2, languageFactors: [{ language: 'python3', time: 5 }] }).cpuUs, 2e6);
  assert.equal(
    of({ timeLimitS: 2, languageFactors: [{ language: 'python3', time: 5 }] }, 'python3').cpuUs,
    10e6,
  );
  assert.equal(
    of({ timeLimitS: 2, languageFactors: [{ language: 'Python', time: 5 }] }, 'python3').cpuUs,
    10e6,
  );
  const java = of({ memoryLimitBytes: 256 << 20 }, 'java');
  assert.ok(java.memoryBytes > 256 << 20 && java.containerBytes >= java.memoryBytes + (16 << 20));
});
