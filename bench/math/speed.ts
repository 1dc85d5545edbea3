/** Pairs per second and latency of one core, for us and for Math-Verify. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchesOf, type Ours } from './ours.ts';
import type { Peer } from './peer.ts';
import type { Pair, Suite } from './suites.ts';

export interface Workload {
  readonly name: string;
  readonly preset: string;
  readonly wrap: boolean;
  readonly pairs: readonly Pair[];
  /** The peer reads a reference answer only once in a row. */
  readonly keepGold?: boolean;
}

export interface Speed {
  readonly workload: string;
  /** Different pairs. */
  readonly pairs: number;
  /** Calls that they make, as a call has one reference answer. */
  readonly calls: number;
  /** Pairs per second: the same calls to a verifier that judges nothing, over gRPC through isolates, as a plain function. */
  readonly idle: number;
  readonly ours: number;
  readonly inProcess: number;
  /** Of the peer's own calls. */
  readonly peer: number | undefined;
}

export interface Latency {
  readonly workload: string;
  /** Milliseconds: at the client of one call per pair, what the service says it judged for, the peer's own calls. */
  readonly client: Percentiles;
  readonly service: Percentiles;
  readonly peer: Percentiles | undefined;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** The suites whose speed is measured, and one reference answer with many answers that repeat. */
export function workloadsOf(suites: readonly Suite[]): Workload[] {
  const wanted: Record<string, string> = {
    hardverify_math: 'hard pairs',
    math_verify_tests: "Math-Verify's own pairs",
    real_qwen_math_cot100: 'MATH responses',
    real_tora_gsm8k: 'GSM8K numbers',
  };
  const measured = suites.flatMap((suite) => {
    const name = wanted[suite.name];
    return name === undefined ? [] : [{ ...suite, name }];
  });
  const responses = measured.find(({ name }) => name === 'MATH responses');
  return [...measured, ...(responses ? [sampled(responses)] : []), repeated()];
}

/** Attempts that each response stands for where a problem is sampled often. */
const attempts = 16;

/** The same responses as texts that all differ: what repeated sampling looks like. */
function sampled(workload: Workload): Workload {
  const pairs = Array.from({ length: attempts }, (_, attempt) =>
    workload.pairs.map((pair): Pair => ({ ...pair, answer: `Attempt ${attempt + 1}: ${pair.answer}` })),
  ).flat();
  return { ...workload, name: `${workload.name}, ${attempts} × as many`, pairs };
}

function repeated(): Workload {
  const answers = [
    '3/4',
    '0.75',
    '\\frac{6}{8}',
    '75\\%',
    '\\frac{3}{5}',
    '\\boxed{\\frac34}',
    '-0.75',
    '4/3',
  ];
  const pairs = Array.from({ length: 1_000 }, (_, row): Pair => {
    const answer = answers[row % answers.length] ?? '';
    return { gold: '\\frac{3}{4}', answer, expected: undefined, row, options: {} };
  });
  const name = '1 gold × 1,000 answers, 8 distinct';
  return { name, preset: 'strict', wrap: true, pairs, keepGold: true };
}

/** `taskset` and one of our cores, the last one; empty where there is no taskset. */
export function oneCore(): string[] {
  if (spawnSync('taskset', ['--version']).status !== 0) return [];
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ['taskset', '-c', list.split(/[,-]/).at(-1) ?? '0'];
}

/** Least seconds that ours is measured for. */
const leastSeconds = 3;

/** Least pairs that are sent in a row: at the end of a row the service runs dry. */
const leastPairs = 8_000;

/** All are warm: passes go before those that count. */
export async function speedOf(
  workload: Workload,
  ours: Ours,
  idle: Ours,
  peer: Peer | undefined,
): Promise<Speed> {
  const { name, pairs } = workload;
  const times = peer && (await peerTimes(workload, peer));
  const peerSeconds = times && times.reduce((a, b) => a + b, 0) / 1000;
  return {
    workload: name,
    pairs: pairs.length,
    calls: batchesOf(pairs).length,
    idle: await rateOf(workload, idle),
    ours: await rateOf(workload, ours),
    inProcess: inProcess(workload),
    peer: peerSeconds && pairs.length / peerSeconds,
  };
}

async function rateOf({ pairs, preset }: Workload, verifier: Ours): Promise<number> {
  const batches = batchesOf(pairs).map(({ batch }) => batch);
  const rounds = Math.ceil(leastPairs / pairs.length);
  let round = 0;
  const pass = async () => {
    const marked = Array.from({ length: rounds }, () => markOf(round++)).flatMap((mark) =>
      batches.map(({ gold, answers }) => ({
        gold: gold + mark,
        answers: answers.map((answer) => answer + mark),
      })),
    );
    await verifier.verifyAll(marked, preset);
  };
  for (let seconds = 0; seconds < leastSeconds / 3; ) seconds += await secondsOf(pass);
  let [seconds, passes] = [0, 0];
  for (; seconds < leastSeconds; passes++) seconds += await secondsOf(pass);
  return (passes * rounds * pairs.length) / seconds;
}

/** The function alone, on the same core. */
function inProcess({ pairs, preset }: Workload): number {
  const script = join(import.meta.dirname, 'in-process.ts');
  const flags = ['--disable-warning=ExperimentalWarning', script];
  const [command = '', ...args] = [...oneCore(), process.execPath, ...flags];
  const input = JSON.stringify({ pairs, preset, seconds: leastSeconds });
  const { stdout } = spawnSync(command, args, {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return Number(stdout);
}

/** One pair in flight: what a caller waits for. */
export async function latencyOf(workload: Workload, ours: Ours, peer: Peer | undefined): Promise<Latency> {
  const { name, preset, pairs } = workload;
  const client: number[] = [];
  const service: number[] = [];
  for (let round = 0; round < 4; round++) {
    const mark = markOf(round);
    for (const { gold, answer } of pairs) {
      const start = performance.now();
      const [verdict] = await ours.verify({ gold: gold + mark, answers: [answer + mark] }, preset);
      // The first round warms up.
      if (round === 0) continue;
      client.push(performance.now() - start);
      service.push((verdict?.times?.serviceUs ?? Number.NaN) / 1000);
    }
  }
  const times = peer && (await peerTimes(workload, peer));
  return {
    workload: name,
    client: percentiles(client),
    service: percentiles(service),
    peer: times && percentiles(times),
  };
}

/** White space that makes the texts of a round differ from those of others, so that no verdict can be remembered. */
function markOf(round: number): string {
  return round.toString(2).replaceAll('0', ' ').replaceAll('1', '\n');
}

async function peerTimes({ pairs, wrap, keepGold }: Workload, peer: Peer): Promise<number[]> {
  await peer.judge(pairs, wrap, keepGold);
  return (await peer.judge(pairs, wrap, keepGold)).map(({ ms }) => ms);
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5) ?? Number.NaN, p99: at(0.99) ?? Number.NaN };
}
