/** The bare stand-in of a REPL, asked as fast as it answers: two commands a proof, as a check has. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { scripted } from '@assay/lean/testing';

export interface Bare {
  /** Proofs per second, for about so long. */
  rate(seconds: number): Promise<number>;
  stop(): Promise<void>;
}

/** Starts as many stand-ins as are to be asked at a time. */
export async function bareStandIns(
  count: number,
  header: string,
  proof: string,
  name: string,
): Promise<Bare> {
  const { repl = [], folder } = scripted();
  const [file = '', ...args] = repl;
  const repls = Array.from({ length: count }, () => {
    return spawn(file, args, { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  });
  const asks = repls.map((repl) => asker(repl));
  await Promise.all(asks.map((ask) => ask({ cmd: header })));
  return {
    async rate(seconds) {
      const start = performance.now();
      let proofs = 0;
      await Promise.all(
        asks.map(async (ask) => {
          while (performance.now() - start < 1000 * seconds) {
            const answer = JSON.parse(await ask({ cmd: proof, env: 0 })) as { env: number };
            await ask({ cmd: `#assay_0 ${name} 0`, env: answer.env });
            proofs++;
          }
        }),
      );
      return (1000 * proofs) / (performance.now() - start);
    },
    async stop() {
      for (const repl of repls) repl.kill();
      await Promise.all(repls.map((repl) => repl.exitCode ?? repl.signalCode ?? once(repl, 'exit')));
    },
  };
}

function asker({ stdin, stdout }: ChildProcess): (request: object) => Promise<string> {
  let text = '';
  let answered: (text: string) => void = () => {};
  stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (!text.endsWith('\n\n')) return;
    answered(text);
    text = '';
  });
  return (request) =>
    new Promise((resolve) => {
      answered = resolve;
      stdin?.write(`${JSON.stringify(request)}\n\n`);
    });
}
