// The reward verifier: the whole service beside its bare model, and what it gets out of a model server.
//
//   assay bench reward [--candidates 4096]
//
// 1. The model of examples/reward: the same candidates tokenised and scored in batches of 64 without a service around it,
//    and through the service over gRPC. Candidates/s, and their ratio.
// 2. A model server that takes 20 ms for each request and 1 ms for each item of it, one request after the other, as a GPU
//    does: what it gives in full requests back to back is its limit. What the service gets out of it from calls of 4
//    candidates, as a share of that limit; and a client that sends every candidate by itself, 64 at a time.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { problemDigest, VerifierConnection, type VerifyRequestInit } from '@assay/contract';
import { type Item, onnxBackend, openEncoder, rewardService } from '@assay/reward';
import { credentials } from '@grpc/grpc-js';
import { startService } from './support/services.ts';

const { values } = parseArgs({ options: { candidates: { type: 'string', default: '4096' } } });
const count = Number(values.candidates);

const problem = { id: 'p', prompt: 'What is six times seven? Show your work.', scoring: {} };
const steps = [
  'Six tens are sixty.',
  'Seven sixes are 42.',
  'So the answer is \\boxed{42}.',
  'Check: 42 / 7 = 6.',
];
const texts = Array.from({ length: count }, (_, i) =>
  Array.from({ length: 4 + (i % 9) }, (_, s) => `${steps[(i + s) % steps.length]} (${i})`).join('\n'),
);

/** Candidates per second through a service, in calls of `size`, `atOnce` of them at a time. */
async function throughService(env: Record<string, string>, size: number, atOnce: number): Promise<number> {
  Object.assign(process.env, env);
  const service = await startService(rewardService.entry, [], rewardService.nodeFlags);
  for (const name of Object.keys(env)) delete process.env[name];
  const connection = new VerifierConnection(service.address, credentials.createInsecure());
  const digest = problemDigest(problem);
  const call = (from: number) =>
    new Promise<void>((resolve, reject) => {
      const candidates = texts.slice(from, from + size).map((text, index) => ({ index, text }));
      const request: VerifyRequestInit = { problemDigest: digest, problem, candidates };
      const stream = connection.verify(request, { deadline: Date.now() + 300_000 });
      stream.on('data', ({ verdicts }: { verdicts: { status: string; message: string }[] }) => {
        const odd = verdicts.find(({ status }) => status !== 'SCORED');
        if (odd !== undefined) reject(new Error(odd.message));
      });
      stream.on('error', reject);
      stream.on('end', resolve);
    });
  try {
    for (let from = 0; from < Math.min(count, 512); from += size) await call(from);
    const start = performance.now();
    let next = 0;
    const caller = async () => {
      for (let from = next; from < count; from = next) {
        next += size;
        await call(from);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, caller));
    return count / ((performance.now() - start) / 1000);
  } finally {
    connection.close();
    await service.stop();
  }
}

/** Candidates per second of the example's model, in batches of 64 one after the other. */
async function bare(folder: string): Promise<number> {
  const backend = onnxBackend({ folder, encoder: await openEncoder({ folder, truncation: 'response' }) });
  const signal = new AbortController().signal;
  const items: Item[] = texts.map((response) => ({
    messages: [{ role: 'user', content: problem.prompt }],
    promptKey: 'p',
    response,
  }));
  try {
    await backend.score(items.slice(0, 64), signal);
    const start = performance.now();
    for (let from = 0; from < count; from += 64) await backend.score(items.slice(from, from + 64), signal);
    return count / ((performance.now() - start) / 1000);
  } finally {
    await backend.close();
  }
}

const requestMs = 20;
const itemMs = 1;
const mostItems = 32;
const limit = mostItems / ((requestMs + itemMs * mostItems) / 1000);

/** A stand-in for a model server, in the form of Text Embeddings Inference; scores are negative lengths. */
async function startModelServer() {
  let free = 0;
  const server = createServer(async (request, response) => {
    const say = (value: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    if (request.url === '/health') return void response.end();
    if (request.url === '/info') {
      const model_type = { reranker: { id2label: { 0: 'LABEL_0' }, label2id: { LABEL_0: 0 } } };
      return void say({ model_id: 'bench', model_sha: '1', model_type, max_client_batch_size: mostItems });
    }
    const { inputs, raw_scores } = JSON.parse(await textOf(request)) as {
      inputs: [string, string][];
      raw_scores: boolean;
    };
    const now = performance.now();
    free = Math.max(now, free) + requestMs + itemMs * inputs.length;
    await sleep(free - now);
    const scores = inputs.map(([, text]) => (raw_scores ? -text.length : 1 / (1 + text.length)));
    say(scores.map((score) => [{ label: 'LABEL_0', score }]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Candidates per second of a client that makes a request for each, 64 at a time. */
async function oneByOne(url: string, some: readonly string[]): Promise<number> {
  const start = performance.now();
  let next = 0;
  const caller = async () => {
    for (let text = some[next++]; text !== undefined; text = some[next++]) {
      const body = JSON.stringify({ inputs: [[problem.prompt, text]], raw_scores: true });
      await (await fetch(`${url}/predict`, { method: 'POST', body })).json();
    }
  };
  await Promise.all(Array.from({ length: 64 }, caller));
  return some.length / ((performance.now() - start) / 1000);
}

function row(name: string, rate: number, ratio: string): void {
  console.log(`  ${name.padEnd(52)}${rate.toFixed(0).padStart(8)}/s   ${ratio}`);
}

const folder = join(import.meta.dirname, '../examples/reward');
console.log(`${count} candidates of ${Math.round(texts.join('').length / count)} characters\n`);

console.log('The model of examples/reward, ONNX Runtime on the CPU');
const own = await bare(folder);
row('bare, batches of 64', own, '1.00 ×');
const onnx = { ASSAY_REWARD_MODEL: folder, ASSAY_REWARD_TRUNCATION: 'response' };
for (const [size, atOnce] of [
  [64, 4],
  [4, 64],
] as const) {
  const rate = await throughService(onnx, size, atOnce);
  row(`service, calls of ${size}, ${atOnce} at a time`, rate, `${(rate / own).toFixed(2)} ×`);
}

console.log(`\nA model server: ${requestMs} ms a request and ${itemMs} ms an item, one after the other`);
const { server, url } = await startModelServer();
row(`its limit, requests of ${mostItems}`, limit, '1.00 ×');
const tei = { ASSAY_REWARD_BACKEND: 'tei', ASSAY_REWARD_URL: url };
const served = await throughService(tei, 4, 64);
row('service, calls of 4, 64 at a time', served, `${(served / limit).toFixed(2)} ×`);
const single = await oneByOne(url, texts.slice(0, Math.ceil(count / 16)));
row('a request for each candidate, 64 at a time', single, `${(single / limit).toFixed(2)} ×`);
server.close();
