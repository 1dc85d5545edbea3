/** Candidates in, verdicts out: as one JSON answer, or as NDJSON in both directions. */
import type { Readable } from 'node:stream';
import type { OrchestratorApi, SubmitChunk } from '@assay/client';
import {
  AssayError,
  type ProblemInit,
  problemCodec,
  type RunVerdict,
  type SubmitRequestInit,
} from '@assay/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Gateway } from '../gateway.ts';
import { linesOf, ndjsonType, SlowWriter } from '../http/ndjson.ts';
import { fromJson, invalid, toJson } from '../json.ts';

/** Bytes of problems that later lines of a stream may refer to by their ids; the orchestrator keeps as many. */
const maxKeptBytes = 64 * 1024 * 1024;

/** A blank line now and then, so that nobody on the way takes a long judgement for a dead connection. */
const heartbeatMs = 15_000;

/** Problems by id, as they come. */
class KnownProblems {
  readonly #problems = new Map<string, { problem: ProblemInit; bytes: number }>();
  #bytes = 0;

  /** The chunks of one message. Error: `invalid_request`. */
  *chunksOf(
    { problems = [], candidates = [], inputShare = 0 }: SubmitRequestInit,
    path: string,
  ): Generator<SubmitChunk> {
    const bare = new Set<string>();
    for (const problem of problems) {
      this.#keep(problem);
      bare.add(problem.id ?? '');
    }
    for (const [i, { problem: id = '', candidates: some = [] }] of candidates.entries()) {
      const known = this.#problems.get(id);
      if (known === undefined) {
        throw invalid(
          `${path}candidates[${i}].problem`,
          `problem ${JSON.stringify(id.slice(0, 200))} has not come yet`,
          'Send each problem before its candidates; again, where much came in between.',
        );
      }
      bare.delete(id);
      yield { problem: known.problem, candidates: some, inputShare: Number(inputShare) };
    }
    for (const id of bare) {
      const known = this.#problems.get(id);
      if (known !== undefined)
        yield { problem: known.problem, candidates: [], inputShare: Number(inputShare) };
    }
  }

  #keep(problem: ProblemInit): void {
    const id = problem.id ?? '';
    const bytes = problemCodec.serialize(problem).length;
    this.#bytes += bytes - (this.#problems.get(id)?.bytes ?? 0);
    this.#problems.delete(id);
    this.#problems.set(id, { problem, bytes });
    for (const [oldest, { bytes: freed }] of this.#problems) {
      if (this.#bytes <= maxKeptBytes || this.#problems.size === 1) break;
      this.#bytes -= freed;
      this.#problems.delete(oldest);
    }
  }
}

function messageIn(value: unknown, run: string): SubmitRequestInit {
  const message = fromJson<SubmitRequestInit>('SubmitRequest', value);
  if (message.run && message.run !== run)
    throw invalid('run', 'this is another run than that of the address');
  return message;
}

/** All verdicts of one batch. */
export async function submitJson(
  api: OrchestratorApi,
  run: string,
  body: unknown,
  signal: AbortSignal,
): Promise<object> {
  const message = messageIn(body, run);
  const verdicts: RunVerdict[] = [];
  async function* input() {
    yield* new KnownProblems().chunksOf(message, '');
  }
  await api.submit(run, input(), {
    complete: message.complete ?? false,
    signal,
    onVerdicts: (some) => verdicts.push(...some),
  });
  return toJson('SubmitResponse', { verdicts });
}

/** Lines in, lines out. Errors before anything was written are thrown; later ones are the last line. */
export async function submitLines(
  gateway: Gateway,
  api: OrchestratorApi,
  run: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const payload = request.body as Readable;
  // A run that is not there is told before anybody has sent much.
  for await (const _ of api.watchRun(run, { once: true })) break;
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': ndjsonType, 'cache-control': 'no-store' });
  raw.flushHeaders();
  const writer = new SlowWriter(raw, gateway.limits.silentReaderMs);
  const heartbeat = setInterval(() => writer.write('\n'), heartbeatMs);
  const stopping = new AssayError('gateway_stopping', 'The gateway stops.', {
    mend: 'Submit again what has no verdict; what has one is answered from the store.',
  });
  const stop = new AbortController();
  const onStop = () => stop.abort(stopping);
  gateway.stopping.addEventListener('abort', onStop);
  if (gateway.stopping.aborted) onStop();
  let complete = false;
  let count = 0;
  async function* input(): AsyncGenerator<SubmitChunk> {
    const known = new KnownProblems();
    for await (const { value, line } of linesOf(payload, gateway.limits.maxBytes, gateway.shareOf(request))) {
      // Verdicts that the caller does not read hold back what it writes.
      await writer.ready();
      try {
        const message = messageIn(value, run);
        complete ||= message.complete ?? false;
        yield* known.chunksOf(message, '');
      } catch (error) {
        if (!(error instanceof AssayError) || error.code !== 'invalid_request') throw error;
        throw new AssayError('invalid_request', `Line ${line}: ${error.message}`);
      }
    }
  }
  try {
    await api.submit(run, input(), {
      signal: AbortSignal.any([writer.gone.signal, stop.signal]),
      onVerdicts(verdicts) {
        count += verdicts.length;
        writer.write(`${JSON.stringify(toJson('SubmitResponse', { verdicts }))}\n`);
      },
      // Read when the input has ended.
      get complete() {
        return complete;
      },
    });
    writer.write(`${JSON.stringify({ done: true, verdicts: count })}\n`);
  } catch (error) {
    writer.write(`${JSON.stringify({ error: gateway.problemOf(error) })}\n`);
  } finally {
    clearInterval(heartbeat);
    gateway.stopping.removeEventListener('abort', onStop);
    raw.end();
  }
  return reply;
}
