// A Docker engine with the images that tests need. Where none answers, root gets one: installed by apt-get if need be,
// started here, and stopped at the end. Where that cannot be, tests that need Docker skip themselves.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt, has, install, isOffered, isRoot, lastLine, timed } from './machine.ts';

const root = join(import.meta.dirname, '..');
const scratch = join(root, '.assay');
const log = join(scratch, 'dockerd.log');
const images = ['sandbox', 'swebench-example'].filter((name) =>
  existsSync(join(root, 'docker', name, 'Dockerfile')),
);

/** The engine that was started here. */
let engine: ChildProcess | undefined;

/** Brings engine and images; false where there is an engine and the images cannot be built. */
export async function provideImages(): Promise<boolean> {
  const problem = (await answers()) ? '' : await startEngine();
  if (problem !== '') {
    console.log(`${problem}\nTests that need Docker will be skipped. What to do: ./assay doctor`);
    return true;
  }
  // What makes the base image where it cannot be pulled.
  const hasBase = (await attempt('docker', ['image', 'inspect', 'debian:bookworm-slim'])).ok;
  if (!hasBase && isRoot() && !has('debootstrap')) await install(['debootstrap', 'debian-archive-keyring']);
  const { ok, output } = await timed(`docker/build ${images.join(' ')}`, () =>
    attempt(join(root, 'docker/build'), images),
  );
  if (!ok) console.log(output);
  return ok;
}

/** Stops the engine if it was started here. */
export async function stopEngine(): Promise<void> {
  const child = engine;
  engine = undefined;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await timed('stopping dockerd', async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(30_000, undefined, { ref: false })]);
  });
}

/** Answers with the reason where it cannot be. */
async function startEngine(): Promise<string> {
  if (process.env.DOCKER_HOST) return `No Docker engine answers at ${process.env.DOCKER_HOST} (DOCKER_HOST).`;
  if (process.platform !== 'linux') return 'No Docker engine answers.';
  if (!isRoot()) return 'No Docker engine answers, and only root can install and start one.';
  if (!has('dockerd')) {
    if (!has('apt-get')) return 'There is no Docker engine, and no apt-get to install one with.';
    const offered = ['docker-cli', 'docker-buildx', 'cgroupfs-mount'];
    const extra = await Promise.all(offered.map(async (name) => ((await isOffered(name)) ? [name] : [])));
    const failure = await install(['docker.io', 'debootstrap', 'debian-archive-keyring', ...extra.flat()]);
    if (failure !== '') return `apt-get could not install Docker: ${failure}`;
    // Its package starts it where the system has an init that does.
    if (await answers()) return '';
  }
  if (!existsSync('/sys/fs/cgroup/cgroup.controllers') && has('cgroupfs-mount'))
    await attempt('cgroupfs-mount', []);
  // Without iptables, or the right to use it, containers have no network, and images are built in the machine's.
  for (const flags of [[], ['--iptables=false', '--ip6tables=false', '--bridge=none']]) {
    if (!(await timed(`dockerd ${flags.join(' ')}`, () => launch(flags)))) continue;
    const { ok, output } = await attempt('bash', ['-c', trial]);
    if (ok) return '';
    await stopEngine();
    return `dockerd starts here, but runs no containers: ${lastLine(output)}`;
  }
  return `dockerd does not start here: ${lastLine(existsSync(log) ? readFileSync(log, 'utf8') : '')} (${log})`;
}

/** Runs the one program that is certain to be there, in a container: machines that are containers may not allow it. */
const trial = `
  PATH=$PATH:/usr/libexec/docker:/usr/lib/docker
  program=$(readlink -f -- "$(type -P docker-init)") || exit 0
  tar --create --directory "$(dirname "$program")" "$(basename "$program")" | docker import - assay-trial &&
    docker run --rm --network none --entrypoint "/$(basename "$program")" assay-trial --version
  result=$?
  docker rmi --force assay-trial >/dev/null 2>&1
  exit $result`;

/** Starts dockerd; false where it ends or is silent for a minute. */
async function launch(flags: string[]): Promise<boolean> {
  mkdirSync(scratch, { recursive: true });
  const output = openSync(log, 'w');
  const child = spawn('dockerd', ['--pidfile', join(scratch, 'dockerd.pid'), ...flags], {
    stdio: ['ignore', output, output],
  });
  engine = child;
  let isGone = false;
  child.once('error', () => {
    isGone = true;
  });
  child.once('exit', () => {
    isGone = true;
  });
  process.once('exit', () => child.kill('SIGTERM'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
  for (const end = performance.now() + 60_000; performance.now() < end && !isGone; await sleep(200)) {
    if (await answers()) return true;
  }
  await stopEngine();
  return false;
}

async function answers(): Promise<boolean> {
  return has('docker') && (await attempt('docker', ['version', '--format', '{{.Server.Version}}'])).ok;
}
