/** Programs that go for the supervisor: it must outlive them, and tell of them what they did. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Docker from 'dockerode';
import { withoutImage } from '../testing/engine.ts';
import { SandboxPool } from './pool.ts';
import type { BoxFile, Program, ProgramLimits, ProgramResult } from './protocol.ts';
import type { Sandbox } from './sandbox.ts';

const image = 'assay/sandbox';
const skip = await withoutImage(image);
const mb = 1 << 20;
const memoryBytes = 96 * mb;
const docker = new Docker();
const pool = new SandboxPool(docker, 1, { image });
const env = ['PATH=/usr/bin:/bin', 'HOME=/tmp', 'LANG=C.UTF-8'];
const nothing = Buffer.alloc(0);

const limits: ProgramLimits = {
  cpuUs: 1e6,
  wallUs: 20e6,
  outputBytes: 16 * mb,
  stderrBytes: 64 * 1024,
  fileBytes: 128 * mb,
  stackBytes: 8 * mb,
  processes: 64,
  openFiles: 64,
};

/** System calls alone: a program of as few pages as can be, which cannot be the one that takes most memory. */
const bare = `
static long call(long n, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}
static const char page[4096] = {1};
static long file(const char *path, long flags) { return call(2, (long)path, flags, 0600, 0, 0, 0); }
static long put(long fd) { return call(1, fd, (long)page, sizeof page, 0, 0, 0); }
static long number(const char *one, const char *other) {
  char text[32];
  long fd = file(one, 0), sum = 0;
  if (fd < 0) fd = file(other, 0);
  long n = call(0, fd, (long)text, sizeof text, 0, 0, 0);
  call(3, fd, 0, 0, 0, 0, 0);
  for (long i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++) sum = 10 * sum + text[i] - '0';
  return sum;
}
/* Bytes that the sandbox may still take. */
static long left(void) {
  return number("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max") -
         number("/sys/fs/cgroup/memory/memory.usage_in_bytes", "/sys/fs/cgroup/memory.current");
}
/* Files that stay when the program has gone, until there is so much memory left. */
static void fill(long margin) {
  long one = file("/tmp/a", 0102), other = file("/dev/shm/b", 0102);
  while (left() >= margin && (put(one) > 0 || put(other) > 0)) {}
}
`;
const bareSkip = process.arch === 'x64' ? false : 'its system calls are those of x86-64';
const bareFlags = ['-static', '-nostdlib', '-fno-stack-protector', '-no-pie'];

describe('supervisor', { skip }, () => {
  let builder: Sandbox;
  let sandbox: Sandbox;
  before(async () => {
    builder = await pool.startSandbox('build', 1024 * mb);
    sandbox = await pool.startSandbox('run', memoryBytes);
  });
  after(async () => {
    await Promise.all([builder.close(), sandbox.close()]);
    await pool.close();
  });

  async function compiled(source: string, flags: readonly string[] = []): Promise<BoxFile> {
    const command = ['/usr/bin/gcc', '-O2', '-o', '/tmp/program', '/box/main.c', ...flags];
    await builder.load([{ path: 'main.c', content: Buffer.from(source) }]);
    const program = { command, env, limits: { ...limits, cpuUs: 20e6, wallUs: 60e6 } };
    const [result] = await builder.run([program], nothing, { keepFiles: true });
    const [file] = await builder.get(['program'], mb);
    assert.ok(file, result?.stderr.toString());
    return { ...file, executable: true };
  }

  async function run(files: BoxFile[], program: Partial<Program> = {}): Promise<ProgramResult> {
    await sandbox.load(files);
    const [result] = await sandbox.run([{ command: ['/box/program'], env, limits, ...program }], nothing);
    assert.ok(result);
    return result;
  }

  const python = (source: string) =>
    run([{ path: 'main.py', content: Buffer.from(source) }], {
      command: ['/usr/bin/python3', '/box/main.py'],
    });

  test('files with the longest names do not stay', async () => {
    const folders = "('/tmp', '/dev/shm')";
    await python(`for folder in ${folders}: open(folder + '/' + 'a' * 255, 'w').write('x')`);
    const { stdout } = await python(`import os\nfor folder in ${folders}: print(os.listdir(folder))`);
    assert.equal(stdout.toString(), '[]\n[]\n');
  });

  test('the kernel does not take it for a program that has files for memory', {
    skip: bareSkip,
  }, async () => {
    const source = `${bare}
void _start(void) {
  long score = file("/proc/self/oom_score_adj", 1);
  call(1, score, (long)"0", 1, 0, 0, 0);
  fill(0);
  call(231, 0, 0, 0, 0, 0, 0);
}`;
    const { outOfMemory } = await run([await compiled(source, bareFlags)]);
    assert.ok(outOfMemory);
    assert.equal((await python('print(3)')).stdout.toString(), '3\n');
  });

  test('nor for one that leaves no memory for its output', { skip: bareSkip }, async () => {
    // 1 MiB of a file goes into the pipe without being copied; what is kept of it is.
    const source = `${bare}
void _start(void) {
  long from = file("/tmp/output", 0102), at = 0;
  for (int i = 0; i < 256; i++) put(from);
  fill(100000);
  call(72, 1, 1031, 1 << 20, 0, 0, 0);
  while (at < 1 << 20 && call(275, from, (long)&at, 1, 0, (1 << 20) - at, 2) > 0) {}
  call(231, 0, 0, 0, 0, 0, 0);
}`;
    const { outOfMemory, stdout } = await run([await compiled(source, bareFlags)]);
    // Files that the kernel keeps for later count as taken, and make room where it must: then all fits.
    assert.ok(outOfMemory || stdout.length === mb, `${stdout.length} bytes of output`);
    assert.equal((await python('print(3)')).stdout.toString(), '3\n');
  });

  test('looks at limits also where programs write faster than it reads', async () => {
    const source = `#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>
static char block[1 << 20];
int main(void) {
  fcntl(STREAM, F_SETPIPE_SZ, 1 << 20);
  for (int i = 1; i < 16 && fork() > 0; i++) {}
  struct iovec whole = {block, sizeof block};
  for (;;) vmsplice(STREAM, &whole, 1, 0);
}`;
    const flood = async (stream: string) => run([await compiled(source, [`-DSTREAM=${stream}`])]);
    const out = await flood('1');
    assert.ok(out.outputExceeded);
    assert.ok(out.outputBytes < 256 * mb, `${out.outputBytes} bytes`);
    assert.ok((await flood('2')).cpuExceeded);
  });

  test('programs may open their streams by name', async () => {
    const { stdout, stderr } = await python(
      "open('/dev/stdout', 'w').write(open('/dev/stdin').read() + 'out')\nopen('/dev/stderr', 'w').write('err')",
    );
    assert.equal(`${stdout} ${stderr}`, 'out err');
  });

  test('CPU time is all of the candidate where a judge runs beside it, its children included', async () => {
    const burn = `import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    while time.process_time() < 0.5: pass
    os._exit(0)
try: os.wait()
except ChildProcessError: pass`;
    await sandbox.load([
      { path: 'main.py', content: Buffer.from(burn) },
      {
        path: 'judge/main.py',
        content: Buffer.from('while time.process_time() < 0.3: pass'.replace(/^/, 'import time\n')),
        judge: true,
      },
    ]);
    const command = (path: string) => ['/usr/bin/python3', path];
    const [candidate, judge] = await sandbox.run(
      [
        { command: command('/box/main.py'), env, limits },
        { command: command('/box/judge/main.py'), env, limits, judge: true },
      ],
      nothing,
    );
    assert.ok(candidate && judge);
    assert.ok(candidate.cpuUs > 450_000 && candidate.cpuUs < 750_000, `${candidate.cpuUs} us`);
    assert.ok(judge.cpuUs > 250_000, `${judge.cpuUs} us`);
  });

  test('work whose signal has aborted gets no sandbox, also where one was being started', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const work = pool.withSlot(controller.signal, async (slot) => {
      const started = slot.sandbox('run', memoryBytes);
      controller.abort(reason);
      return started;
    });
    await assert.rejects(work, reason);
  });
});
