/** What the code verifier needs of Docker: an engine, and the image that candidates run in. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@assay/contract';
import type { Finding } from './check.ts';
import { askEngine, defaultHost } from './engine.ts';
import { tryProgram } from './program.ts';

const image = 'assay/sandbox';
const buildScript = join(import.meta.dirname, '../../../../docker/build');

interface EngineInfo {
  ServerVersion?: string;
  Driver?: string;
  /** Absent in engines before 20.10, which know of version 1 alone. */
  CgroupVersion?: string;
  Runtimes?: Record<string, unknown>;
  DefaultRuntime?: string;
  SecurityOptions?: string[];
}

/** Is there an engine, and of what kind? `env`: that of DOCKER_HOST. */
export async function dockerEngine(env: NodeJS.ProcessEnv = process.env): Promise<Finding> {
  const host = env.DOCKER_HOST || defaultHost;
  try {
    const info = await askEngine<EngineInfo>(env, '/info');
    if (info?.ServerVersion === undefined) throw new Error('what answers there is no Docker engine');
    return { ok: true, detail: `engine ${info.ServerVersion} at ${host}, ${kindOf(info)}` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { ok: false, detail: `no engine at ${host}: ${messageOf(error)}`, mend: engineMend(code, env) };
  }
}

function kindOf(info: EngineInfo): string {
  const isRootless = info.SecurityOptions?.some((option) => option.includes('name=rootless')) ?? false;
  const runtimes = Object.keys(info.Runtimes ?? {})
    // containerd's own name for runc.
    .filter((name) => !name.startsWith('io.containerd.'))
    .sort()
    .map((name) => (name === info.DefaultRuntime ? `${name} (default)` : name));
  return [
    ...(isRootless ? ['rootless'] : []),
    `cgroup v${info.CgroupVersion || '1'}`,
    ...(info.Driver === undefined ? [] : [info.Driver]),
    `runtimes ${runtimes.join(', ') || 'unknown'}`,
  ].join(', ');
}

/**
 * What to do where no engine answers. `code`: of the system's error, if it was one; `osRelease`: what
 * /etc/os-release says; `has`: whether a file exists.
 */
export function engineMend(
  code: string | undefined,
  env: NodeJS.ProcessEnv,
  osRelease = readOsRelease(),
  has: (file: string) => boolean = existsSync,
): string {
  if (env.DOCKER_HOST) return 'Correct DOCKER_HOST or unset it; the engine it names must run.';
  const rootless = join(env.XDG_RUNTIME_DIR || '/nonexistent', 'docker.sock');
  if (has(rootless)) return `A rootless engine runs for this user: export DOCKER_HOST=unix://${rootless}`;
  if (code === 'EACCES' || code === 'EPERM') {
    return (
      'Let this user use it: sudo usermod --append --groups docker "$USER", then log in again (who is in that group ' +
      'is as good as root). Or run an engine of your own: dockerd-rootless-setuptool.sh install'
    );
  }
  const isInstalled = (env.PATH ?? '').split(':').some((folder) => has(join(folder, 'dockerd')));
  if (isInstalled || has('/usr/sbin/dockerd')) {
    return 'Start it: sudo systemctl start docker (without systemd: dockerd, as root).';
  }
  const elsewhere = 'For an engine on another machine: DOCKER_HOST.';
  if (/^(ID|ID_LIKE)=.*\b(debian|ubuntu)\b/m.test(osRelease)) {
    return `Install it: sudo apt-get install docker.io debootstrap (and docker-buildx where there is one). ${elsewhere}`;
  }
  return `Install Docker Engine: https://docs.docker.com/engine/install/ ${elsewhere}`;
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

interface ImageInfo {
  /** Bytes. */
  Size: number;
  Created: string;
  Config?: { Labels?: Record<string, string> | null } | null;
}

/** Is the image of the sandboxes there, and made from the sources that are here? */
export async function sandboxImage(env: NodeJS.ProcessEnv = process.env): Promise<Finding> {
  const mend = 'Build it, which takes a minute or two: docker/build sandbox';
  let found: ImageInfo | undefined;
  try {
    found = await askEngine<ImageInfo>(env, `/images/${image}/json`);
  } catch {
    return { ok: false, detail: 'no engine to ask for it', mend: 'See Docker above.' };
  }
  if (found === undefined) return { ok: false, detail: `there is no image ${image}`, mend };
  const inputs = await tryProgram('bash', [buildScript, '--inputs', 'sandbox']);
  const what = `${image}, ${(found.Size / 1e9).toFixed(2)} GB, of ${found.Created.slice(0, 10)}`;
  if (!inputs.ok) return { ok: true, detail: `${what}; its sources are not here` };
  if (found.Config?.Labels?.['assay.sandbox'] === inputs.output) {
    return { ok: true, detail: `${what}, current` };
  }
  return { ok: false, detail: `${what}: made from other sources than those here`, mend };
}
