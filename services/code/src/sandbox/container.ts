/** The container of a sandbox: how it is confined, and how its supervisor is reached. */
import { randomInt, randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { within } from '../engine.ts';
import { owner, ownerHasEnded } from '../owner.ts';
import { seccompProfile } from './seccomp.ts';

/** What a sandbox is for: building (compilers, checkers) takes more memory and room than a program may have. */
export type Role = 'run' | 'build';

export interface ContainerOptions {
  readonly image: string;
  readonly role: Role;
  readonly memoryBytes: number;
  /** Docker's name of the OCI runtime; undefined: the engine's default. */
  readonly runtime?: string | undefined;
  /** That runtime has a kernel of its own (gVisor), which lives on what the container may take. @default false */
  readonly ownKernel?: boolean;
}

export interface StartedContainer {
  readonly container: Docker.Container;
  readonly name: string;
  /** The supervisor's stdin, and Docker's multiplexed stdout and stderr. */
  readonly stream: Duplex;
}

const mb = 1 << 20;

/** Room in /tmp and /box, bytes, and files in /tmp. */
const rooms = {
  run: { tmp: 64 * mb, box: 128 * mb, files: 4096 },
  build: { tmp: 512 * mb, box: 512 * mb, files: 65_536 },
} as const satisfies Record<Role, object>;

/** Processes and threads of a container; the limit of a single program is lower. */
const maxProcesses = 512;

/**
 * What a kernel of the sandbox's own may take besides: memory, and room for a program to go over its limit before it
 * is seen; threads of the machine, several for each process inside.
 */
const kernelRoom = { memoryBytes: 512 * mb, processes: 4096 } as const;

/** How long the engine may take, milliseconds: to start a container, to remove one, and for the rest. */
const patience = { start: 60_000, remove: 20_000, other: 20_000 } as const;

/** Labels by which containers of this service are found. */
export const labels = { role: 'assay.code', owner: 'assay.code.owner' } as const;

/** Names of this process's containers that are in use: any other with its label is one that it has lost. */
const inUse = new Set<string>();

/** Starts a container and attaches to its supervisor. It removes itself when its stdin ends, as when this process dies. */
export async function startContainer(docker: Docker, options: ContainerOptions): Promise<StartedContainer> {
  const name = `assay-code-${options.role}-${randomUUID()}`;
  inUse.add(name);
  try {
    return await within(patience.start, (abortSignal) => start(docker, name, options, abortSignal));
  } catch (error) {
    await removeContainer(docker, name);
    throw error;
  }
}

async function start(
  docker: Docker,
  name: string,
  { image, role, memoryBytes, runtime, ownKernel = false }: ContainerOptions,
  abortSignal: AbortSignal,
): Promise<StartedContainer> {
  const room = rooms[role];
  const allMemory = memoryBytes + (ownKernel ? kernelRoom.memoryBytes : 0);
  // Limits on processes count by user, over all containers of the machine: every sandbox has users of its own.
  const uid = 2 * randomInt(1 << 19, 1 << 29);
  const container = await docker.createContainer({
    name,
    abortSignal,
    Image: image,
    Cmd: [String(uid)],
    User: '0:0',
    Env: ['PATH=/usr/local/bin:/usr/bin:/bin'],
    WorkingDir: '/',
    Hostname: 'sandbox',
    // An engine that starts anew after a crash ends what still runs, and would wait for it to end in peace.
    StopSignal: 'SIGKILL',
    Labels: { [labels.role]: role, [labels.owner]: owner },
    OpenStdin: true,
    StdinOnce: true,
    Tty: false,
    NetworkDisabled: true,
    HostConfig: {
      AutoRemove: true,
      ...(runtime === undefined ? {} : { Runtime: runtime }),
      NetworkMode: 'none',
      IpcMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      // Of the supervisor: to become the program's user, to end its processes, to clear away its files.
      CapAdd: ['SETUID', 'SETGID', 'KILL', 'DAC_OVERRIDE', 'FOWNER', 'CHOWN'],
      SecurityOpt: ['no-new-privileges', `seccomp=${seccompProfile(ownKernel)}`],
      PidsLimit: ownKernel ? kernelRoom.processes : maxProcesses,
      Memory: allMemory,
      MemorySwap: allMemory,
      LogConfig: { Type: 'none', Config: {} },
      Tmpfs: {
        '/tmp': `rw,nosuid,nodev,${role === 'run' ? 'noexec' : 'exec'},size=${room.tmp},nr_inodes=${room.files},mode=1777`,
        '/dev/shm': `rw,nosuid,nodev,noexec,size=${room.tmp},nr_inodes=${room.files},mode=1777`,
        '/box': `rw,nosuid,nodev,exec,size=${room.box},nr_inodes=4096,mode=0755`,
      },
      Ulimits: [
        { Name: 'core', Soft: 0, Hard: 0 },
        { Name: 'stack', Soft: 8 * mb, Hard: -1 },
        { Name: 'nofile', Soft: 4096, Hard: 4096 },
      ],
    },
  });
  const stream = (await container.attach({
    stream: true,
    hijack: true,
    stdin: true,
    stdout: true,
    stderr: true,
    abortSignal,
  })) as unknown as Duplex;
  stream.on('error', () => {});
  try {
    await container.start({ abortSignal });
    return { container, name, stream };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

/** Changes what a container may hold; false where the engine cannot. */
export async function limitMemory(container: Docker.Container, bytes: number): Promise<boolean> {
  try {
    await within(patience.other, (abortSignal) =>
      container.update({ Memory: bytes, MemorySwap: bytes, abortSignal }),
    );
    return true;
  } catch {
    return false;
  }
}

/** Kills and removes. One that is gone already is fine; what the engine cannot remove now is left to `removeLeftovers`. */
export async function removeContainer(docker: Docker, name: string): Promise<void> {
  inUse.delete(name);
  const removal = { force: true, v: true };
  await within(patience.remove, (abortSignal) =>
    docker.getContainer(name).remove({ ...removal, abortSignal } as typeof removal),
  ).catch(() => {});
}

/**
 * Removes containers of processes of this machine that have died without removing them, and those of this process that
 * it has lost: made by an engine that went away before it said so, or that was away when they were to be removed.
 */
export async function removeLeftovers(docker: Docker): Promise<number> {
  const found = await within(patience.other, (abortSignal) =>
    docker.listContainers({ all: true, filters: { label: [labels.owner] }, abortSignal }),
  );
  const left = found.filter(({ Labels, Names: [name = ''] }) => {
    const of = Labels[labels.owner] ?? '';
    return of === owner ? !inUse.has(name.slice(1)) : ownerHasEnded(of);
  });
  await Promise.all(left.map(({ Id }) => removeContainer(docker, Id)));
  return left.length;
}
