/** The live view, for tests. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SubmitChunk } from '@assay/client';
import { serve, startAssay } from './assay.ts';
import type { Replica } from './replica.ts';
import { tempDir } from './temp.ts';

/** A server of these replicas, and the address of its live view. */
export async function serveLive(
  t: TestContext,
  store: string,
  replicas: readonly Replica[],
  httpPort = '0',
  more: string[] = [],
) {
  const addresses = replicas.flatMap(({ address }) => ['--verifier-address', address]);
  const args = ['--port', '0', '--http', httpPort, '--store', store, ...addresses, ...more];
  // Pages look at it for as long as a test may take.
  const server = await serve(t, args, { timeoutMs: 180_000 });
  const { http } = JSON.parse(await server.line(/"ready":true/)) as { http: string };
  return { server, http };
}

/** `assay run` of these samples at a server. */
export function startRun(t: TestContext, samples: string, address: string, id: string, verifiers = 'stub') {
  const report = join(tempDir(t), 'report.json');
  const there = ['--verifier', verifiers, '--orchestrator', address, '--run', id, '--report', report];
  return startAssay(t, ['run', samples, ...there]);
}

/** A candidate now and then until `enough`, then all the rest. */
export async function* trickle(
  input: AsyncIterable<SubmitChunk>,
  enough: Promise<void>,
): AsyncGenerator<SubmitChunk> {
  let slow = true;
  void enough.then(() => {
    slow = false;
  });
  for await (const { problem, candidates } of input) {
    for (const candidate of candidates) {
      if (slow) await Promise.race([enough, sleep(100)]);
      yield { problem, candidates: [candidate] };
    }
  }
}

/** The JSON at an address. */
export async function ask<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
  assert.equal(response.status, 200, url);
  return (await response.json()) as T;
}
