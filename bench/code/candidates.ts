/** What the benchmarks of the code verifier judge, and the service that judges it. */
import { join } from 'node:path';
import { type ProblemInit, VerifierConnection, type VerifyResponse } from '@assay/contract';
import { credentials } from '@grpc/grpc-js';
import { startService } from '../support/services.ts';

/** Right programs: each prints the sum of two numbers. */
export const sources = {
  c: '#include <stdio.h>\nint main(void) { int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b); return 0; }\n',
  python3: 'a, b = map(int, input().split())\nprint(a + b)\n',
  cpp: '#include <bits/stdc++.h>\nusing namespace std;\nint main() { int a, b; cin >> a >> b; vector<int> v{a, b}; sort(v.begin(), v.end()); cout << accumulate(v.begin(), v.end(), 0) << "\\n"; }\n',
};

/** Sums to print; problems of another variant have other tests. */
export function problem(language: string, tests: number, variant = 0): ProblemInit {
  return {
    id: `${language}-${tests}-${variant}`,
    programTests: {
      language,
      tests: Array.from({ length: tests }, (_, i) => ({
        input: Buffer.from(`${i} ${variant}\n`),
        output: Buffer.from(`${i + variant}\n`),
      })),
      timeLimitS: 5,
      allTests: true,
    },
  };
}

export interface CodeVerifier {
  /** Judges candidates, as many at once as there are slots. Throws unless all are right. */
  judge(of: ProblemInit, texts: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the verifier as it is served. */
export async function startCodeVerifier(slots: number): Promise<CodeVerifier> {
  const entry = join(import.meta.dirname, '../../services/code/src/main.ts');
  const service = await startService(entry, ['--slots', String(slots)]);
  const connection = new VerifierConnection(service.address, credentials.createInsecure());
  return {
    async judge(of, texts) {
      const candidates = texts.map((text, index) => ({ index, text }));
      const call = connection.Verify({ problem: of, candidates });
      for await (const response of call) {
        const wrong = (response as VerifyResponse).verdicts.find(({ status }) => status !== 'CORRECT');
        if (wrong !== undefined) throw new Error(`${wrong.status} ${wrong.reason}: ${wrong.message}`);
      }
    },
    async stop() {
      connection.close();
      await service.stop();
    },
  };
}
