/** The math verifier as a service process, and what it says of pairs. */
import { join } from 'node:path';
import {
  type CandidateInit,
  type ProblemInit,
  problemDigest,
  type Verdict,
  VerifierConnection,
  type VerifyResponse,
} from '@assay/contract';
import { mathService } from '@assay/math';
import { credentials } from '@grpc/grpc-js';
import { type Service, startService } from '../support/services.ts';
import type { Pair } from './suites.ts';

/** One call: a reference answer and candidates for it. */
export interface Batch {
  readonly gold: string;
  readonly answers: readonly string[];
}

export interface Ours {
  readonly service: Service;
  /** Verdicts of one batch, by position. */
  verify(batch: Batch, preset: string): Promise<Verdict[]>;
  /** The same for many, with so many candidates in flight that the service always has the next batch. */
  verifyAll(batches: readonly Batch[], preset: string): Promise<Verdict[][]>;
  stop(): Promise<void>;
}

/** Candidates in one call, and in flight. */
const [maxBatch, maxInFlight] = [256, 512];

/** Starts it with one slot; `prefix` comes before its command, such as `taskset -c 0`. */
export async function startOurs(prefix: readonly string[] = []): Promise<Ours> {
  const { entry, nodeFlags } = mathService;
  return connectTo(await startService(entry, ['--slots', '1'], nodeFlags, prefix));
}

/** Starts a verifier that judges nothing: what it can do is the limit of kit and gRPC. */
export async function startIdle(prefix: readonly string[] = []): Promise<Ours> {
  return connectTo(await startService(join(import.meta.dirname, '../support/noop.ts'), [], [], prefix));
}

function connectTo(service: Service): Ours {
  const connection = new VerifierConnection(service.address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
  });
  const verify = async ({ gold, answers }: Batch, preset: string) => {
    const problem: ProblemInit = {
      id: 'p',
      mathAnswer: { gold, policy: preset === 'strict' ? '' : preset },
      spec: 'mathAnswer',
    };
    const candidates: CandidateInit[] = answers.map((text, index) => ({ index, text }));
    const call = connection.verify({ problem, problemDigest: problemDigest(problem), candidates });
    const verdicts: Verdict[] = [];
    for await (const response of call) {
      for (const verdict of (response as VerifyResponse).verdicts) verdicts[verdict.index] = verdict;
    }
    return verdicts;
  };
  return {
    service,
    verify,
    async verifyAll(batches, preset) {
      const results: Verdict[][] = [];
      const entries = batches.entries();
      const widest = Math.max(1, ...batches.map(({ answers }) => answers.length));
      const send = async () => {
        for (const [at, batch] of entries) results[at] = await verify(batch, preset);
      };
      await Promise.all(Array.from({ length: Math.max(2, Math.floor(maxInFlight / widest)) }, send));
      return results;
    },
    async stop() {
      connection.close();
      await service.stop();
    },
  };
}

/** Pairs with the same reference answer, in calls of at most `maxBatch`. */
export function batchesOf(pairs: readonly Pair[]): { batch: Batch; pairs: Pair[] }[] {
  const groups: Pair[][] = [];
  for (const group of Map.groupBy(pairs, ({ gold }) => gold).values()) {
    for (let from = 0; from < group.length; from += maxBatch) groups.push(group.slice(from, from + maxBatch));
  }
  return groups.map((group) => ({
    batch: { gold: group[0]?.gold ?? '', answers: group.map(({ answer }) => answer) },
    pairs: group,
  }));
}
