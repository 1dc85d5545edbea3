/** The container of a sandbox: how it is confined, and how its supervisor is reached. */
import { randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
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
}

export interface StartedContainer {
  readonly container: Docker.Container;
  /** The supervisor's stdin, and Docker's multiplexed stdout and stderr. */
  readonly stream: Duplex;
}

const mb = 1 << 20;

/** Room in /tmp and /box, bytes, and files in /tmp. */
const rooms = {
  run: { tmp: 64 * mb, box: 128 * mb, files: 4096 },
  build: { tmp: 512 * mb, box: 128 * mb, files: 65_536 },
} as const satisfies Record<Role, object>;

/** Processes and threads of a container; the limit of a single program is lower. */
const maxProcesses = 512;

/** Labels by which containers of this service are found. */
export const labels = { role: 'assay.code', owner: 'assay.code.owner' } as const;

/** Starts a container and attaches to its supervisor. It removes itself when its stdin ends, as when this process dies. */
export async function startContainer(docker: Docker, options: ContainerOptions): Promise<StartedContainer> {
  const { image, role, memoryBytes, runtime } = options;
  const room = rooms[role];
  // Limits on processes count by user, over all containers of the machine: every sandbox has users of its own.
  const uid = 2 * randomInt(1 << 19, 1 << 29);
  const container = await docker.createContainer({
    Image: image,
    Cmd: [String(uid)],
    User: '0:0',
    Env: ['PATH=/usr/local/bin:/usr/bin:/bin'],
    WorkingDir: '/',
    Hostname: 'sandbox',
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
      SecurityOpt: ['no-new-privileges', `seccomp=${seccompProfile()}`],
      PidsLimit: maxProcesses,
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
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
  try {
    const stream = (await container.attach({
      stream: true,
      hijack: true,
      stdin: true,
      stdout: true,
      stderr: true,
    })) as unknown as Duplex;
    stream.on('error', () => {});
    await container.start();
    return { container, stream };
  } catch (error) {
    await removeContainer(container);
    throw error;
  }
}

/** Kills and removes; one that is gone already is fine. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch(() => {});
}

/** Removes containers of processes of this machine that have died without removing them. */
export async function removeLeftovers(docker: Docker): Promise<number> {
  const found = await docker.listContainers({ all: true, filters: { label: [labels.owner] } });
  const dead = found.filter(({ Labels }) => ownerHasEnded(Labels[labels.owner] ?? ''));
  await Promise.all(dead.map(({ Id }) => removeContainer(docker.getContainer(Id))));
  return dead.length;
}
