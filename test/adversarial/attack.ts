/** What an attack is, and the programs that attacks are made of. */
import assert from 'node:assert/strict';
import type { Verdict } from '@assay/contract';
import type { ProgramTests } from '../support/code.ts';
import { wordsOf } from '../support/stored.ts';

export type Language = 'c' | 'cpp' | 'python' | 'pypy' | 'java' | 'go' | 'rust' | 'javascript';

export interface Program {
  name: string;
  language: Language;
  source: string;
  /** The verdicts that a good judge may give: `CORRECT`, `INCORRECT time_limit`, … */
  expected: string | readonly string[];
  /** What differs from `plain`. */
  tests?: Partial<ProgramTests>;
  /** Further demands on the verdict. */
  check?(verdict: Verdict): void;
}

export interface Attack extends Program {
  /** Runs next, in the same sandbox: looks for what the attack left behind. */
  next?: Omit<Program, 'name'>;
}

export const megabyte = 1 << 20;

/** One test: two numbers in, their sum out. Small limits. */
export const plain: ProgramTests = {
  tests: [{ name: 'sum', input: Buffer.from('1 2\n'), output: Buffer.from('3\n') }],
  timeLimitS: 0.5,
  wallLimitS: 2,
  memoryLimitBytes: 64 * megabyte,
  outputLimitBytes: megabyte,
};

/** Tests by hand: pairs of input and output. */
export function pairs(...list: (readonly [input: string, output: string])[]): ProgramTests['tests'] {
  return list.map(([input, output], at) => ({
    name: String(at),
    input: Buffer.from(input),
    output: Buffer.from(output),
  }));
}

/** A candidate as models write it: the program in a fence that names its language. */
export function textOf({ language, source }: Pick<Program, 'language' | 'source'>): string {
  return `\`\`\`${language}\n${source.trimEnd()}\n\`\`\`\n`;
}

/** The verdict is one of those that are expected, and fit for people and machines. */
export function checkVerdict(
  { expected, check }: Pick<Program, 'expected' | 'check'>,
  verdict: Verdict,
): void {
  const words = wordsOf(verdict);
  const detail = JSON.stringify({ message: verdict.message, parts: verdict.parts.slice(0, 3) });
  assert.ok([expected].flat().includes(words), `${words}, not ${[expected].flat().join(' or ')}: ${detail}`);
  assert.doesNotMatch(verdict.message, controls, 'a message is one line, without control characters');
  for (const { message } of [verdict, ...verdict.parts]) {
    assert.doesNotMatch(message.replace(/[\n\t]/g, ' '), controls, 'a part has no control characters');
    assert.ok(message.length <= 8_192, `a message of ${message.length} characters`);
  }
  check?.(verdict);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f]/;

/** A C program: this body of `main`, with helpers, after the numbers `a` and `b` were read. */
export function c(body: string, outside = ''): string {
  return silent(`  if (scanf("%ld %ld", &a, &b) != 2) a = b = 0;\n${body}`, outside);
}

/** The same, without reading first. */
export function silent(body: string, outside = ''): string {
  return `${prelude}${outside}\nint main(void) {\n${body}\n}\n`;
}

const prelude = String.raw`#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long a, b;

static int sum(void) { printf("%ld\n", a + b); return fflush(stdout); }

/* Uses CPU time, in this thread. */
static void burn(double seconds) {
  struct timespec t;
  volatile unsigned x = 0;
  do {
    for (int i = 0; i < 100000; i++) x += i;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  } while (t.tv_sec + t.tv_nsec / 1e9 < seconds);
}

/* Names what was possible and should not be: the output is then not the sum. */
static void denied(const char *what, long result) {
  if (result >= 0) printf("%s=%ld ", what, result);
}
`;
