/** The code verifier, served, and asked over gRPC. */
import { type CodeOptions, codeVerifier } from '@assay/code';
import type { Problem, ProblemInit, Verdict, VerifyResponse } from '@assay/contract';
import { VerifierConnection } from '@assay/contract';
import { serveVerifier } from '@assay/verifier-kit';
import { credentials } from '@grpc/grpc-js';

export type ProgramTests = NonNullable<ProblemInit['programTests']>;

export interface CodeService {
  /** host:port */
  readonly address: string;
  /** Verdicts on the candidates, in their order. */
  judge(tests: ProgramTests, texts: readonly string[]): Promise<Verdict[]>;
  /** May be called again. */
  close(): Promise<void>;
}

/** Serves the code verifier in this process; with one slot all candidates run in the same sandbox. */
export async function serveCode(slots = 1, options: CodeOptions = {}): Promise<CodeService> {
  const running = await serveVerifier(codeVerifier(options), { slots, logLevel: 'silent' });
  const connection = new VerifierConnection(running.address, credentials.createInsecure());
  let closed: Promise<void> | undefined;
  return {
    address: running.address,
    judge: (programTests, texts) => ask(connection, { id: 'p', programTests }, texts),
    close() {
      connection.close();
      closed ??= running.close();
      return closed;
    },
  };
}

function ask(connection: VerifierConnection, problem: ProblemInit, texts: readonly string[]) {
  return new Promise<Verdict[]>((resolve, reject) => {
    const verdicts: Verdict[] = [];
    const candidates = texts.map((text, index) => ({ index, text }));
    const call = connection.verify({ problem: problem as Problem, candidates });
    call.on('data', (response: VerifyResponse) => verdicts.push(...response.verdicts));
    call.on('error', reject);
    call.on('end', () => resolve(verdicts.toSorted((a, b) => a.index - b.index)));
  });
}
