/** Whether a verifier keeps the contract, check by check. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { AssayError, messageOf, type ProblemInit } from '@assay/contract';
import {
  type CheckResult,
  type ConformanceOptions,
  conformance,
  judgedCheck,
  junitOf,
  requirements,
} from '@assay/verifier-kit';
import { exitCodes, usageError } from './exit.ts';
import { oneLine, painter, type Style } from './terminal.ts';

export interface CheckOptions {
  pid?: number;
  /** File with a problem and candidates. */
  problem?: string;
  /** Milliseconds. */
  timeout?: number;
  /** File that is written. */
  junit?: string;
  list?: boolean;
  json?: boolean;
}

const marks: Record<CheckResult['status'], [mark: string, style: Style]> = {
  pass: ['✓', 'green'],
  fail: ['✗', 'red'],
  skip: ['–', 'yellow'],
};

const problemForm = 'which holds {"problem": {…}, "candidates": ["…", …]}';

/**
 * Prints every check as it ends; answers with the exit code.
 * Errors: `verifier_unreachable` where nothing listens at the address, `usage`.
 */
export async function checkConformance(address: string | undefined, options: CheckOptions): Promise<number> {
  if (address === undefined) throw usageError('Which verifier?', 'Give its HOST:PORT, or --list.');
  const paint = painter(process.stdout);
  let group = '';
  const onCheck = (result: CheckResult) => {
    if (result.group !== group) process.stdout.write(`${paint('bold', result.group)}\n`);
    group = result.group;
    const [mark, style] = marks[result.status];
    const detail = result.detail === '' ? '' : `: ${oneLine(result.detail)}`;
    process.stdout.write(`  ${paint(style, mark)} ${result.name}${detail}\n`);
  };
  const given: ConformanceOptions = {
    ...(options.problem !== undefined && (await readProblem(options.problem))),
    ...(options.pid !== undefined && { pid: options.pid }),
    ...(options.timeout !== undefined && { timeoutMs: options.timeout }),
    ...(!options.json && { onCheck }),
  };
  await reach(address);
  const results = await conformance(address, given);
  if (options.junit !== undefined) await writeFile(options.junit, junitOf(address, results));
  const count = (status: CheckResult['status']) =>
    results.filter((result) => result.status === status).length;
  const [passed, failed, skipped] = [count('pass'), count('fail'), count('skip')];
  if (options.json) process.stdout.write(`${JSON.stringify({ address, results }, null, 2)}\n`);
  else process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  if (failed > 0) return exitCodes.failed;
  if (results.some(({ name, status }) => name === judgedCheck && status === 'pass')) return exitCodes.ok;
  process.stderr.write(
    'It was not checked how it judges, as the problem made up for its kind is none that it can judge.\n' +
      `  Give one: --problem FILE, ${problemForm}\n`,
  );
  return exitCodes.incomplete;
}

/** Prints what the contract demands, and which checks hold a verifier to it. */
export function listRequirements({ json }: Pick<CheckOptions, 'json'>): void {
  if (json) return void process.stdout.write(`${JSON.stringify({ requirements }, null, 2)}\n`);
  const paint = painter(process.stdout);
  let last = '';
  for (const { of, text, checks } of requirements) {
    if (of !== last) process.stdout.write(`${paint('bold', of)}\n`);
    last = of;
    process.stdout.write(`  ${text}\n    ${checks.join(', ')}\n`);
  }
}

const reachMs = 5_000;

/** Settles where something listens: without that, every check would fail for the same reason. */
async function reach(address: string): Promise<void> {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[(.*)\]$/, '$1');
  const socket = connect({ host, port: Number(address.slice(at + 1)) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(reachMs) });
  } catch (cause) {
    throw new AssayError('verifier_unreachable', `Nothing answers at ${address}: ${messageOf(cause)}`, {
      mend: 'Start the verifier first; its first line on stdout says its address.',
      cause,
    });
  } finally {
    socket.destroy();
  }
}

/** A file {problem, candidates}: a problem in the JSON form of assay.v1.Problem, and texts. Error: `usage`. */
async function readProblem(file: string): Promise<{ problem: ProblemInit; candidates?: string[] }> {
  const mend = `Name a file ${problemForm}.`;
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw usageError(`Cannot read ${file}: ${messageOf(error)}`, mend);
  }
  const { problem, candidates } = (value ?? {}) as { problem?: unknown; candidates?: unknown };
  const texts =
    candidates === undefined || (Array.isArray(candidates) && candidates.every((c) => typeof c === 'string'));
  if (typeof problem !== 'object' || problem === null || !texts)
    throw usageError(`${file} has another form.`, mend);
  return { problem, ...(candidates !== undefined && { candidates: candidates as string[] }) };
}
