// Runs the code verifier's sandboxes for long, and says what piles up: processes, files, containers, memory.
//
//   assay bench soak [--runs 100000] [--slots 2]
//
// Programs of every kind take turns: ones that end well, leave processes and files behind, crash, flood, and run out of
// their limits. At each tenth of the runs the service's memory, the containers' and what is in them is printed. Ends
// with 1 where anything is left over or memory has grown by more than a quarter since the third tenth.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ProblemInit, VerifierConnection, type VerifyResponse } from '@assay/contract';
import { credentials } from '@grpc/grpc-js';
import { startService } from './support/services.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, slots: { type: 'string', default: '2' } },
});
const runs = Number(values.runs);

const c = (body: string) =>
  `#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n#include <signal.h>\n#include <fcntl.h>\nint main(void) { int a; if (scanf("%d", &a) != 1) return 9; ${body} return 0; }\n`;

/** Source, language, and what its verdict must be. */
const programs: [string, string, string][] = [
  [c('printf("%d\\n", a);'), 'c', ''],
  ['print(input())', 'python3', ''],
  [
    c(
      'printf("%d\\n", a); fflush(stdout); if (fork() == 0) { setsid(); signal(SIGHUP, SIG_IGN); for (;;) pause(); }',
    ),
    'c',
    '',
  ],
  [
    c(
      'for (int i = 0; i < 20; i++) { char n[40]; sprintf(n, "/tmp/f%d", i); close(open(n, O_CREAT | O_WRONLY, 0600)); } close(open("/dev/shm/left", O_CREAT | O_WRONLY, 0600)); printf("%d\\n", a);',
    ),
    'c',
    '',
  ],
  [
    'import os\nos.makedirs("/tmp/a/b/c")\nopen("/tmp/a/b/c/d", "w").write("x" * 100000)\nos.chmod("/tmp/a", 0)\nprint(input())',
    'python3',
    '',
  ],
  ['import os\nif os.fork() == 0:\n    os.setsid()\n    while True: pass\nprint(input())', 'python3', ''],
  [c('abort();'), 'c', 'runtime_error'],
  [c('for (;;) puts("0123456789");'), 'c', 'output_limit'],
];
/** The last two take their time: once in a while is enough. */
const seldom: [string, string, string][] = [
  [c('for (volatile int i = 0;; i++) {}'), 'c', 'time_limit'],
  [c('for (;;) memset(malloc(1 << 20), 1, 1 << 20);'), 'c', 'memory_limit'],
];

const service = await startService(join(import.meta.dirname, '../services/code/src/main.ts'), [
  '--slots',
  values.slots,
]);
const connection = new VerifierConnection(service.address, credentials.createInsecure());

async function judge([text, language, reason]: [string, string, string], tests: number): Promise<void> {
  const problem: ProblemInit = {
    id: 'soak',
    programTests: {
      language,
      tests: Array.from({ length: tests }, (_, i) => ({
        input: Buffer.from(`${i}\n`),
        output: Buffer.from(`${i}\n`),
      })),
      timeLimitS: 0.2,
      memoryLimitBytes: 64 << 20,
      outputLimitBytes: 1 << 20,
      allTests: true,
    },
  };
  for await (const response of connection.Verify({ problem, candidates: [{ index: 0, text }] })) {
    const [verdict] = (response as VerifyResponse).verdicts;
    if (verdict?.reason !== reason)
      throw new Error(`${verdict?.status} ${verdict?.reason}: ${verdict?.message}\n${text}`);
  }
}

const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim();

/** Ids of the service's containers: they say which process they belong to. */
function containers(): string[] {
  const format = '{{.ID}} {{.Label "assay.code.owner"}}';
  const lines = docker('ps', '--filter', 'label=assay.code.owner', '--format', format).split('\n');
  return lines.filter((line) => line.includes(`/${service.pid}/`)).map((line) => line.split(' ')[0] ?? '');
}

/** Prints the number of files left, and the bytes that the container holds. */
const inside =
  'echo $(ls -A /tmp /dev/shm | grep -vc -e : -e "^$") ' +
  '$(cat /sys/fs/cgroup/memory/memory.usage_in_bytes /sys/fs/cgroup/memory.current 2>/dev/null)';

/** Processes and files in the containers beyond what belongs there, and memory, MB. */
function look() {
  let processes = 0;
  let memory = 0;
  let files = 0;
  for (const id of containers()) {
    const list = docker('top', id, '-eo', 'pid,args').split('\n').slice(1);
    processes += list.filter((line) => !/assay-supervisor|zygote\.py/.test(line)).length;
    const [left = '', bytes = ''] = docker('exec', id, 'sh', '-c', inside).split(' ');
    files += Number(left);
    memory += Number(bytes) / (1 << 20);
  }
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]) / 1024;
  return { containers: containers().length, processes, files, memory, rss };
}

let failed = false;
try {
  console.log('    runs   seconds  containers  processes  files  containers MB  service MB');
  const start = performance.now();
  let done = 0;
  let warm = look();
  for (let tenth = 1; tenth <= 10; tenth++) {
    while (done < (runs * tenth) / 10) {
      await Promise.all(programs.map((program) => judge(program, 50)));
      await Promise.all(seldom.map((program) => judge(program, 1)));
      done += 50 * programs.length + seldom.length;
    }
    const now = look();
    if (tenth <= 3) warm = now;
    const cells = [
      (performance.now() - start) / 1000,
      now.containers,
      now.processes,
      now.files,
      now.memory,
      now.rss,
    ];
    console.log(
      String(done).padStart(8) +
        cells.map((cell, i) => cell.toFixed(0).padStart([10, 12, 11, 7, 15, 12][i] ?? 0)).join(''),
    );
    failed ||=
      now.processes > 0 || now.files > 0 || now.rss > 1.25 * warm.rss || now.memory > 1.25 * warm.memory + 10;
  }
} finally {
  connection.close();
  await service.stop();
}
const left = containers().length;
console.log(`containers after the end: ${left}`);
process.exitCode = failed || left > 0 ? 1 : 0;
