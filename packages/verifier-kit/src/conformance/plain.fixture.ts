/** A correct verifier written without the kit, and ways to break it: what the suite is tested on. */
import {
  type Candidate,
  type DescribeResponse,
  grpcError,
  type Problem,
  packageDefinition,
  status,
  type VerdictInit,
  type VerifierHandlers,
  type VerifyRequest,
  verifierService,
} from '@assay/contract';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation, service as healthService } from 'grpc-health-check';

type Stream = Parameters<VerifierHandlers['Verify']>[0];

export interface Defects {
  describe?: (call: number) => Partial<DescribeResponse>;
  health?: Record<string, 'SERVING' | 'NOT_SERVING'>;
  noReflection?: boolean;
  /** Bytes that it reads, whatever it says. */
  reads?: number;
  /** Rules of requests that it does not know. */
  lax?: string;
  /** Leaves the reason out of its errors. */
  noReasons?: boolean;
  /** Takes the call over: true where it did. */
  instead?: (stream: Stream, deadlineMs: number) => boolean;
  /** What is sent in place of the verdicts of a request; `call` counts the calls of as many candidates. */
  alter?: (verdicts: VerdictInit[], request: VerifyRequest, call: number) => VerdictInit[];
  /** Milliseconds for which a cancelled call keeps its room. */
  keepsMs?: number;
  /** What it does with a call that it has no room for. */
  full?: (stream: Stream) => void;
  /** Methods that it should not have. */
  extraMethod?: string;
  /** What it does at SIGTERM. */
  deaf?: boolean;
  /** At SIGTERM its health stays as it is; it takes calls; it breaks calls off. */
  silentDrain?: boolean;
  takesMore?: boolean;
  breaksOff?: boolean;
  /** Its health cannot be watched. */
  noWatch?: boolean;
  /** Reads a request's bytes. */
  read?: (bytes: Buffer, read: (bytes: Buffer) => VerifyRequest) => VerifyRequest;
  /** What its reflection is made of. */
  reflected?: (definition: typeof packageDefinition) => typeof packageDefinition;
}

const description: DescribeResponse = {
  name: 'plain',
  version: '1',
  kinds: ['math_answer'],
  decides: true,
  slots: 8,
  capacity: 64,
  maxBatch: 32,
  candidateTimeoutMs: 500,
  normalization: 'NORMALIZATION_EXACT',
  pure: false,
  maxMessageBytes: 2 << 20,
};

const serviceMs = 10;

const rules: Record<string, (request: VerifyRequest) => boolean> = {
  'no-candidates': ({ candidates }) => candidates.length > 0,
  'too-many-candidates': ({ candidates }) => candidates.length <= description.maxBatch,
  'duplicate-index': ({ candidates }) =>
    new Set(candidates.map(({ index }) => index)).size === candidates.length,
  'no-problem': ({ problem, problemDigest }) => problem !== null || problemDigest !== '',
  'bad-digest': ({ problemDigest }) => /^([0-9a-f]{64})?$/.test(problemDigest),
  'no-spec': ({ problem }) => problem === null || problem.spec !== undefined,
  'other-kind': ({ problem }) => problem?.spec === undefined || problem.spec === 'mathAnswer',
};

function judge({ index, text }: Candidate): VerdictInit {
  return text.includes('42')
    ? { index, status: 'CORRECT', answer: '42', answerClass: '42' }
    : { index, status: 'INCORRECT', reason: 'wrong_answer' };
}

/** Serves on a free port; resolves with the address. */
export async function servePlain(defects: Defects = {}): Promise<{ address: string; close(): void }> {
  const problems = new Map<string, Problem>();
  const sizes = new Map<number, number>();
  let described = 0;
  let accepted = 0;
  let running = 0;
  let draining = false;

  // A moment later: what was answered last is still on its way.
  const leave = () => setTimeout(() => server.forceShutdown(), 50);

  const refuse = (stream: Stream, code: status, what: string, reason: string) => {
    stream.emit('error', grpcError(code, what, defects.noReasons ? undefined : reason));
  };

  const Verify = (stream: Stream) => {
    const { request } = stream;
    const { problem, problemDigest, candidates } = request;
    if (draining && !defects.takesMore) return refuse(stream, status.UNAVAILABLE, 'draining', 'draining');
    if (defects.instead?.(stream, Number(stream.getDeadline()) - Date.now())) return;
    for (const [name, holds] of Object.entries(rules)) {
      if (name !== defects.lax && !holds(request)) {
        return refuse(stream, status.INVALID_ARGUMENT, `against the rule ${name}`, 'bad_request');
      }
    }
    if (problem !== null) problems.set(problemDigest, problem);
    else if (!problems.has(problemDigest) && problemDigest !== '') {
      return refuse(stream, status.FAILED_PRECONDITION, 'not known', 'problem_unknown');
    }
    const size = candidates.length;
    if (accepted + size > description.capacity) {
      if (defects.full !== undefined) return defects.full(stream);
      return refuse(stream, status.RESOURCE_EXHAUSTED, 'full', 'full');
    }
    accepted += size;
    running++;
    // Under way when the signal comes.
    const slowMs = defects.breaksOff && size > 4 ? 300 : undefined;
    const count = sizes.get(size) ?? 0;
    sizes.set(size, count + 1);
    const end = () => {
      accepted -= size;
      running--;
      if (draining && running === 0 && !defects.takesMore) leave();
    };
    const timer = setTimeout(() => {
      if (draining && defects.breaksOff) {
        refuse(stream, status.INTERNAL, 'broken off', 'broken_off');
        return end();
      }
      const verdicts = candidates.map(judge);
      const sent = defects.alter?.(verdicts, request, count) ?? verdicts;
      stream.write({ verdicts: sent });
      stream.end();
      stream.off('cancelled', cancelled);
      end();
    }, slowMs ?? serviceMs);
    const cancelled = () => {
      clearTimeout(timer);
      setTimeout(end, defects.keepsMs ?? 0);
    };
    stream.on('cancelled', cancelled);
  };

  const handlers: VerifierHandlers = {
    Describe: (_call, callback) => callback(null, { ...description, ...defects.describe?.(described++) }),
    Verify,
  };
  const server = new Server({
    'grpc.max_receive_message_length': defects.reads ?? description.maxMessageBytes,
  });
  const { read } = defects;
  const { Verify: verify } = verifierService;
  const service =
    read === undefined
      ? verifierService
      : {
          ...verifierService,
          Verify: {
            ...verify,
            requestDeserialize: (bytes: Buffer) => read(bytes, verify.requestDeserialize),
          },
        };
  server.addService(service as typeof verifierService, handlers);
  const serving = { '': 'SERVING', 'assay.v1.Verifier': 'SERVING' } as const;
  const health = new HealthImplementation({ ...serving, ...defects.health });
  if (defects.noWatch) {
    const { Check } = healthService;
    server.addService({ Check } as unknown as ServiceDefinition, {
      Check: (_: unknown, answer: (error: null, value: object) => void) =>
        answer(null, { status: 'SERVING' }),
    });
  } else health.addToServer(server);
  if (!defects.noReflection) {
    new ReflectionService((defects.reflected ?? ((all) => all))(packageDefinition)).addToServer(server);
  }
  if (defects.extraMethod !== undefined) {
    const bytes = (value: Buffer) => value;
    server.register(
      defects.extraMethod,
      (_call: unknown, callback: (error: null, value: Buffer) => void) => callback(null, Buffer.alloc(0)),
      bytes,
      bytes,
      'unary',
    );
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  if (import.meta.main) {
    process.on('SIGTERM', () => {
      if (defects.deaf) return;
      draining = true;
      if (!defects.silentDrain) health.setStatus('assay.v1.Verifier', 'NOT_SERVING');
      // Long enough to be asked once more.
      if (running === 0 || defects.takesMore) setTimeout(leave, defects.takesMore ? 1_800 : 0);
    });
  }
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

// As a process of its own: `node plain.fixture.ts '{"deaf":true}'`.
if (import.meta.main) {
  const { address } = await servePlain(JSON.parse(process.argv[2] ?? '{}'));
  process.stdout.write(`${address}\n`);
}
