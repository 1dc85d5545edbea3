// Orchestrator with a no-op verifier: candidates/s and memory, beside the limits of raw gRPC and the raw store.
//
//   assay bench orchestrator [--problems 128] [--candidates 10000]
//
// Everything real: a kit verifier in its own process, gRPC over loopback, the durable SQLite store (full sync). All
// texts differ (about 300 bytes), so that nothing is shared. The limits do the same work with everything else left
// out: the client of the raw gRPC figure only sends batches and reads verdicts; the raw store figure only commits.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SubmitChunk } from '@assay/client';
import { type CandidateInit, judgementKey, VerifierConnection, type VerifyResponse } from '@assay/contract';
import { Orchestrator } from '@assay/orchestrator';
import { openSqliteStore } from '@assay/store';
import { credentials } from '@grpc/grpc-js';
import { type Service, startService } from './support/services.ts';

const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '128' },
    candidates: { type: 'string', default: '10000' },
    part: { type: 'string' },
    address: { type: 'string' },
  },
});
const problems = Number(values.problems);
const candidates = Number(values.candidates);
const total = problems * candidates;
const padding = 'Let us think step by step. '.repeat(10);

const problemOf = (p: number) => ({
  id: `problem-${p}`,
  prompt: `question ${p}`,
  mathAnswer: { gold: '1' },
  spec: 'mathAnswer' as const,
});
const candidateOf = (p: number, index: number): CandidateInit => ({
  index,
  text: `${padding} ${p}/${index}: the answer is ${(index * 7919) % 10}`,
});

async function* input(): AsyncGenerator<SubmitChunk> {
  for (let p = 0; p < problems; p++) {
    const problem = problemOf(p);
    for (let from = 0; from < candidates; from += 256) {
      const size = Math.min(256, candidates - from);
      yield { problem, candidates: Array.from({ length: size }, (_, i) => candidateOf(p, from + i)) };
    }
  }
}

interface Result {
  rate: number;
  cpuUs: number;
  peakMb: number;
  /** Resident memory after each eighth of the work. */
  rssMb?: number[];
}

async function measure(work: () => Promise<number[] | undefined>): Promise<Result> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const rssMb = await work();
  const { user, system } = process.cpuUsage(cpu);
  return {
    rate: (total / (performance.now() - start)) * 1000,
    cpuUs: (user + system) / total,
    peakMb: process.resourceUsage().maxRSS / 1024,
    ...(rssMb && { rssMb }),
  };
}

const parts: Record<string, (address: string, dir: string) => Promise<Result>> = {
  async grpc(address) {
    const connection = new VerifierConnection(address, credentials.createInsecure());
    const result = await measure(async () => {
      const batches = input();
      const sender = async () => {
        for await (const { problem, candidates: batch } of {
          [Symbol.asyncIterator]: () => ({ next: () => batches.next() }),
        }) {
          const call = connection.verify({ problem, candidates: [...batch] });
          let verdicts = 0;
          for await (const response of call) verdicts += (response as VerifyResponse).verdicts.length;
          if (verdicts !== batch.length) throw new Error(`${verdicts} verdicts of ${batch.length}`);
        }
      };
      await Promise.all(Array.from({ length: 4 }, sender));
      return undefined;
    });
    connection.close();
    return result;
  },

  async store(_, dir) {
    const store = openSqliteStore(join(dir, 'raw.db'));
    await store.openRun({ id: 'raw', verifiers: ['noop'], earlyStop: false, maxAttempts: 0, labels: {} });
    const verdict = {
      index: 0,
      status: 'CORRECT',
      reason: '',
      message: '',
      answer: '1',
      answerClass: '1',
      parts: [],
      times: null,
      retryable: false,
    } as const;
    const result = await measure(async () => {
      for (let p = 0; p < problems; p++) {
        const handle = await store.putProblem(
          'raw',
          { id: problemOf(p).id, dataset: '', promptTokens: 0 },
          `${p}`,
        );
        for (let from = 0; from < candidates; from += 2_000) {
          const size = Math.min(2_000, candidates - from);
          await store.commit(
            Array.from({ length: size }, (_, i) => ({
              problem: handle,
              verifier: 0,
              candidate: from + i,
              tokens: 0,
              source: 'JUDGED' as const,
              judgement: {
                key: judgementKey('noop', '1', `${p}`, `${from + i}`),
                verdict: { ...verdict, parts: [] },
                replica: 'none',
                attempts: 1,
              },
            })),
          );
        }
      }
      return undefined;
    });
    await store.close();
    return result;
  },

  async orchestrator(address, dir) {
    const store = openSqliteStore(join(dir, 'run.db'));
    const orchestrator = new Orchestrator(store, [address]);
    await orchestrator.createRun({ id: 'bench', verifiers: ['noop'] });
    const result = await measure(async () => {
      const rssMb: number[] = [];
      let chunks = 0;
      const eighth = Math.ceil((problems * Math.ceil(candidates / 256)) / 8);
      async function* watched() {
        for await (const chunk of input()) {
          if (++chunks % eighth === 0) rssMb.push(process.memoryUsage.rss() / 2 ** 20);
          yield chunk;
        }
      }
      await orchestrator.submit('bench', watched(), { complete: true });
      return rssMb;
    });
    const stored = (await store.tallies('bench')).reduce(
      (n, tally) => n + tally.correct + tally.incorrect,
      0,
    );
    if (stored !== total) throw new Error(`${stored} verdicts stored, not ${total}`);
    await orchestrator.close();
    await store.close();
    return result;
  },
};

/** Each part in a process of its own, so that none pays for the memory of another. */
async function runPart(part: string, service: Service): Promise<Result & { verifierUs: number }> {
  const before = service.cpuSeconds();
  const child = fork(
    import.meta.filename,
    [...process.argv.slice(2), '--part', part, '--address', service.address],
    {
      execArgv: process.execArgv,
    },
  );
  const [result] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`part ${part} exited with ${code}`);
    }),
  ])) as [Result];
  return { ...result, verifierUs: ((service.cpuSeconds() - before) * 1e6) / total };
}

if (values.part !== undefined) {
  const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    process.send?.(await parts[values.part]?.(values.address ?? '', dir));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  process.disconnect?.();
} else {
  const service = await startService(join(import.meta.dirname, 'support/noop.ts'));
  console.log(
    `${problems} problems × ${candidates} candidates = ${total.toLocaleString('en-US')}, all different\n`,
  );
  console.log('part           candidates/s   CPU µs each   verifier µs   peak RSS MB');
  const results: Record<string, Result> = {};
  for (const part of ['grpc', 'store', 'orchestrator']) {
    const result = await runPart(part, service);
    results[part] = result;
    const cells = [
      result.rate.toFixed(0),
      result.cpuUs.toFixed(1),
      result.verifierUs.toFixed(1),
      result.peakMb.toFixed(0),
    ];
    console.log(part.padEnd(12) + cells.map((cell) => cell.padStart(13)).join(' '));
  }
  await service.stop();
  const rate = (part: string) => results[part]?.rate ?? Number.NaN;
  // One process that sends, reads and stores can at best do one after the other.
  const limit = 1 / (1 / rate('grpc') + 1 / rate('store'));
  console.log(`\nlimit of raw gRPC and raw store one after the other: ${limit.toFixed(0)}/s`);
  console.log(`orchestrator: ${((100 * rate('orchestrator')) / limit).toFixed(0)} % of it`);
  console.log(
    `RSS after each eighth, MB: ${results.orchestrator?.rssMb?.map((mb) => mb.toFixed(0)).join(' ')}`,
  );
}
