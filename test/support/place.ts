/** What most tests begin with: samples in a file, a folder for the store, a replica of the stub. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { serve } from './assay.ts';
import { until } from './process.ts';
import { judgedBy, Replica } from './replica.ts';
import { expectedVerdicts, type SampleProblem, sampleProblems, writeSamples } from './samples.ts';
import { storedVerdicts } from './stored.ts';
import { tempDir } from './temp.ts';

export interface Place {
  dir: string;
  store: string;
  problems: SampleProblem[];
  /** Verdicts by `problem/candidate`. */
  expected: Map<string, string>;
  /** The file with the problems. */
  samples: string;
  replica: Replica;
  /** `assay run` of these samples, judged by the replica. */
  command: string[];
}

/** 2,000 candidates, some of them equal, for a replica that judges four at a time, `meanMs` milliseconds each. */
export async function prepare(t: TestContext, meanMs: number): Promise<Place> {
  const problems = sampleProblems({ problems: 20, candidates: 100, distinct: 0.9 });
  const dir = tempDir(t);
  const store = join(dir, 'store.db');
  const samples = writeSamples(join(dir, 'samples.jsonl'), problems);
  const replica = await Replica.start(t, { meanMs, flags: ['--slots', '4'] });
  const command = ['run', samples, ...judgedBy(replica), '--store', store];
  return { dir, store, problems, expected: expectedVerdicts(problems), samples, replica, command };
}

/** A server on the place's store and replica, and `assay run` of its samples there as run `r`. */
export async function serveAt(t: TestContext, { store, dir, samples, replica }: Place, port = '0') {
  const server = await serve(t, ['--port', port, '--store', store, '--verifier-address', replica.address]);
  const report = ['--report', join(dir, 'remote.json')];
  const there = ['--verifier', 'stub', '--orchestrator', server.address, '--run', 'r', ...report];
  return { server, remote: ['run', samples, ...there] };
}

/** Waits until a run is well on its way. */
export async function someVerdicts(store: string, run: string): Promise<void> {
  const count = async () => (await storedVerdicts(store, run).catch(() => new Map())).size;
  await until(`verdicts of ${run}`, async () => (await count()) > 20);
}
