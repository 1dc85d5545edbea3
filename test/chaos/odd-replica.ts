// A replica of the stub that breaks the contract in some of its calls: verdicts twice, too few, of strangers; the others
// come in any order, which is its right.
import type { VerdictInit, VerifyRequest, VerifyResponse } from '@assay/contract';
import { verifierService } from '@assay/contract';
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { randomNumbers } from '../support/random.ts';
import { stubVerdict } from '../support/stub-verdict.ts';

const random = randomNumbers(Number(process.env.ODD_SEED ?? 1));
const port = process.argv.at(-1);

const server = new Server();
server.addService(verifierService, {
  Describe: (_call: unknown, callback: (error: null, value: object) => void) =>
    callback(null, {
      ...{ name: 'stub', version: '1', kinds: ['math_answer'], decides: true, slots: 4, capacity: 64 },
      ...{ maxBatch: 16, candidateTimeoutMs: 5_000, maxMessageBytes: 4 << 20 },
    }),
  Verify: (call: ServerWritableStream<VerifyRequest, VerifyResponse>) => {
    const { problem, candidates } = call.request;
    const verdicts = candidates.map(({ index, text }): VerdictInit => {
      return { index, ...stubVerdict(problem?.mathAnswer?.gold, text) };
    });
    verdicts.sort(() => random() - 0.5);
    for (const verdict of disturbed(verdicts)) call.write({ verdicts: [verdict] } as VerifyResponse);
    call.end();
  },
});
server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
  if (error !== null) throw error;
  process.stdout.write(`${JSON.stringify({ ready: true, address: `127.0.0.1:${bound}` })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
process.stdin.on('end', () => process.exit(0)).resume();

function disturbed(verdicts: VerdictInit[]): VerdictInit[] {
  const [first] = verdicts;
  const chance = random();
  if (first === undefined || chance > 0.06) return verdicts;
  if (chance > 0.04) return [first, ...verdicts];
  if (chance > 0.02) return verdicts.slice(1);
  return [...verdicts.slice(1), { ...first, index: 1_000_000 }];
}
