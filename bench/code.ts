// Tests per second of the code verifier, beside bare processes and `docker run` per test, in the same run.
//
//   assay bench code [--seconds 5] [--slots 2]
//
// Needs a Docker engine with the image assay/sandbox (docker/build sandbox). Candidates go over gRPC to the service as
// it is served, every test in full isolation. `bare` starts the same program COUNT times by posix_spawn in one
// container, without limits, pipes or clean-up: what the machine takes for a process. Figures are medians of rounds
// in which the parts take turns, since other work on the machine comes and goes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { problem, sources, startCodeVerifier } from './code/candidates.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    slots: { type: 'string', default: '2' },
  },
});
const [seconds, rounds, slots] = [Number(values.seconds), Number(values.rounds), Number(values.slots)];
const image = 'assay/sandbox';

const { judge, stop } = await startCodeVerifier(slots);
let unique = 0;

/** A text of its own for each candidate, so that nothing is compiled twice. */
const different = (source: string, mark: '//' | '#') => `${source}${mark} ${unique++}\n`;

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (1000 * count) / (performance.now() - start);
}

/** Tests per second of candidates with many tests each; as many tests as take about the time asked for. */
async function testsPerSecond(language: keyof typeof sources, expected: number): Promise<number> {
  const tests = Math.max(10, Math.round((expected * seconds) / slots));
  const of = problem(language, tests);
  const texts = Array.from({ length: slots }, () => sources[language]);
  return rate(tests * slots, () => judge(of, texts));
}

const docker = (...args: string[]) =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const build = mkdtempSync(join(tmpdir(), 'assay-bench-'));

/** Compiles the program, and the one that starts it, in the sandboxes' image. */
function prepareBare(): void {
  const compile = `gcc -O2 -o /out/spawn /src/spawn.c && gcc -O2 -x c -o /out/add - && chmod 0755 /out/*`;
  execFileSync(
    'docker',
    [
      'run',
      '--rm',
      '--interactive',
      '--network',
      'none',
      '--volume',
      `${join(import.meta.dirname, 'code')}:/src:ro`,
      '--volume',
      `${build}:/out`,
      '--entrypoint',
      'sh',
      image,
      '-c',
      compile,
    ],
    { input: sources.c },
  );
}

function bare(count: number, ...program: string[]): number {
  const mounts = ['--volume', `${build}:/out:ro`, '--entrypoint', '/out/spawn'];
  return Number(
    docker('run', '--rm', '--network', 'none', ...mounts, image, String(count), String(slots), ...program),
  );
}

/** One `docker run` for each test, as the simplest judge does it. */
async function dockerRun(count: number): Promise<number> {
  return rate(count, async () => {
    for (let i = 0; i < count; i++) {
      docker(
        'run',
        '--rm',
        '--network',
        'none',
        '--volume',
        `${build}:/out:ro`,
        '--entrypoint',
        '/out/add',
        image,
      );
    }
  });
}

const figures = new Map<string, number[]>();
const add = (name: string, value: number) => figures.set(name, [...(figures.get(name) ?? []), value]);
const median = (name: string) => {
  const sorted = [...(figures.get(name) ?? [])].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

try {
  prepareBare();
  await testsPerSecond('c', 100);
  await testsPerSecond('python3', 100);
  for (let round = 0; round < rounds; round++) {
    add('bare C', bare(Math.round(2500 * seconds), '/out/add'));
    add('C', await testsPerSecond('c', 1500));
    add('bare Python', bare(Math.round(100 * seconds), '/usr/bin/python3', '-c', 'print(1)'));
    add('Python', await testsPerSecond('python3', 700));
    add('docker run', await dockerRun(Math.max(3, Math.round(2 * seconds))));
    const fresh = Math.round(6 * seconds);
    const texts = Array.from({ length: fresh }, () => different(sources.cpp, '//'));
    add('C++ jobs, compiled', await rate(fresh, () => judge(problem('cpp', 10), texts)));
    const known = Math.round(50 * seconds);
    const same = Array.from({ length: known }, () => texts[0] ?? '');
    add('C++ jobs, kept', await rate(known, () => judge(problem('cpp', 10, 1), same)));
  }
  const row = (what: string, name: string, against = '') =>
    console.log(
      `${what.padEnd(44)}${median(name).toFixed(1).padStart(9)}/s  ${against.padEnd(24)}` +
        `(${(figures.get(name) ?? []).map((value) => value.toFixed(0)).join(' ')})`,
    );
  const ratio = (name: string, other: string) =>
    (median(name) / median(other)).toFixed(name === 'C' && other === 'docker run' ? 0 : 2);
  console.log(`${slots} slots, ${rounds} rounds, medians\n`);
  row('bare: posix_spawn of the C program', 'bare C');
  row('C tests', 'C', `${ratio('C', 'bare C')} × bare`);
  row('bare: python3 -c', 'bare Python');
  row('Python tests, forked from a warm interpreter', 'Python', `${ratio('Python', 'bare Python')} × bare`);
  row('docker run per test', 'docker run', `C tests: ${ratio('C', 'docker run')} ×`);
  row('C++ jobs of 10 tests, compiled', 'C++ jobs, compiled');
  row('C++ jobs of 10 tests, compiled before', 'C++ jobs, kept');
} finally {
  await stop();
  rmSync(build, { recursive: true, force: true });
}
