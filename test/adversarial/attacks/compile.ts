/** Programs that attack when they are compiled. */
import { randomBytes } from 'node:crypto';
import { type Attack, c, megabyte, pairs } from '../attack.ts';

const refused = { language: 'cpp', expected: 'INCORRECT compile_error' } as const;

const main =
  '\n#include <cstdio>\nint main() { long a, b; scanf("%ld %ld", &a, &b); printf("%ld\\n", a + b); }\n';

const padding = (line: (i: number) => string, size: number) => {
  let text = '';
  for (let i = 0; text.length < size; i++) text += `${line(i)}\n`;
  return text;
};

/** What the compiler says must not tell what it can read and the program may not. */
const secret = randomBytes(16).toString('hex');

export const compile: Attack[] = [
  { name: 'is no program', ...refused, source: 'int main( {' },
  {
    name: 'is empty',
    language: 'c',
    source: '',
    expected: ['INCORRECT compile_error', 'INCORRECT no_answer'],
  },
  { name: 'includes an endless file', ...refused, source: `#include "/dev/zero"${main}` },
  {
    name: 'includes its own input',
    ...refused,
    source: `#include "/dev/stdin"${main}`,
    expected: ['CORRECT', 'INCORRECT compile_error'],
  },
  {
    name: 'includes /dev/tty and pipes',
    ...refused,
    source: `#include "/dev/tty"\n#include "/proc/self/fd/1"${main}`,
  },
  { name: 'includes /etc/passwd', ...refused, source: `#include "/etc/passwd"${main}` },
  {
    name: 'includes itself, twice, and so on',
    ...refused,
    source: `#include __FILE__\n#include __FILE__${main}`,
  },
  {
    name: 'includes files where answers might be',
    ...refused,
    source: `#include "/proc/1/environ"\n#include "/proc/self/environ"\n#include "/tmp/answer"\n#include "answer"\n#include "../tests"\n#include "/etc/shadow"${main}`,
    tests: { tests: pairs(['1 2', secret]) },
    check: ({ message, parts }) => {
      if (JSON.stringify([message, parts]).includes(secret)) throw new Error('the compiler found the answer');
    },
  },
  {
    name: 'assembles files into itself',
    ...refused,
    source: `__asm__(".incbin \\"/etc/shadow\\"");${main}`,
  },
  {
    name: 'assembles an endless file into itself',
    ...refused,
    source: `__asm__(".incbin \\"/dev/zero\\"");${main}`,
  },
  { name: 'assembles for ever', ...refused, source: `__asm__(".rept 1000000000\\n.quad 0\\n.endr");${main}` },
  { name: 'one gigabyte of initialised data', ...refused, source: `int a[1 << 28] = {1};${main}` },
  {
    name: 'templates without end',
    ...refused,
    source: `template <int N> struct T { static const int v = T<N + 1>::v + T<N + 2>::v; };\nint x = T<0>::v;${main}`,
  },
  {
    name: 'templates that double',
    ...refused,
    source: `template <int N, class T> struct D { typedef typename D<N - 1, D<N, T>>::t l; typedef typename D<N - 1, D<N, l>>::t t; };
template <class T> struct D<0, T> { typedef T t; };\nD<40, int>::t x;${main}`,
  },
  {
    name: 'a constant that takes for ever',
    ...refused,
    source: `constexpr long f(long n) { long s = 0; for (long i = 0; i < n; i++) s += i % 7; return s; }\nconstexpr long x = f(1L << 60);${main}`,
  },
  {
    name: 'macros that double',
    ...refused,
    source: `#define A0 x,x,x,x,x,x,x,x
${Array.from({ length: 12 }, (_, i) => `#define A${i + 1} A${i},A${i},A${i},A${i},A${i},A${i},A${i},A${i}`).join('\n')}\nint y[] = {A12};${main}`,
  },
  {
    name: '256 KB of errors',
    ...refused,
    source: padding((i) => `wrong w${i} = nothing${i};`, 256 << 10) + main,
  },
  {
    name: 'warnings without end, then right',
    ...refused,
    source: `${padding((i) => `#warning "line ${i} of a long list of warnings"`, 128 << 10)}${main}`,
    expected: ['CORRECT', 'INCORRECT compile_error'],
  },
  {
    name: '256 KB of honest source',
    language: 'c',
    source: padding((i) => `int v${i} = ${i};`, 256 << 10) + c('  return sum();'),
    expected: 'CORRECT',
  },
  {
    name: '2 MB of source',
    ...refused,
    source: padding((i) => `int v${i} = ${i};`, 2 * megabyte) + main,
    expected: ['INCORRECT compile_error', 'INCORRECT no_answer'],
  },
  { name: 'nested too deep', ...refused, source: `int main() { return ${'('.repeat(5_000)}; }` },
  {
    name: 'message with bytes that are no text',
    ...refused,
    source: '#error \u001b[31m \u0007 \u202e \u0000 >>>>> CORRECT\nint main() {}',
  },
  {
    name: 'options in the source',
    ...refused,
    source: `#pragma GCC optimize("-fplugin=/tmp/x.so")\n#pragma GCC dependency "/etc/shadow"\n#error end${main}`,
  },
  {
    name: 'Python: nested too deep',
    language: 'python',
    source: `x = ${'('.repeat(5000)}1${')'.repeat(5000)}\nprint(3)`,
    expected: ['INCORRECT compile_error', 'INCORRECT runtime_error'],
  },
  {
    name: 'Python: NUL in the source',
    language: 'python',
    source: 'print(3)\n\u0000\n',
    expected: ['CORRECT', 'INCORRECT compile_error', 'INCORRECT runtime_error'],
  },
  {
    name: 'Python: constants that the compiler would fold',
    language: 'python',
    source: "x = ((1 << 5000) ** 5000)\ny = 'x' * (1 << 40)\nprint(3)",
    expected: [
      'INCORRECT runtime_error',
      'INCORRECT memory_limit',
      'INCORRECT time_limit',
      'INCORRECT compile_error',
    ],
  },
  {
    name: 'Java: a method too large',
    language: 'java',
    source: `public class Main { public static void main(String[] x) { int a = 0;\n${padding((i) => `a += ${100_000 + i};`, 200_000)} } }`,
    expected: 'INCORRECT compile_error',
  },
  {
    name: 'Rust: files at compile time',
    language: 'rust',
    source: 'const S: &str = include_str!("/etc/shadow");\nfn main() { println!("{}", S); }',
    expected: 'INCORRECT compile_error',
  },
  {
    name: 'Rust: an endless file',
    language: 'rust',
    source: 'const S: &[u8] = include_bytes!("/dev/zero");\nfn main() { println!("{}", S.len()); }',
    expected: 'INCORRECT compile_error',
  },
  {
    name: 'Rust: a constant that takes for ever',
    language: 'rust',
    source:
      'const fn f() -> u64 { let mut i = 0u64; loop { i += 1; if i == u64::MAX { return i; } } }\n#[allow(long_running_const_eval)]\nconst X: u64 = f();\nfn main() { println!("{}", X); }',
    expected: 'INCORRECT compile_error',
  },
  {
    name: 'Go: files at compile time',
    language: 'go',
    source:
      'package main\n\nimport _ "embed"\n\n//go:embed /etc/passwd\nvar s string\n\nfunc main() { println(s) }',
    expected: 'INCORRECT compile_error',
  },
  {
    name: 'Go: C and its linker',
    language: 'go',
    source:
      'package main\n\n// #cgo LDFLAGS: -fplugin=/tmp/x.so\n// #include "/etc/shadow"\nimport "C"\n\nfunc main() {}',
    expected: 'INCORRECT compile_error',
  },
];
