/** One container for one candidate: made, used, and removed whatever happens. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { VerifyContext } from '@assay/verifier-kit';
import type Dockerode from 'dockerode';
import { Multiplexed } from '../multiplexed.ts';
import { ownerHasEnded } from '../owner.ts';
import { CappedOutput } from './output.ts';
import { tar } from './tar.ts';

/** Labels of every container: what made it, and which service. */
export const kindLabel = 'assay.code';
export const kind = 'swebench';
export const ownerLabel = 'assay.owner';

export interface ContainerSettings {
  readonly image: string;
  readonly owner: string;
  readonly workdir: string;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly pids: number;
  readonly network: boolean;
  /** OCI runtime; empty: the engine's default. */
  readonly runtime: string;
}

/** How a command in a container ended. */
export interface Executed {
  /** Undefined where the container died first. */
  readonly exitCode: number | undefined;
  readonly output: Buffer;
  readonly cutBytes: number;
}

/** How a container is doing. */
export interface Condition {
  readonly running: boolean;
  /** The kernel killed one of its processes for want of memory. */
  readonly outOfMemory: boolean;
}

// PID 1 cannot be killed from inside its namespace, except through signals that it handles: bash handles none but the
// ends of its children, which it reaps. So a container that is gone was ended from outside.
const keeper =
  "trap '' HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 USR2 SEGV PIPE ALRM TERM XCPU XFSZ VTALRM SYS; while :; do sleep 3600; done";

// The tests of the public instances were recorded as root: with none of these, root cannot read the files of others,
// and tests of file modes and owners end otherwise.
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'];

/** A running container; every method throws what the engine throws. */
export class Sandbox {
  readonly #container: Dockerode.Container;
  readonly #log: VerifyContext['log'];
  readonly #signal: AbortSignal;
  readonly #kill = () => void this.kill();

  private constructor(container: Dockerode.Container, signal: AbortSignal, log: VerifyContext['log']) {
    this.#container = container;
    this.#log = log;
    this.#signal = signal;
    signal.addEventListener('abort', this.#kill);
  }

  static async start(
    docker: Dockerode,
    settings: ContainerSettings,
    signal: AbortSignal,
    log: VerifyContext['log'],
  ): Promise<Sandbox> {
    signal.throwIfAborted();
    const container = await docker.createContainer({
      Image: settings.image,
      Entrypoint: ['/bin/bash', '-c', keeper],
      Cmd: [],
      User: 'root',
      WorkingDir: settings.workdir,
      Env: ['TZ=UTC', 'PYTHONHASHSEED=0'],
      Labels: { [kindLabel]: kind, [ownerLabel]: settings.owner },
      HostConfig: {
        NetworkMode: settings.network ? 'bridge' : 'none',
        CapDrop: ['ALL'],
        CapAdd: capabilities,
        SecurityOpt: ['no-new-privileges'],
        Memory: settings.memoryBytes,
        MemorySwap: settings.memoryBytes,
        NanoCpus: Math.round(settings.cpus * 1e9),
        PidsLimit: settings.pids,
        Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
        LogConfig: { Type: 'none', Config: {} },
        ...(settings.runtime === '' ? {} : { Runtime: settings.runtime }),
      },
    });
    const sandbox = new Sandbox(container, signal, log);
    try {
      await container.start();
      signal.throwIfAborted();
      return sandbox;
    } catch (error) {
      await sandbox.remove();
      throw error;
    }
  }

  get id(): string {
    return this.#container.id;
  }

  /** Writes files, named by absolute paths in folders that are there. */
  async put(files: Readonly<Record<string, string>>): Promise<void> {
    const entries = Object.entries(files).map(([path, content]) => [path.replace(/^\//, ''), content]);
    await this.#container.putArchive(tar(Object.fromEntries(entries)), { path: '/' });
  }

  /** Runs a command to its end, or to the container's; kill the container to end it early. */
  async execute(command: string[], limitBytes: number): Promise<Executed> {
    const exec = await this.#container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({ hijack: true, stdin: false });
    const output = new CappedOutput(limitBytes);
    const pieces = new Multiplexed();
    const ended = new Promise<void>((resolve) => {
      stream.on('data', (chunk: Buffer) => {
        for (const { body } of pieces.push(chunk)) output.add(body);
      });
      for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve());
    });
    try {
      const exitCode = await this.#exit(exec, ended);
      return { exitCode, output: output.bytes(), cutBytes: output.cut };
    } finally {
      stream.destroy();
    }
  }

  // The stream stays open while anything holds it, such as a process left in the background, so the command's own end
  // counts; the engine closes the stream within two seconds after that (moby, daemon/monitor.go). Before a command has
  // started it does not run either, but has no exit code.
  async #exit(exec: Dockerode.Exec, ended: Promise<void>): Promise<number | undefined> {
    let askedAfterEnd = 0;
    for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
      const done = await Promise.race([ended.then(() => true), sleep(pause, false)]);
      const { Running: running, ExitCode: code } = await exec.inspect();
      if (!running && code !== null) {
        await Promise.race([ended, sleep(10_000, undefined, { ref: false })]);
        return code;
      }
      if (!done) continue;
      if (!(await this.condition()).running) return undefined;
      askedAfterEnd += 1;
      if (askedAfterEnd > 10) throw new Error('the engine lost the end of a command');
      await sleep(pause);
    }
  }

  /** A container that is not there any more is one that does not run. */
  async condition(): Promise<Condition> {
    try {
      const { State: state } = await this.#container.inspect();
      return { running: state.Running, outOfMemory: state.OOMKilled };
    } catch (error) {
      if (isGone(error)) return { running: false, outOfMemory: false };
      throw error;
    }
  }

  /**
   * How it is doing after a command that did not end well. The commands of a container that is killed end before the
   * engine knows of it, so it is made to run another one; and the engine notices a lack of memory only where it ends
   * the container, so that is asked inside. The tests' own processes could lie there, to their own harm alone.
   */
  async examine(): Promise<Condition> {
    const events = '/sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control';
    const asked = await this.execute(
      ['/bin/bash', '-c', `cat ${events} 2>/dev/null; exit 0`],
      64 * 1024,
    ).catch(() => undefined);
    if (asked?.exitCode === 0) {
      const { outOfMemory } = await this.condition();
      return {
        running: true,
        outOfMemory: outOfMemory || /^oom_kill [1-9]/m.test(asked.output.toString('latin1')),
      };
    }
    // Tests that took all of its processes leave none for this; then it goes on to run.
    for (let attempt = 1; ; attempt += 1) {
      const condition = await this.condition();
      if (!condition.running || attempt === 10) return condition;
      await sleep(200);
    }
  }

  /** Ends every process in it at once. */
  async kill(): Promise<void> {
    await this.#container.kill({ signal: 'SIGKILL' }).catch((error: unknown) => {
      if (!isGone(error)) this.#log.warn({ error, container: this.id }, 'a container could not be killed');
    });
  }

  /** Never throws: what cannot be removed now is found by its labels later. */
  async remove(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#kill);
    await removeContainer(this.#container, this.#log);
  }
}

/** Removes the containers of services that have ended (see ownerHasEnded), or of the one named; says how many. */
export async function removeLeftovers(
  docker: Dockerode,
  owner?: string,
  log?: VerifyContext['log'],
): Promise<number> {
  const found = await docker.listContainers({ all: true, filters: { label: [`${kindLabel}=${kind}`] } });
  const left = found.filter(({ Labels: labels }) => {
    const name = labels[ownerLabel] ?? '';
    return owner === undefined ? ownerHasEnded(name) : name === owner;
  });
  await Promise.all(left.map(({ Id: id }) => removeContainer(docker.getContainer(id), log)));
  return left.length;
}

async function removeContainer(
  container: Dockerode.Container,
  log: VerifyContext['log'] | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await container.remove({ force: true, v: true });
      return;
    } catch (error) {
      if (isGone(error)) return;
      if (attempt === 3) {
        log?.error({ error, container: container.id }, 'a container could not be removed');
        return;
      }
      await sleep(200 * attempt);
    }
  }
}

// 404: no such container. 409: not running, or being removed already.
function isGone(error: unknown): boolean {
  const code = (error as { statusCode?: number }).statusCode;
  return code === 404 || code === 409;
}
