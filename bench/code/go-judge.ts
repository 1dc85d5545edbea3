/** go-judge as a peer: installed with Go, started on the host or in a container, asked over its HTTP API. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const megabyte = 1 << 20;

export interface Command {
  args: string[];
  input?: string;
  copyIn?: Record<string, { content: string } | { fileId: string }>;
  /** Files that go-judge keeps after the run. */
  copyOutCached?: string[];
}

export interface Outcome {
  status: string;
  error?: string;
  files?: Record<string, string>;
  fileIds?: Record<string, string>;
}

export interface GoJudge {
  /** What it says of its version. */
  readonly version: string;
  readonly where: string;
  run(command: Command): Promise<Outcome>;
  stop(): Promise<void>;
}

const cgroups = ['--volume', '/sys/fs/cgroup:/sys/fs/cgroup:rw'];

/** What a container of it may be given, least first. */
const privileges = [
  [],
  ['--security-opt', 'seccomp=unconfined'],
  ['--security-opt', 'seccomp=unconfined', ...cgroups],
  ['--security-opt', 'seccomp=unconfined', '--cap-add', 'SYS_ADMIN', ...cgroups],
  ['--privileged'],
];

/** The executable, built where there is none yet. Throws where Go or the module cannot be had. */
export async function installGoJudge(version: string): Promise<string> {
  const folder = join(import.meta.dirname, '../../.assay/bench/go-judge', version);
  const executable = join(folder, 'go-judge');
  if (existsSync(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  await run('go', ['install', `github.com/criyle/go-judge/cmd/go-judge@${version}`], {
    env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
  });
  return executable;
}

export async function startOnHost(executable: string, slots: number): Promise<GoJudge> {
  const port = await freePort();
  const child = spawn(executable, flags(`127.0.0.1:${port}`, slots), {
    env: { PATH: process.env.PATH, GOMAXPROCS: String(slots) },
    // It reads mount.yaml and seccomp.yaml of the current folder.
    cwd: '/',
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'spawn');
  return connect(port, 'on the host', async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
}

/** With the least privileges with which it runs a program. Throws where none are enough. */
export async function startInContainer(executable: string, image: string, slots: number): Promise<GoJudge> {
  const failures: unknown[] = [];
  for (const given of privileges) {
    const port = await freePort();
    const options = ['--detach', '--shm-size', '256m', '--env', `GOMAXPROCS=${slots}`, '--workdir', '/'];
    const reached = ['--publish', `127.0.0.1:${port}:5050`, '--volume', `${executable}:/go-judge:ro`];
    const command = ['--entrypoint', '/go-judge', image, ...flags(':5050', slots)];
    const { stdout } = await run('docker', ['run', ...options, ...given, ...reached, ...command]);
    const stop = async () => {
      await run('docker', ['rm', '--force', stdout.trim()]);
    };
    try {
      return await connect(port, `in a container, ${given.join(' ') || 'no privileges'}`, stop);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, `go-judge runs in no container: ${failures.join('; ')}`);
}

/** Without the last one it goes on without control groups where it may make none, and memory is a process's own. */
function flags(address: string, slots: number): string[] {
  return [
    '-http-addr',
    address,
    '-parallelism',
    `${slots}`,
    '-pre-fork',
    `${slots}`,
    '-silent',
    '-no-fallback',
  ];
}

/** Waits until it runs programs; stops it, and throws, where it does not. */
async function connect(port: number, where: string, stop: () => Promise<void>): Promise<GoJudge> {
  const agent = new Agent({ keepAlive: true });
  const judge = {
    where,
    async run(command: Command) {
      const [outcome] = (await call(agent, port, '/run', { cmd: [inFull(command)] })) as Outcome[];
      if (outcome === undefined) throw new Error('go-judge answered without a result');
      return outcome;
    },
    async stop() {
      agent.destroy();
      await stop();
    },
  };
  try {
    const version = JSON.stringify(await firstAnswer(agent, port));
    const { status, error = '' } = await judge.run({ args: ['/bin/true'] });
    if (status !== 'Accepted') throw new Error(`/bin/true: ${status} ${error}`);
    return { ...judge, version };
  } catch (error) {
    await judge.stop();
    throw error;
  }
}

async function firstAnswer(agent: Agent, port: number): Promise<unknown> {
  for (let tries = 50; ; tries--) {
    try {
      return await call(agent, port, '/version');
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(100);
    }
  }
}

function inFull({ args, input = '', copyIn = {}, copyOutCached = [] }: Command): object {
  const collected = (name: string) => ({ name, max: megabyte });
  return {
    args,
    env: ['PATH=/usr/bin:/bin'],
    files: [{ content: input }, collected('stdout'), collected('stderr')],
    cpuLimit: 10e9,
    clockLimit: 20e9,
    memoryLimit: 256 * megabyte,
    procLimit: 64,
    copyIn,
    copyOutCached,
  };
}

async function call(agent: Agent, port: number, path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const method = body === undefined ? 'GET' : 'POST';
  const asked = request({ agent, host: '127.0.0.1', port, path, method, headers, timeout: 30_000 });
  asked.on('timeout', () => asked.destroy(new Error(`go-judge: no answer to ${path}`)));
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(asked, 'response');
  const answer = await json(response);
  if (response.statusCode !== 200) throw new Error(`go-judge: ${path}: ${response.statusCode}`);
  return answer;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
