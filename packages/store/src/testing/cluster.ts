/**
 * A program that keeps a Postgres server for tests: `node cluster.ts`. It says `ready URL` once the server runs, obeys
 * `stop`, `kill`, `start`, `size N`, `fill` and `free` on standard input and answers each with `done` or `failed WHY`. When standard
 * input ends, because whoever started it is gone, the server and all its files go, too.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { asUser, programsOf } from './programs.ts';

const bin = programsOf('postgres') ?? '';
const dir = mkdtempSync(join(tmpdir(), 'assay-postgres-'));
const data = join(dir, 'data');
const user = 'assay';
let server: ChildProcess | undefined;
let port = 0;

async function create(): Promise<void> {
  const { uid, gid } = asUser();
  chownSync(dir, uid, gid);
  execFileSync(
    join(bin, 'initdb'),
    ['--pgdata', data, '--username', user, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C'],
    { uid, gid, stdio: ['ignore', 'ignore', 'pipe'], cwd: dir },
  );
  port = await freePort();
}

/** The server gets SIGQUIT, which ends it at once, when this program dies. */
async function start(): Promise<void> {
  const { uid, gid } = asUser();
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${dir}`,
    'max_connections=200',
    'logging_collector=off',
    'log_min_messages=panic',
  ].flatMap((setting) => ['-c', setting]);
  const drop = ['--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups', '--pdeathsig', 'QUIT'];
  const command = [join(bin, 'postgres'), '-D', data, ...settings];
  const [program = '', ...args] = process.getuid?.() === 0 ? ['setpriv', ...drop, ...command] : command;
  let said = '';
  const child = spawn(program, args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
  server = child;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(said || 'postgres has ended');
    try {
      execFileSync(join(bin, 'pg_isready'), ['-q', '-h', dir, '-p', `${port}`], { stdio: 'ignore' });
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`not ready within 30 s: ${said}`);
}

/** SIGINT ends it in good order; SIGQUIT at once, as a crash does. */
async function stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  const child = server;
  server = undefined;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return free;
}

async function obey(line: string): Promise<void> {
  if (line === 'stop') await stop('SIGINT');
  else if (line === 'kill') await stop('SIGQUIT');
  else if (line === 'start') await start();
  else if (line.startsWith('size ')) resizeDisk(line.slice(5));
  else if (line === 'fill') fillDisk();
  else if (line === 'free') await freeDisk();
  else throw new Error(`no command ${line}`);
}

/** Puts the data on a disk of its own of this size, in memory; again: changes its size. */
let disk: string | undefined;
function resizeDisk(size: string): void {
  if (disk !== undefined) {
    execFileSync('mount', ['-o', `remount,size=${size}`, disk], { stdio: 'pipe' });
    return;
  }
  mkdirSync(join(dir, 'disk'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'assay-postgres', join(dir, 'disk')]);
  disk = join(dir, 'disk');
  execFileSync('cp', ['-a', data, disk]);
  execFileSync('mount', ['--bind', join(disk, 'data'), data]);
}

/** Takes all the room that is left on the disk. */
function fillDisk(): void {
  if (disk === undefined) throw new Error('it has no disk of its own');
  const { bavail, bsize } = statfsSync(disk);
  const file = openSync(join(disk, 'ballast'), 'a');
  try {
    const zeros = Buffer.alloc(1 << 20);
    for (let left = bavail * bsize; left > 0; left -= zeros.length) writeSync(file, zeros);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

/** Gives the room back, and starts the server again where the want of it has ended it. */
async function freeDisk(): Promise<void> {
  rmSync(join(disk ?? dir, 'ballast'), { force: true });
  if (server?.exitCode !== null || server.signalCode !== null) await start();
}

async function end(): Promise<void> {
  await stop('SIGQUIT');
  if (disk !== undefined) {
    for (const mounted of [data, disk]) execFileSync('umount', ['--lazy', mounted], { stdio: 'ignore' });
  }
  rmSync(dir, { recursive: true, force: true });
  process.exit();
}

const lines = createInterface({ input: process.stdin });
const say = (line: string) => process.stdout.write(`${line}\n`);
process.stdout.on('error', () => {});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end());
lines.once('close', () => void end());
try {
  await create();
  await start();
  say(`ready postgres://${user}@127.0.0.1:${port}/postgres`);
} catch (error) {
  say(`failed ${JSON.stringify((error as Error).message)}`);
  await end();
}
let last: Promise<void> = Promise.resolve();
lines.on('line', (line) => {
  last = last.then(async () => {
    try {
      await obey(line);
      say('done');
    } catch (error) {
      say(`failed ${JSON.stringify((error as Error).message)}`);
    }
  });
});
