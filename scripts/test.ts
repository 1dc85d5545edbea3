// All checks and tests, quick ones first: `./assay test`. With words, only the steps whose name contains one of them.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { provideBrowser } from './browser.ts';
import { provideImages, stopEngine } from './docker.ts';
import { provideTools } from './go-tools.ts';
import { checkChart } from './helm.ts';
import { provideLean } from './lean.ts';
import { providePostgres } from './postgres.ts';

const root = join(import.meta.dirname, '..');
const node = process.execPath;
const bin = (name: string) => join(root, 'node_modules/.bin', name);

const steps: { name: string; command: string[] | (() => Promise<boolean>) }[] = [
  { name: 'generated code', command: [node, 'scripts/generated.ts'] },
  { name: 'import direction', command: [node, 'scripts/imports.ts'] },
  { name: 'lint and format', command: [bin('biome'), 'ci', '--error-on-warnings', '.'] },
  { name: 'types', command: [bin('turbo'), 'run', 'types', '--output-logs=errors-only'] },
  { name: 'types of scripts', command: [bin('tsc'), '--project', 'scripts'] },
  { name: 'sandbox images', command: provideImages },
  { name: 'Lean', command: provideLean },
  { name: 'browser', command: provideBrowser },
  { name: 'Postgres', command: providePostgres },
  { name: 'Helm chart', command: checkChart },
  { name: 'gRPC clients', command: () => provideTools(['grpcurl', 'ghz']) },
  { name: 'Python worker', command: [node, 'scripts/reward-gpu.ts'] },
  { name: 'Python client', command: [node, 'scripts/python.ts'] },
  {
    name: 'tests',
    command: [
      bin('turbo'),
      'run',
      'test',
      '--concurrency=1',
      '--continue',
      '--log-prefix=none',
      '--output-logs=full',
    ],
  },
];

const counts = { pass: 0, fail: 0, skipped: 0 };
const failed: string[] = [];
const wanted = process.argv.slice(2);

for (const { name, command } of steps) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  const start = performance.now();
  console.log(`\n== ${name}`);
  const ok = await (typeof command === 'function' ? command() : run(command));
  console.log(`== ${name}: ${ok ? 'ok' : 'FAILED'} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  if (!ok) failed.push(name);
}
await stopEngine();

// A test runner that died counted no failure.
const failures = Math.max(counts.fail, failed.length);
if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
console.log(`\n${counts.pass} passed, ${failures} failed, ${counts.skipped} skipped`);
process.exitCode = failed.length === 0 && counts.fail === 0 ? 0 : 1;

/** Runs a step with its output shown, and adds up what node's test runner counts in it. */
function run([command = '', ...args]: string[]): Promise<boolean> {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let line = '';
  child.stdout.on('data', (data: Buffer) => {
    process.stdout.write(data);
    const lines = (line + data.toString()).split('\n');
    line = lines.pop() ?? '';
    for (const text of lines) {
      const [, what, number] = /^ℹ (pass|fail|skipped|cancelled) (\d+)$/.exec(text) ?? [];
      if (what === 'cancelled') counts.fail += Number(number);
      else if (what !== undefined) counts[what as keyof typeof counts] += Number(number);
    }
  });
  return new Promise((resolve) => child.on('close', (code) => resolve(code === 0)));
}
