// What the Lean verifier costs besides Lean: proofs per second through the whole service, with a REPL that takes no time.
//
//   assay bench lean [--seconds 5] [--rounds 3] [--slots 2]
//
// A stand-in answers like the REPL, at once. `bare` asks it the two commands that a check has, in a loop, and nothing
// else; `service` sends different proofs over gRPC to the verifier as it is served. Both have `slots` stand-ins and
// take turns. Last, what the scheduler takes for 100,000 jobs that wait.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ProblemInit, VerifierConnection, type VerifyResponse } from '@assay/contract';
import { credentials } from '@grpc/grpc-js';
import { queueCost } from './lean/queue.ts';
import { bareStandIns } from './lean/round-trips.ts';
import { startService } from './support/services.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    slots: { type: 'string', default: '2' },
    queue: { type: 'boolean', default: false },
  },
});
const [seconds, rounds, slots] = [Number(values.seconds), Number(values.rounds), Number(values.slots)];
// As much as the service takes at a time.
const [theorems, perCall] = [2 * slots, 64];

const header = 'import Mathlib\n\nopen Nat\n';
const proofOf = (i: number) => `:= by\n  have h${i} : 1 + 1 = 2 := rfl\n  exact h${i}`;
const statementOf = (theorem: string) => `theorem ${theorem} : 1 + 1 = 2`;

/** Proofs per second, and CPU milliseconds of the service for each. */
interface Figures {
  rate: number;
  cpuMs: number;
}

async function measureService(
  connection: VerifierConnection,
  cpuSeconds: () => number,
  unique: () => number,
  forSeconds: number,
): Promise<Figures> {
  const start = performance.now();
  const before = cpuSeconds();
  let proofs = 0;
  const client = async (theorem: string) => {
    const problem: ProblemInit = {
      id: theorem,
      theorem: { name: theorem, header, statement: statementOf(theorem) },
    };
    while (performance.now() - start < 1000 * forSeconds) {
      const candidates = Array.from({ length: perCall }, (_, index) => ({ index, text: proofOf(unique()) }));
      for await (const response of connection.Verify({ problem, candidates })) {
        for (const { status, reason, message } of (response as VerifyResponse).verdicts) {
          if (status !== 'CORRECT') throw new Error(`${status} ${reason}: ${message}`);
          proofs++;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: theorems }, (_, i) => client(`theorem_${i}`)));
  const passed = (performance.now() - start) / 1000;
  return { rate: proofs / passed, cpuMs: (1000 * (cpuSeconds() - before)) / proofs };
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

async function overhead(): Promise<void> {
  const service = await startService(join(import.meta.dirname, 'lean/stand-in-service.ts'), [
    '--slots',
    `${slots}`,
  ]);
  const connection = new VerifierConnection(service.address, credentials.createInsecure());
  const program = `${statementOf('theorem_0')} ${proofOf(0)}\n`;
  const bare = await bareStandIns(slots, header, program, 'theorem_0');
  let count = 0;
  const unique = () => count++;
  const [bares, services]: [number[], Figures[]] = [[], []];
  try {
    await measureService(connection, service.cpuSeconds, unique, 1);
    await bare.rate(1);
    for (let round = 0; round < rounds; round++) {
      bares.push(await bare.rate(seconds));
      services.push(await measureService(connection, service.cpuSeconds, unique, seconds));
    }
  } finally {
    connection.close();
    await Promise.all([bare.stop(), service.stop()]);
  }
  const [bareRate, rate] = [median(bares), median(services.map((figures) => figures.rate))];
  console.log(
    `${slots} stand-ins, ${theorems} theorems, calls of ${perCall} different proofs, medians of ${rounds} rounds\n`,
  );
  console.log(`bare: two commands a proof in a loop   ${bareRate.toFixed(0).padStart(7)}/s`);
  console.log(
    `service, over gRPC                     ${rate.toFixed(0).padStart(7)}/s   ${(rate / bareRate).toFixed(2)} × bare, ` +
      `${median(services.map((figures) => figures.cpuMs)).toFixed(2)} ms CPU of the service each`,
  );
}

async function queue(): Promise<void> {
  console.log(
    '\nscheduler, 100,000 jobs   bytes each   µs to submit   µs to pick and settle   ms to give all up',
  );
  for (const many of [1, 244, 100_000]) {
    const cost = await queueCost(100_000, many);
    const name = `of ${many.toLocaleString('en-US')} ${many === 1 ? 'theorem' : 'theorems'}`;
    console.log(
      name.padEnd(23) +
        cost.bytesEach.toFixed(0).padStart(13) +
        cost.submitUs.toFixed(1).padStart(15) +
        cost.pickUs.toFixed(1).padStart(24) +
        cost.cancelMs.toFixed(0).padStart(20),
    );
  }
}

// Memory is counted in a process of its own, which collects garbage when told.
if (values.queue) await queue();
else {
  await overhead();
  spawnSync(process.execPath, ['--expose-gc', import.meta.filename, '--queue'], { stdio: 'inherit' });
}
