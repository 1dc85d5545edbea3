/** Whatever comes: verdicts within the deadline, the others' verdicts untouched, memory back to where it was. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Problem, ProblemInit, VerdictInit } from '@assay/contract';
import { type CheckResult, conformance, serveVerifier, type VerifyContext } from '@assay/verifier-kit';
import { bombs } from './bombs.fixture.ts';
import { bundle } from './bundle.ts';
import { mathService } from './index.ts';
import { mathVerifier } from './service.ts';

const timeoutMs = 2_000;

/** For what the stages, the machine and other tests take besides. */
const slackMs = 150;

describe('bombs', () => {
  const definition = mathVerifier({ timeoutMs });
  before(() => definition.start?.({ slots: 1, capacity: 1_024, maxBatch: 512, candidateTimeoutMs: 30_000 }));
  after(() => definition.stop?.());

  async function verify(gold: string, texts: string[]): Promise<{ verdicts: VerdictInit[]; ms: number }> {
    const problem = {
      id: 'p',
      spec: 'mathAnswer',
      mathAnswer: { gold, policy: '' },
    } as ProblemInit as Problem;
    const refused = definition.checkProblem?.(problem);
    if (refused !== undefined) {
      return {
        verdicts: texts.map((_, index) => ({ index, status: 'ERROR', reason: 'bad_problem' })),
        ms: 0,
      };
    }
    const start = performance.now();
    const verdicts: VerdictInit[] = [];
    const context = { signal: new AbortController().signal } as VerifyContext;
    const candidates = texts.map((text, index) => ({ index, text, tokens: 0 }));
    for await (const some of definition.verifyBatch?.(problem, candidates, context) ?? [])
      verdicts.push(...some);
    return {
      verdicts: verdicts.sort((a, b) => (a.index ?? 0) - (b.index ?? 0)),
      ms: performance.now() - start,
    };
  }

  const written = (bomb: string) => [bomb, `$${bomb}$`, `So the answer is \\boxed{${bomb}}.`];

  for (const [name, bomb] of Object.entries(bombs)) {
    test(name, async (t) => {
      const as = {
        candidate: await verify('123457', written(bomb)),
        reference: await verify(bomb, ['123457', ...written(bomb)]),
      };
      for (const [role, { verdicts, ms }] of Object.entries(as)) {
        const limit = verdicts.length * timeoutMs + slackMs;
        assert.ok(ms < limit, `as ${role}: ${ms} ms`);
        for (const { status, message } of verdicts) assert.notEqual(status, undefined, message);
      }
      for (const { status, answer } of as.candidate.verdicts) assert.notEqual(status, 'CORRECT', answer);
      assert.notEqual(as.reference.verdicts[0]?.status, 'CORRECT');
      const slowest = Math.max(as.candidate.ms, as.reference.ms);
      const faults = [...as.candidate.verdicts, ...as.reference.verdicts].filter(({ reason }) =>
        reason?.startsWith('verifier_'),
      );
      if (slowest > 50 || faults.length > 0) {
        t.diagnostic(
          `${slowest.toFixed(0)} ms, ${faults.map(({ reason, message }) => `${reason} (${message})`)}`,
        );
      }
    });
  }

  test('all at once, among others', async () => {
    const texts = Object.values(bombs).flatMap((bomb) => [bomb, '\\boxed{5}', '\\boxed{6}']);
    const { verdicts } = await verify('5', texts);
    for (const [at, { status }] of verdicts.entries()) {
      if (at % 3 > 0) assert.equal(status, at % 3 === 1 ? 'CORRECT' : 'INCORRECT');
    }
  });
});

function failures(results: CheckResult[]): string[] {
  return results
    .filter(({ status }) => status === 'fail')
    .map(({ group, name, detail }) => `${group}/${name}: ${detail}`);
}

const problem: ProblemInit = { mathAnswer: { gold: '5' } };

test('planted loops, native operations, endless recursion: the contract is kept', async (t) => {
  const source = await bundle(join(import.meta.dirname, 'service.fixture.ts'));
  const definition = mathVerifier({ source, timeoutMs: 100, memoryMb: 32 });
  const verifier = await serveVerifier(definition, { slots: 2, logLevel: 'silent' });
  t.after(() => verifier.close());
  const before = memoryMb(process.pid);
  // No memory bomb: whether memory or time ends it is chance, and a verdict is to be the same every time.
  const candidates = ['5', 'loop', '6', 'native', 'deep'];
  const results = await conformance(verifier.address, { problem, candidates });
  assert.deepEqual(failures(results), []);
  const grown = memoryMb(process.pid) - before;
  await verifier.drain();
  assert.ok(grown < 256, `${grown} MB more than before`);
});

test('bombs of every kind, as a process: the contract is kept, and memory given back', {
  timeout: 300_000,
}, async (t) => {
  const { pid, address } = await start(t);
  const candidates = ['\\boxed{5}', ...Object.values(bombs)];
  // What is warm stays: the first round makes it so.
  assert.deepEqual(failures(await conformance(address, { problem, candidates })), []);
  const before = memoryMb(pid);
  const results = await conformance(address, { problem, candidates });
  const grown = memoryMb(pid) - before;
  assert.deepEqual(failures(results), []);
  t.diagnostic(
    `${before} MB, ${grown} MB more after the second round; children ${children(pid).map(residentMb)}`,
  );
  assert.ok(grown < 100, `${grown} MB more than before`);
  for (const child of children(pid)) assert.ok(residentMb(child) < 256);
  // And it drains.
  const few = candidates.slice(0, 2);
  assert.deepEqual(failures(await conformance(address, { problem, candidates: few, pid })), []);
});

async function start(t: TestContext): Promise<{ pid: number; address: string }> {
  const child = spawn(
    process.execPath,
    [...mathService.nodeFlags, mathService.entry, '--port', '0', '--slots', '2'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { pid: child.pid ?? 0, address: (JSON.parse(line) as { address: string }).address };
}

/** Resident memory of a process and its children, in whole megabytes. */
function memoryMb(pid: number): number {
  return [pid, ...children(pid)].reduce((sum, one) => sum + residentMb(one), 0);
}

function children(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && field(name, 'PPid') === pid)
    .map(Number);
}

function residentMb(pid: number): number {
  return field(String(pid), 'VmRSS') >> 10;
}

function field(pid: string, name: string): number {
  try {
    return Number(
      new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0,
    );
  } catch {
    // It has ended.
    return 0;
  }
}
