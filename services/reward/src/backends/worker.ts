/**
 * Scores by our own GPU worker (services/reward-gpu), which is a verifier itself: it is asked by Verify, reads
 * conversations as they are, and says in each verdict what gave the score.
 */
import {
  connectVerifier,
  type DescribeResponse,
  Dialer,
  type ProblemInit,
  problemCodec,
  problemDigest,
  type Verdict,
  verdictFault,
} from '@assay/contract';
import { type ClientUnaryCall, makeGenericClientConstructor, type requestCallback } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { type Backend, BackendError, type Identity, type Item, type RawScore } from '../types.ts';
import { ask, verify } from './worker-call.ts';

export interface WorkerOptions {
  /** HOST:PORT. */
  readonly address: string;
}

/** Calls of one `score` that are under way at the same time. */
const calls = 4;

/** Problems larger than this travel by digest once the worker has seen them; so many digests are remembered. */
const byDigestBytes = 16 * 1024;
const maxDigests = 1_000;

/** Room in a request for what is neither problem nor text, and beside each text. */
const frameBytes = 1024;
const candidateBytes = 32;

const HealthConnection = makeGenericClientConstructor(healthService, 'Health');

interface Health {
  check(request: { service: string }, done: requestCallback<{ status: string }>): ClientUnaryCall;
}

interface Worker {
  readonly description: DescribeResponse;
  readonly identity: Identity;
}

/** Throws BackendError `misuse` where the address is none. */
export function workerBackend({ address }: WorkerOptions): Backend {
  if (!/^(?!https?:)[^\s@]+$/.test(address)) {
    // It may hold a password.
    const shown = address.includes('@') ? 'has an @' : `is ${JSON.stringify(address)}`;
    throw new BackendError('misuse', `the worker's address ${shown}: give HOST:PORT`);
  }
  // The worker is a part of this verifier, which stands before it: same machine, same pod.
  const dialed = new Dialer({ insecure: true }).dial(address);
  const connection = connectVerifier(address, dialed);
  const health = new HealthConnection(address, dialed.credentials, {
    channelOverride: connection.getChannel(),
  }) as unknown as Health;
  const knownDigests = new Set<string>();
  let worker: Worker | undefined;

  async function describe(signal: AbortSignal): Promise<Worker> {
    const description = await ask<DescribeResponse>((done) => connection.describe({}, done), signal);
    worker = { description, identity: identityOf(description, address) };
    return worker;
  }

  /** Scores of the items of one call, in their order. */
  async function score(of: Worker, call: Call, signal: AbortSignal): Promise<RawScore[]> {
    const { digest, problem, bytes } = call;
    const send = (withProblem: boolean) =>
      verify(
        connection,
        {
          problemDigest: digest,
          problem: withProblem ? problem : null,
          candidates: call.texts.map((text, index) => ({ index, text })),
        },
        (verdict) => rawScore(verdict, of.identity),
        signal,
      );
    const known = bytes > byDigestBytes && knownDigests.has(digest);
    const scores = (known ? await send(false) : undefined) ?? (await send(true));
    if (scores === undefined) {
      throw new BackendError('garbage', `the worker does not know problem ${digest}, which it was just sent`);
    }
    if (bytes > byDigestBytes) remember(knownDigests, digest);
    return scores;
  }

  return {
    maxItems: 1024,
    async identify(signal) {
      return (await describe(signal)).identity;
    },
    async score(items, signal) {
      const of = worker ?? (await describe(signal));
      const scores: RawScore[] = new Array(items.length);
      const failed = new AbortController();
      const either = AbortSignal.any([signal, failed.signal]);
      // Taken from by all that work on it.
      const waiting = callsOf(items, of.description).values();
      const work = async () => {
        for (const call of waiting) {
          const some = await score(of, call, either);
          call.at.forEach((at, i) => {
            scores[at] = some[i] as RawScore;
          });
        }
      };
      try {
        await Promise.all(Array.from({ length: calls }, work));
      } catch (error) {
        failed.abort();
        throw error;
      }
      return scores;
    },
    async health(signal) {
      const { status: said } = await ask<{ status: string }>(
        (done) => health.check({ service: 'assay.v1.Verifier' }, done),
        signal,
      );
      if (said !== 'SERVING') throw new BackendError('unavailable', `the worker's health is ${said}`);
    },
    async close() {
      connection.close();
    },
  };
}

/** What one Verify call asks. */
interface Call {
  readonly digest: string;
  readonly problem: ProblemInit;
  /** Of the encoded problem. */
  readonly bytes: number;
  /** Positions of the items, and their responses. */
  readonly at: number[];
  readonly texts: string[];
}

/** One call for each prompt, or several where the worker takes no more at once. */
function callsOf(items: readonly Item[], { maxBatch, capacity, maxMessageBytes }: DescribeResponse): Call[] {
  const all: Call[] = [];
  const open = new Map<string, { call: Call; room: number }>();
  const size = Math.max(1, Math.min(maxBatch, Math.floor(capacity / calls)));
  items.forEach((item, at) => {
    const text = item.response.toWellFormed();
    const bytes = Buffer.byteLength(text) + candidateBytes;
    let group = open.get(item.promptKey);
    if (group === undefined || group.call.at.length >= size || bytes > group.room) {
      const { digest, problem, bytes: problemBytes } = group?.call ?? problemOf(item);
      const call = { digest, problem, bytes: problemBytes, at: [], texts: [] };
      group = { call, room: maxMessageBytes - frameBytes - problemBytes };
      if (bytes > group.room) {
        throw new BackendError(
          'too_long',
          `${problemBytes + bytes} bytes of prompt and response, and the worker reads ${maxMessageBytes}`,
        );
      }
      open.set(item.promptKey, group);
      all.push(call);
    }
    group.call.at.push(at);
    group.call.texts.push(text);
    group.room -= bytes;
  });
  return all;
}

/** The conversation as the contract has it: system, earlier turns, prompt. */
function problemOf({ messages }: Item): Pick<Call, 'digest' | 'problem' | 'bytes'> {
  const turns = messages.map(({ role, content }) => ({
    role: role.toWellFormed(),
    content: content.toWellFormed(),
  }));
  const prompt = turns.pop();
  if (prompt?.role !== 'user') {
    throw new BackendError(
      'rejected',
      `the last turn is ${prompt?.role}'s, and the worker scores responses to a user`,
    );
  }
  const [first] = turns;
  // An empty one would be none.
  const system = first?.role === 'system' && first.content !== '' ? first.content : '';
  if (system !== '') turns.shift();
  const problem = { prompt: prompt.content, scoring: { system, turns } };
  return { problem, digest: problemDigest(problem), bytes: problemCodec.serialize(problem).length };
}

/** Reads `<model>@<revision>+<engine>`. Throws BackendError `misuse` where it is another verifier. */
function identityOf(
  { name, version, kinds, decides, maxBatch, capacity }: DescribeResponse,
  address: string,
): Identity {
  const [, model, revision, engine] = /^(.+)@([^@+]*)\+([^@+]+)$/s.exec(version) ?? [];
  const scores = kinds.includes('scoring') && !decides && maxBatch > 0 && capacity > 0;
  if (!scores || model === undefined || revision === undefined || engine === undefined) {
    throw new BackendError(
      'misuse',
      `at ${address} is ${name} ${version}, no reward worker: give the address of assay's own (services/reward-gpu)`,
    );
  }
  return { model, revision, engine: `${name} ${engine}` };
}

/** What the worker said of one item. Throws BackendError where that is no score. */
function rawScore(verdict: Verdict, { model, revision }: Identity): RawScore {
  const fault = verdictFault(verdict);
  if (fault !== undefined) throw new BackendError('garbage', `the worker's verdict is none: ${fault}`);
  const { score, reason, message, retryable } = verdict;
  if (verdict.status === 'ERROR') {
    const kind = reason === 'too_large' ? 'too_long' : retryable ? 'server' : 'rejected';
    throw new BackendError(kind, `the worker: ${reason}: ${message}`);
  }
  if (verdict.status !== 'SCORED' || score === undefined) {
    throw new BackendError(
      'garbage',
      `the worker's verdict is ${verdict.status}, and a reward worker scores`,
    );
  }
  const facts = new Map(
    message.split('; ').map((fact) => /^([^=]*)=?(.*)$/s.exec(fact)?.slice(1) as [string, string]),
  );
  const other = [['model', model] as const, ['revision', revision] as const].find(
    ([name, value]) => (facts.get(name) ?? value) !== value,
  );
  if (other !== undefined) {
    throw new BackendError(
      'garbage',
      `the score is of ${other[0]} ${facts.get(other[0])}, not of ${other[1]}: the worker was started with another model`,
    );
  }
  const count = (name: string) => (/^\d+$/.test(facts.get(name) ?? '') ? Number(facts.get(name)) : undefined);
  return {
    logit: score,
    tokens: count('tokens'),
    truncated: count('truncated') ?? 0,
    parts: verdict.parts.map((part) => {
      if (part.score === undefined)
        throw new BackendError('garbage', `the worker's part ${part.name} has no score`);
      return { name: part.name, score: part.score, ...(part.message !== '' && { message: part.message }) };
    }),
  };
}

function remember(digests: Set<string>, digest: string): void {
  digests.delete(digest);
  digests.add(digest);
  for (const oldest of digests) {
    if (digests.size <= maxDigests) break;
    digests.delete(oldest);
  }
}
