/** One Submit stream: candidates in, verdicts out, each side no faster than the other takes it. */
import { once } from 'node:events';
import type { SubmitChunk } from '@assay/client';
import {
  AssayError,
  type ProblemInit,
  problemCodec,
  type RunVerdict,
  type SubmitRequest,
} from '@assay/contract';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { toGrpc } from './server-errors.ts';
import type { ViewOf } from './tenants.ts';

/** Bytes of problems that a stream may refer to without sending them again. */
const maxKeptBytes = 256 * 1024 * 1024;

export type SubmitCall = ServerDuplexStream<SubmitRequest, { verdicts: RunVerdict[] }>;

/** Answers a Submit stream; its first message must come within `silenceMs`. */
export async function submit(viewOf: ViewOf, call: SubmitCall, silenceMs: number): Promise<void> {
  const aborter = new AbortController();
  call.on('cancelled', () => aborter.abort(new AssayError('closed', 'The caller is gone.')));
  let written = Promise.resolve();
  try {
    const orchestrator = viewOf(call.metadata);
    const messages = call[Symbol.asyncIterator]() as AsyncIterator<SubmitRequest>;
    const first = await firstOf(messages, silenceMs);
    if (first.done || first.value.run === '') {
      throw new AssayError('invalid_request', 'The first message of Submit must name the run.');
    }
    let complete = false;
    let full = false;
    /** Bytes of the problems that are kept. */
    let kept = 0;
    async function* input(): AsyncGenerator<SubmitChunk> {
      const problems = new Map<string, ProblemInit>();
      for (let message = first; !message.done; message = await messages.next()) {
        // Verdicts that the caller does not read hold back what it writes.
        if (full) await once(call, 'drain', { signal: aborter.signal });
        complete ||= message.value.complete;
        const { inputShare } = message.value;
        for (const problem of message.value.problems) {
          kept += sizeOf(problem) - sizeOf(problems.get(problem.id));
          problems.delete(problem.id);
          problems.set(problem.id, problem);
        }
        for (const [id, problem] of problems) {
          if (kept <= maxKeptBytes || problems.size === 1) break;
          kept -= sizeOf(problem);
          problems.delete(id);
        }
        for (const { problem: id, candidates } of message.value.candidates) {
          const problem = problems.get(id);
          if (problem === undefined) {
            const name = JSON.stringify(id.slice(0, 200));
            throw new AssayError(
              'invalid_request',
              `Candidates of problem ${name} came before the problem.`,
              {
                mend: 'Send each problem on this stream before its candidates; again, where much came in between.',
              },
            );
          }
          yield { problem, candidates, inputShare };
        }
        // A problem without candidates counts all the same.
        for (const problem of message.value.problems) yield { problem, candidates: [], inputShare };
      }
    }
    call.on('drain', () => {
      full = false;
    });
    await orchestrator.submit(first.value.run, input(), {
      signal: aborter.signal,
      trace: call.metadata,
      onVerdicts: (verdicts) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        written = promise;
        full = !call.write({ verdicts }, () => resolve());
      },
      // Read when the input has ended.
      get complete() {
        return complete;
      },
    });
    call.end();
  } catch (error) {
    // An error ends the call at once, and would overtake verdicts that are still to be written.
    await written;
    if (!aborter.signal.aborted) call.emit('error', toGrpc(error));
  }
}

/** Error: `silent`, so that who opens streams and says nothing does not hold them. */
async function firstOf<T>(messages: AsyncIterator<T>, ms: number): Promise<IteratorResult<T>> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AssayError('silent', `Nothing came on this stream for ${ms} ms; name the run at once.`));
    }, ms);
  });
  try {
    return await Promise.race([messages.next(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

function sizeOf(problem: ProblemInit | undefined): number {
  return problem === undefined ? 0 : problemCodec.serialize(problem).length;
}
