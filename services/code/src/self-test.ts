/** Programs with known verdicts, judged before anything else: a sandbox that gets one wrong does not serve. */
import { AssayError, type Problem, problemCodec } from '@assay/contract';
import { Artifacts } from './programs/artifacts.ts';
import { judgeProgram } from './programs/judge.ts';
import type { SandboxPool } from './sandbox/pool.ts';
import { SandboxLost } from './sandbox/sandbox.ts';

interface Probe {
  readonly name: string;
  readonly source: string;
  /** Reason of the verdict; `correct` for none. */
  readonly expected: string;
  /** May take seconds of CPU. */
  readonly long?: true;
}

const c = (body: string, includes = '') =>
  `#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n${includes}\nint main(void) {\n${body}\n}\n`;

const probes: readonly Probe[] = [
  {
    name: 'right',
    source: c('int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b); return 0;'),
    expected: 'correct',
  },
  { name: 'wrong', source: c('puts("4"); return 0;'), expected: 'wrong_answer' },
  { name: 'slow', source: c('for (volatile long i = 0;; i++) {}'), expected: 'time_limit' },
  {
    name: 'hungry',
    source: c(
      'for (size_t n = 1 << 20;; n += 0) { char *p = malloc(n); if (p == NULL) return 1; memset(p, 1, n); }',
    ),
    expected: 'memory_limit',
  },
  {
    name: 'flood',
    source: c('for (;;) puts("0123456789012345678901234567890123456789");'),
    expected: 'output_limit',
  },
  { name: 'crash', source: c('abort();'), expected: 'runtime_error' },
  { name: 'broken', source: 'int main(void) { return x; }\n', expected: 'compile_error' },
  // It has all processes that it may have before its time is up, also where the machine is slow to make them.
  { name: 'fork bomb', source: c('for (;;) fork();'), expected: 'runtime_error', long: true },
  {
    name: 'network',
    source: c(
      'struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)}; inet_pton(AF_INET, "192.0.2.1", &to.sin_addr);' +
        ' int s = socket(AF_INET, SOCK_DGRAM, 0); puts(connect(s, (struct sockaddr *)&to, sizeof to) == 0 ? "0" : "3"); return 0;',
      '#include <arpa/inet.h>\n#include <sys/socket.h>',
    ),
    expected: 'correct',
  },
  {
    // Such memory would outlive its program. The profile for seccomp keeps it from all: gVisor takes none by itself.
    name: 'shared memory (runsc needs --oci-seccomp)',
    source: c('puts(shmget(IPC_PRIVATE, 4096, 0600) < 0 ? "3" : "0"); return 0;', '#include <sys/shm.h>'),
    expected: 'correct',
  },
  {
    name: 'thread',
    source: c(
      'pthread_t one; return pthread_create(&one, NULL, work, NULL) || pthread_join(one, NULL);',
      '#include <pthread.h>\nstatic void *work(void *none) { puts("3"); return none; }',
    ),
    expected: 'correct',
  },
  { name: 'right again', source: c('puts("3"); return 0;'), expected: 'correct' },
];

/** @throws AssayError `self_test` where a verdict is not what it must be, `no_sandbox` where there is none to judge in. */
export async function selfTest(pool: SandboxPool): Promise<void> {
  const artifacts = new Artifacts(16 << 20);
  const signal = new AbortController().signal;
  const [usual, longer] = [problemOf(0.3), problemOf(5)];
  const judged = pool.withSlot(signal, async (slot) => {
    const verdicts: string[] = [];
    for (const { name, source, expected, long } of probes) {
      const problem = long ? longer : usual;
      let verdict = await judgeProgram({ pool, slot, artifacts }, problem, source);
      // An overloaded machine is no fault of the sandbox.
      if (verdict.status === 'ERROR')
        verdict = await judgeProgram({ pool, slot, artifacts }, problem, source);
      const said = verdict.status === 'CORRECT' ? 'correct' : (verdict.reason ?? '');
      if (said !== expected) verdicts.push(`${name}: ${said} in place of ${expected} (${verdict.message})`);
    }
    return verdicts;
  });
  const found = await judged.catch((error: unknown) => {
    if (!(error instanceof SandboxLost)) throw error;
    throw new AssayError('no_sandbox', `There is no sandbox to judge in: ${error.message}`, {
      mend: 'See what the Docker engine says, whether its disk is full, and what assay doctor finds.',
    });
  });
  if (found.length > 0) {
    throw new AssayError('self_test', `The sandbox judges wrongly: ${found.join('; ')}`, {
      mend: 'Build its image anew with docker/build sandbox; see what this machine lacks with assay doctor.',
    });
  }
}

function problemOf(timeLimitS: number): Problem {
  return problemCodec.deserialize(
    problemCodec.serialize({
      id: 'self-test',
      programTests: {
        language: 'c',
        tests: [{ input: Buffer.from('1 2\n'), output: Buffer.from('3\n') }],
        timeLimitS,
        memoryLimitBytes: 64 << 20,
        outputLimitBytes: 1 << 20,
      },
    }),
  );
}
