/** Other people's gRPC clients, where scripts/go-tools.ts has built them: they know a service by its reflection alone. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Ended, startProgram } from './process.ts';
import { repository } from './temp.ts';

/** Why there is none, or its path. */
export function goTool(name: string): { path: string; skip: string | false } {
  const [path] = globSync(`.tools/${name}-v*/${name}`, { cwd: repository }).sort().reverse();
  if (path !== undefined) return { path: join(repository, path), skip: false };
  return { path: '', skip: `no ${name}: ./assay node scripts/go-tools.ts builds it` };
}

const grpcurlPath = goTool('grpcurl').path;
const ghzPath = goTool('ghz').path;

export interface Asked {
  /** Messages in JSON, as the .proto files name their fields or as JSON does; none for a method without input. */
  send?: readonly object[];
  flags?: readonly string[];
  /** Seconds. @default 20 */
  maxTime?: number;
}

/** grpcurl's call of a method, or another of its words (`list`, `describe SYMBOL`), at an address. */
export function grpcurl(
  t: TestContext,
  address: string,
  words: readonly string[],
  { send, flags = [], maxTime = 20 }: Asked = {},
): Promise<Ended> {
  const data = send === undefined ? [] : ['-d', send.map((each) => JSON.stringify(each)).join('\n')];
  const all = ['-plaintext', '-max-time', String(maxTime), ...flags, ...data, address, ...words];
  return startProgram(t, grpcurlPath, all).ended;
}

/** The messages that a call answered; throws what the server said where it failed. */
export async function answersOf<T>(call: Promise<Ended>): Promise<T[]> {
  const { code, stdout, stderr } = await call;
  if (code !== 0) throw new Error(`grpcurl ended with ${code}\n${stderr}`);
  // One after the other, indented: each ends with a brace at the beginning of a line.
  return stdout
    .split(/(?<=^\})\n/m)
    .filter((text) => text.trim() !== '')
    .map((text) => JSON.parse(text) as T);
}

/** What ghz counted. Times are in milliseconds. */
export interface Load {
  count: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** Calls by the status that they ended with. */
  codes: Record<string, number>;
  errors: Record<string, number>;
}

/** Calls a method `calls` times, eight at a time. */
export async function ghz(
  t: TestContext,
  address: string,
  method: string,
  calls: number,
  data: object,
): Promise<Load> {
  const how = ['--insecure', '--format', 'json', '--total', String(calls), '--concurrency', '8'];
  const what = ['--call', method, '--data', JSON.stringify(data), '--timeout', '60s'];
  const { code, stdout, stderr } = await startProgram(t, ghzPath, [...how, ...what, address]).ended;
  if (code !== 0) throw new Error(`ghz ended with ${code}\n${stderr}${stdout}`);
  const found = JSON.parse(stdout) as {
    count: number;
    rps: number;
    statusCodeDistribution: Record<string, number>;
    errorDistribution: Record<string, number>;
    latencyDistribution: { percentage: number; latency: number }[];
  };
  const at = (percentage: number) =>
    (found.latencyDistribution.find((each) => each.percentage === percentage)?.latency ?? Number.NaN) / 1e6;
  const load = {
    count: found.count,
    perSecond: found.rps,
    p50: at(50),
    p99: at(99),
    codes: found.statusCodeDistribution,
    errors: found.errorDistribution,
  };
  const [rate, p50, p99] = [load.perSecond.toFixed(0), load.p50.toFixed(2), load.p99.toFixed(2)];
  t.diagnostic(`ghz: ${calls} × ${method}: ${rate} calls/s, p50 ${p50} ms, p99 ${p99} ms`);
  return load;
}
