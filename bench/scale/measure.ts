/** Service times that are measured here: the math verifier's, as it is served. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VerifierConnection } from '@assay/contract';
import { credentials } from '@grpc/grpc-js';
import { startService } from '../support/services.ts';

const repository = join(import.meta.dirname, '../..');

interface Row {
  id: string;
  prompt: string;
  gold: string;
  samples: string[];
}

/**
 * Seconds of CPU that the math verifier takes for a candidate of examples/math, all of its processes together: texts
 * that all differ, 64 a call, for about so many seconds.
 */
export async function measureMath(seconds: number): Promise<number> {
  const text = readFileSync(join(repository, 'examples/math/problems.jsonl'), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
  const service = await startService(join(repository, 'services/math/src/main.ts'), ['--slots', '2']);
  const connection = new VerifierConnection(service.address, credentials.createInsecure());
  try {
    let asked = 0;
    const ask = async ({ id, gold, samples }: Row) => {
      const candidates = Array.from({ length: 64 }, (_, index) => ({
        index,
        text: `Attempt ${asked++}: ${samples[index % samples.length]}`,
      }));
      const problem = { id, spec: 'mathAnswer' as const, mathAnswer: { gold } };
      const call = connection.verify({ problem, candidates });
      let count = 0;
      for await (const { verdicts } of call) count += verdicts.length;
      return count;
    };
    // Eight calls at a time: as many as its default capacity has room for, and more than it has slots.
    const round = async () => {
      let judged = 0;
      for (let from = 0; from < rows.length; from += 8) {
        for (const count of await Promise.all(rows.slice(from, from + 8).map(ask))) judged += count;
      }
      return judged;
    };
    // Compiled code and warm caches first.
    await round();
    const before = treeCpuSeconds(service.pid);
    const start = performance.now();
    let judged = 0;
    while (performance.now() - start < seconds * 1000) judged += await round();
    return (treeCpuSeconds(service.pid) - before) / judged;
  } finally {
    connection.close();
    await service.stop();
  }
}

/** User and system time of a process and of those below it (Linux; clock ticks of 10 ms). */
function treeCpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const below = children.filter((each) => each !== '').map((each) => treeCpuSeconds(Number(each)));
  return (Number(fields[11]) + Number(fields[12])) / 100 + below.reduce((sum, each) => sum + each, 0);
}
