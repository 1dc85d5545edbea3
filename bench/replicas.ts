// One orchestrator (or several) over 1 to N replicas of a verifier that sleeps 20 ms: throughput, linearity, CPU share.
//
//   assay bench replicas [--replicas 1,2,4,8,16,32] [--slots 4] [--seconds 5] [--orchestrators 1,2,3] [--awake]
//
// Everything real: each replica a kit verifier in its own process, each orchestrator, with its SQLite store, in another,
// gRPC over loopback. All texts differ. Linear is what that many slots can judge: a candidate every 20 ms each. The
// replicas' own CPU is stated as well, as it is on the same cores here; in a fleet it is not. --awake keeps processors from
// sleeping (support/awake.ts); "of all" then counts those that only stay awake.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SubmitChunk } from '@assay/client';
import { Orchestrator } from '@assay/orchestrator';
import { openSqliteStore } from '@assay/store';
import { stayAwake } from './support/awake.ts';
import { type Service, startService } from './support/services.ts';

const { values } = parseArgs({
  options: {
    replicas: { type: 'string', default: '1,2,4,8,16,32' },
    slots: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '5' },
    orchestrators: { type: 'string', default: '1,2,3' },
    awake: { type: 'boolean', default: false },
    addresses: { type: 'string' },
    candidates: { type: 'string', default: '0' },
  },
});
const sleepMs = 20;
const slots = Number(values.slots);
const seconds = Number(values.seconds);
const padding = 'Let us think step by step. '.repeat(10);
const perProblem = 1_000;

function* input(who: number, candidates: number): Generator<SubmitChunk> {
  for (let from = 0; from < candidates; from += 250) {
    const p = Math.floor(from / perProblem);
    const size = Math.min(250, candidates - from);
    yield {
      problem: { id: `p${p}`, prompt: `question ${p}`, mathAnswer: { gold: '1' }, spec: 'mathAnswer' },
      candidates: Array.from({ length: size }, (_, i) => ({
        index: (from % perProblem) + i,
        text: `${padding} ${who}/${from + i}`,
      })),
    };
  }
}

/** What was done until then; `at`: milliseconds of the machine's clock, which all processes have. */
interface Mark {
  at: number;
  done: number;
  /** Microseconds of the orchestrator's process, its store's thread included. */
  cpu: number;
  /** Milliseconds that cores were busy, by whichever process. */
  busy: number;
}

/** Milliseconds that this machine's cores were busy. */
function busyMs(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
}

/** One orchestrator, in a process of its own: its marks, of the middle of its run, without start and end. */
async function orchestrate(addresses: string[], candidates: number): Promise<Mark[]> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const store = openSqliteStore(join(dir, 'run.db'));
  const orchestrator = new Orchestrator(store, addresses);
  try {
    await orchestrator.createRun({ id: 'bench', verifiers: ['sleeper'] });
    let done = 0;
    const marks: Mark[] = [];
    await orchestrator.submit('bench', asAsync(input(process.pid, candidates)), {
      complete: true,
      onVerdicts: ({ length }) => {
        done += length;
        const at = performance.timeOrigin + performance.now();
        if (done < candidates * 0.2 || done > candidates * 0.8 || at < (marks.at(-1)?.at ?? 0) + 20) return;
        const { user, system } = process.cpuUsage();
        marks.push({ at, done, cpu: user + system, busy: busyMs() });
      },
    });
    return marks;
  } finally {
    await orchestrator.close();
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function* asAsync<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Between the marks on both sides of a moment. */
function markAt(marks: readonly Mark[], at: number): Mark {
  const after = marks.find((mark) => mark.at >= at) ?? (marks.at(-1) as Mark);
  const before = marks.findLast((mark) => mark.at <= at) ?? after;
  const share = after.at > before.at ? (at - before.at) / (after.at - before.at) : 0;
  const between = (of: 'done' | 'cpu' | 'busy') => before[of] + share * (after[of] - before[of]);
  return { at, done: between('done'), cpu: between('cpu'), busy: between('busy') };
}

async function measure(services: Service[], orchestrators: number) {
  const linear = (services.length * slots * 1000) / sleepMs;
  const candidates = Math.ceil((linear * seconds) / orchestrators);
  const addresses = services.map(({ address }) => address).join(',');
  const before = services.reduce((sum, service) => sum + service.cpuSeconds(), 0);
  const results = await Promise.all(
    Array.from({ length: orchestrators }, async () => {
      const flags = ['--addresses', addresses, '--candidates', `${candidates}`];
      const child = fork(import.meta.filename, flags, { execArgv: process.execArgv });
      const failed = once(child, 'exit').then(([code]) => {
        throw new Error(`an orchestrator exited with ${code}`);
      });
      const [marks] = (await Promise.race([once(child, 'message'), failed])) as [Mark[]];
      return marks;
    }),
  );
  const verifierCpu = services.reduce((sum, service) => sum + service.cpuSeconds(), 0) - before;
  const total = candidates * orchestrators;
  // While all of them were in the middle of their runs.
  const from = Math.max(...results.map(([first]) => first?.at ?? Number.NaN));
  const to = Math.min(...results.map((marks) => marks.at(-1)?.at ?? Number.NaN));
  if (!(to > from)) throw new Error('The orchestrators were never at work together: give more --seconds.');
  const spans = results.map((marks) => {
    const [start, end] = [markAt(marks, from), markAt(marks, to)];
    return { judged: end.done - start.done, cpu: end.cpu - start.cpu, busy: end.busy - start.busy };
  });
  const sum = (of: (span: (typeof spans)[0]) => number) => spans.reduce((all, each) => all + of(each), 0);
  const judged = spans.map((span) => span.judged);
  return {
    linear,
    rate: (sum((span) => span.judged) * 1000) / (to - from),
    fairness: Math.min(...judged) / Math.max(...judged),
    cpuUs: sum(({ cpu }) => cpu) / sum((span) => span.judged),
    verifierUs: (verifierCpu * 1e6) / total,
    busy: sum(({ busy }) => busy) / orchestrators / (to - from),
  };
}

if (values.addresses !== undefined) {
  process.send?.(await orchestrate(values.addresses.split(','), Number(values.candidates)));
  process.disconnect?.();
} else {
  const services: Service[] = [];
  const release = values.awake ? stayAwake() : () => {};
  console.log(
    `a verifier that sleeps ${sleepMs} ms, ${slots} slots a replica; ${availableParallelism()} cores for everything\n`,
  );
  console.log(
    'orchestrators  replicas  candidates/s  of linear  CPU µs each  verifier µs  cores: ours  of all  slowest/fastest',
  );
  try {
    for (const count of values.replicas.split(',').map(Number)) {
      while (services.length < count) {
        services.push(
          await startService(join(import.meta.dirname, 'support/sleeper.ts'), ['--slots', `${slots}`]),
        );
      }
      for (const orchestrators of values.orchestrators.split(',').map(Number)) {
        const { linear, rate, fairness, cpuUs, verifierUs, busy } = await measure(services, orchestrators);
        const cells = [
          `${orchestrators}`.padEnd(13),
          `${count}`.padStart(10),
          rate.toFixed(0).padStart(14),
          `${((100 * rate) / linear).toFixed(0)} %`.padStart(11),
          cpuUs.toFixed(0).padStart(13),
          verifierUs.toFixed(0).padStart(13),
          (((cpuUs + verifierUs) * rate) / 1e6).toFixed(2).padStart(13),
          busy.toFixed(2).padStart(8),
          fairness.toFixed(2).padStart(17),
        ];
        console.log(cells.join(''));
        if (orchestrators === 1) {
          const fed = 1e6 / cpuUs / ((slots * 1000) / sleepMs);
          console.log(`${' '.repeat(15)}one core of an orchestrator feeds ${fed.toFixed(0)} such replicas`);
        }
      }
    }
  } finally {
    release();
    await Promise.all(services.map((service) => service.stop()));
  }
}
