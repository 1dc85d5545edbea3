/** A verifier for tests that does just what a script says, also against the contract. Real gRPC, no kit. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DescribeResponseInit,
  grpcError,
  inFlightTrailer,
  status,
  type VerdictInit,
  type VerifyRequest,
  type VerifyResponse,
  verifierService,
} from '@assay/contract';
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';

export type VerifyCall = ServerWritableStream<VerifyRequest, VerifyResponse>;

export interface Script {
  describe?: DescribeResponseInit;
  /** Milliseconds after which a connection is let go. */
  connectionAgeMs?: number;
  /** What to do with a call; answers everything by `judge` where it is not given. */
  verify?: (call: VerifyCall, verifier: ScriptedVerifier) => void | Promise<void>;
}

export class ScriptedVerifier {
  address = '';
  /** Texts in the order in which they arrived. */
  readonly texts: string[] = [];
  calls = 0;
  /** Candidates that it has and has not answered, and the most that it ever had. */
  inside = 0;
  most = 0;
  refused = 0;
  #server: Server;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
    this.#server = this.#newServer();
  }

  #newServer(): Server {
    const server = new Server({
      'grpc.max_receive_message_length': -1,
      ...(this.#script.connectionAgeMs && { 'grpc.max_connection_age_ms': this.#script.connectionAgeMs }),
    });
    server.addService(verifierService, {
      Describe: (_call: unknown, callback: (error: null, value: DescribeResponseInit) => void) =>
        callback(null, {
          name: 'scripted',
          version: '1',
          kinds: ['math_answer'],
          decides: true,
          slots: 4,
          capacity: 64,
          maxBatch: 16,
          candidateTimeoutMs: 200,
          maxMessageBytes: 1_000_000,
          ...this.#script.describe,
        }),
      Verify: (call: VerifyCall) => {
        this.calls++;
        for (const { text } of call.request.candidates) this.texts.push(text);
        void (this.#script.verify ?? answerAll)(call, this);
      },
    });
    return server;
  }

  async start(port = 0): Promise<this> {
    const bound = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, actual) =>
        error === null ? resolve(actual) : reject(error),
      );
    });
    this.address = `127.0.0.1:${bound}`;
    return this;
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  /** Dies as a killed process does: every connection is cut. Comes back at the same address after `ms`. */
  crash(ms = 30): void {
    this.#server.forceShutdown();
    this.#server = this.#newServer();
    const port = Number(this.address.split(':')[1]);
    setTimeout(() => void this.start(port).catch(() => {}), ms);
  }
}

/** Right is a text that ends in `right`. */
export function judge(text: string): VerdictInit {
  return text.endsWith('right')
    ? { status: 'CORRECT', answer: 'right', answerClass: 'right' }
    : { status: 'INCORRECT', reason: 'wrong_answer', answer: 'wrong', answerClass: 'wrong' };
}

/** Answers each candidate by itself, `ms` (of its text) after it came: as a verifier with slots for all of them. */
export function each(ms: (text: string) => number): NonNullable<Script['verify']> {
  return async (call, verifier) => {
    const { candidates } = call.request;
    verifier.inside += candidates.length;
    verifier.most = Math.max(verifier.most, verifier.inside);
    const verdicts = verdictsOf(call);
    const answered = candidates.map(async ({ text }, i) => {
      await sleep(ms(text));
      verifier.inside--;
      if (!call.cancelled) call.write({ verdicts: [verdicts[i]] } as VerifyResponse);
    });
    await Promise.all(answered);
    call.end();
  };
}

/** Refuses what goes beyond `capacity`, whoever sends it; says what it has, as the kit does. */
export function full(capacity: number, verify: NonNullable<Script['verify']>): NonNullable<Script['verify']> {
  return (call, verifier) => {
    if (verifier.inside + call.request.candidates.length <= capacity) return verify(call, verifier);
    verifier.refused++;
    const error = grpcError(status.RESOURCE_EXHAUSTED, 'full', 'full');
    error.metadata?.set(inFlightTrailer, `${verifier.inside}`);
    call.emit('error', error);
  };
}

export function verdictsOf(call: VerifyCall): VerdictInit[] {
  return call.request.candidates.map(({ index, text }) => ({ index, ...judge(text) }));
}

export function answerAll(call: VerifyCall): void {
  call.write({ verdicts: verdictsOf(call) } as VerifyResponse);
  call.end();
}
