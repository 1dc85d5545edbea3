/** The conformance suite: says of any address whether a correct verifier is there, by the contract alone. */
import { type DescribeResponse, Dialer, messageOf, type ProblemInit, type Verdict } from '@assay/contract';
import { type Check, type CheckResult, Failed, type Group, Skipped, type Target } from './check.ts';
import { candidates, connect, describe, giveOne, type Outcome, request, verify } from './client.ts';
import { describeGroup } from './describe.ts';
import { discovery } from './discovery.ts';
import { drain } from './drain.ts';
import { load } from './load.ts';
import { problems } from './problems.ts';
import { requests } from './requests.ts';
import { robustness } from './robustness.ts';
import { sampleOf } from './samples.ts';
import { verdicts } from './verdicts.ts';
import { wire } from './wire.ts';

export interface ConformanceOptions {
  /** A problem that the verifier takes; needed where its kinds have no sample here. */
  problem?: ProblemInit;
  /** Candidate texts for it. */
  candidates?: string[];
  /** The verifier's process: it is then also drained (and ends). */
  pid?: number;
  onCheck?: (result: CheckResult) => void;
  /** Deadline of each call. @default 60_000 */
  timeoutMs?: number;
  /** TLS, and the token to show. @default as the environment says */
  dialer?: Dialer;
}

export { judgedCheck } from './verdicts.ts';

/** In this order: the drain ends the process. */
export const groups: readonly Group[] = [
  describeGroup,
  discovery,
  verdicts,
  problems,
  requests,
  wire,
  load,
  robustness,
  drain,
];

/** Runs every check in turn and tells how each went. Never throws for what the verifier does. */
export async function conformance(address: string, options: ConformanceOptions = {}): Promise<CheckResult[]> {
  const { timeoutMs = 60_000, onCheck } = options;
  const dialed = (options.dialer ?? Dialer.ofVerifiers()).dial(address);
  const connection = connect(address, dialed);
  const results: CheckResult[] = [];
  try {
    const target = await targetAt({ address, dialed, connection, timeoutMs }, options);
    for (const group of groups) {
      for (const check of group.checks) {
        const result = await attempt(group, check, target, timeoutMs);
        results.push(result);
        onCheck?.(result);
      }
    }
  } finally {
    connection.close();
  }
  return results;
}

async function targetAt(
  place: Pick<Target, 'address' | 'dialed' | 'connection' | 'timeoutMs'>,
  options: ConformanceOptions,
): Promise<Target | Error> {
  const { address, connection, timeoutMs } = place;
  let description: DescribeResponse;
  try {
    description = await describe(connection, timeoutMs);
  } catch (error) {
    return new Error(`Describe at ${address} failed: ${messageOf(error)}`);
  }
  const sample = options.problem === undefined ? sampleOf(description.kinds) : undefined;
  const target: Target = {
    ...place,
    describe: description,
    problem: options.problem ?? sample?.problem,
    texts: options.candidates ?? sample?.candidates ?? ['42', ''],
    pid: options.pid,
    affordable: 1,
    unjudged: undefined,
  };
  if (target.problem === undefined) return target;
  const { millis, outcome } = await quickest(target);
  const { slots, maxBatch } = description;
  const affordable = Math.floor((timeoutMs / 4 / millis) * Math.max(1, slots));
  const why = await unjudged(target, outcome);
  return {
    ...target,
    affordable: Math.max(1, Math.min(maxBatch, affordable)),
    unjudged: why === undefined ? undefined : { why, madeUp: sample?.madeUp ?? false },
  };
}

/** The quicker of two calls of one candidate: the first may warm the verifier up. */
async function quickest(target: Target): Promise<{ millis: number; outcome: Outcome }> {
  const ask = async () => {
    const start = performance.now();
    const outcome = await verify(target, request(target, candidates(target, 1)));
    return { millis: performance.now() - start, outcome };
  };
  const [first, second] = [await ask(), await ask()];
  return first.millis < second.millis ? first : second;
}

/** Why no candidate is judged; undefined where one is, or where something else is wrong, which checks will find. */
async function unjudged(target: Target, { verdicts, ...first }: Outcome): Promise<string | undefined> {
  if (first.code === 'INVALID_ARGUMENT') return `the problem is refused (${first.reason}: ${first.details})`;
  if (first.code !== 'OK' || verdicts.length === 0 || !verdicts.every(isError)) return undefined;
  const asked = candidates(target, Math.min(target.texts.length, target.describe.maxBatch));
  const all = await verify(target, request(target, asked));
  const [one] = all.verdicts;
  if (all.code !== 'OK' || one === undefined || !all.verdicts.every(isError)) return undefined;
  return `every verdict is ERROR ${one.reason}${one.message === '' ? '' : ` (${one.message})`}`;
}

const isError = ({ status }: Verdict) => status === 'ERROR';

async function attempt(
  group: Group,
  check: Check,
  target: Target | Error,
  timeoutMs: number,
): Promise<CheckResult> {
  const start = performance.now();
  const result = (status: CheckResult['status'], detail: string): CheckResult => ({
    name: check.name,
    group: group.name,
    status,
    detail,
    ms: performance.now() - start,
  });
  if (target instanceof Error) {
    return check === groups[0]?.checks[0]
      ? result('fail', target.message)
      : result('skip', 'Describe failed');
  }
  if (target.unjudged !== undefined && group.needsJudging && !check.always) {
    return result('skip', `no candidate is judged: ${giveOne}`);
  }
  // Every call has its deadline; this is for a check that would go on calling.
  let timer: NodeJS.Timeout | undefined;
  const limit = 4 * timeoutMs;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failed(`expected an end; got none within ${limit} ms`)), limit);
  });
  try {
    return result('pass', await Promise.race([check.run(target), late]));
  } catch (error) {
    return error instanceof Skipped ? result('skip', error.message) : result('fail', messageOf(error));
  } finally {
    clearTimeout(timer);
  }
}
