/** The assay command as its users run it: a process. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Report } from '@assay/report';
import { type Ended, type Running, type StartOptions, startNode } from './process.ts';
import { repository } from './temp.ts';

const main = join(repository, 'packages/cli/src/main.ts');

export function startAssay(t: TestContext, args: readonly string[], options?: StartOptions): Running {
  return startNode(t, main, args, options);
}

export function assay(t: TestContext, args: readonly string[], options?: StartOptions): Promise<Ended> {
  return startAssay(t, args, options).ended;
}

/** A server of the orchestrator, once it is ready. */
export async function serve(
  t: TestContext,
  args: readonly string[],
  options?: StartOptions,
): Promise<Running & { address: string }> {
  const server = startAssay(t, ['serve', ...args], options);
  const { address } = JSON.parse(await server.line(/"ready":true/)) as { address: string };
  return Object.assign(server, { address });
}

/** The report that `--json` printed. */
export function reportOf({ stdout, stderr, code }: Ended): Report {
  try {
    return JSON.parse(stdout) as Report;
  } catch (cause) {
    throw new Error(`no report (exit code ${code})\n${stdout}\n${stderr}`, { cause });
  }
}

/** The part of a report that depends on verdicts alone. */
export function resultsOf(ended: Ended): Report['results'] {
  return reportOf(ended).results;
}

/** Real data for local tests, which is no part of the project. */
export function sharedData(path: string): { path: string; skip: string | false } {
  const full = join(repository, '../shared/data', path);
  return { path: full, skip: existsSync(full) ? false : `no ../shared/data/${path}` };
}

/** Rows of a JSON Lines file. */
export function readRows<T>(path: string): T[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}
