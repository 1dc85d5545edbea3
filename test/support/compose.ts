/** docker/compose.yaml brought up for a test, on free ports, and taken down without leaving anything. */
import { execFile } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { defer } from './cleanup.ts';
import { engine, withoutSandbox } from './docker.ts';
import { goTool } from './go-tools.ts';
import { repository, tempDir } from './temp.ts';

const run = promisify(execFile);
const images = ['orchestrator', 'math', 'code', 'gateway', 'postgres'];

/** Why it cannot be tried here. */
export async function withoutCompose(): Promise<string | false> {
  const tool = goTool('compose');
  if (tool.skip) return tool.skip;
  const sandbox = await withoutSandbox();
  if (sandbox) return sandbox;
  for (const name of images) {
    const missing = await withoutSandbox(`assay/${name}`);
    if (missing) return `no image assay/${name}: docker/build ${images.join(' ')}`;
  }
  return false;
}

export class Stack {
  readonly #project = `assay-test-${process.pid}`;
  readonly #env: NodeJS.ProcessEnv;
  readonly #profiles: readonly string[];

  private constructor(env: NodeJS.ProcessEnv, profiles: readonly string[]) {
    this.#env = env;
    this.#profiles = profiles;
  }

  /** Up and healthy, with these profiles. */
  static async up(t: TestContext, profiles: readonly string[], settings: Record<string, string> = {}) {
    // The docker client finds its plugins by name.
    const config = tempDir(t);
    mkdirSync(join(config, 'cli-plugins'));
    symlinkSync(goTool('compose').path, join(config, 'cli-plugins/docker-compose'));
    const ports = [
      'ASSAY_PORT',
      'ASSAY_PORT_2',
      'ASSAY_HTTP_PORT',
      'ASSAY_METRICS_PORT',
      'ASSAY_GATEWAY_PORT',
    ];
    const socket = /^unix:\/\/(.+)$/.exec(process.env.DOCKER_HOST ?? '')?.[1] ?? '/var/run/docker.sock';
    const stack = new Stack(
      {
        ...process.env,
        DOCKER_CONFIG: config,
        ASSAY_DOCKER_SOCKET: socket,
        ASSAY_DOCKER_GROUP: String(statSync(socket).gid),
        ...Object.fromEntries(ports.map((name) => [name, '0'])),
        ...settings,
      },
      profiles,
    );
    defer(t, () => stack.down());
    try {
      await stack.compose('up', '--detach', '--wait', '--wait-timeout', '150');
    } catch (error) {
      const logs = await stack.compose('logs', '--tail', '5');
      throw new Error(`${(error as Error).message}\n${logs}`, { cause: error });
    }
    return stack;
  }

  async compose(...args: string[]): Promise<string> {
    const file = join(repository, 'docker/compose.yaml');
    const profiles = this.#profiles.flatMap((name) => ['--profile', name]);
    const all = ['compose', '--project-name', this.#project, '--file', file, ...profiles, ...args];
    try {
      return (await run('docker', all, { env: this.#env, timeout: 200_000 })).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`docker compose ${args[0]} failed\n${stdout}${stderr.slice(-500)}`);
    }
  }

  /** Where a service's port is reached: `127.0.0.1:PORT`. */
  async port(service: string, port: number): Promise<string> {
    return (await this.compose('port', service, String(port))).trim();
  }

  down(): Promise<string> {
    return this.compose('down', '--volumes', '--remove-orphans', '--timeout', '0');
  }

  /** Names of containers, networks and volumes that are there. */
  async left(): Promise<string[]> {
    const filters = encodeURIComponent(
      JSON.stringify({ label: [`com.docker.compose.project=${this.#project}`] }),
    );
    const [containers, networks, { Volumes: volumes }] = await Promise.all([
      engine<{ Names: string[] }[]>('GET', `/containers/json?all=true&filters=${filters}`),
      engine<{ Name: string }[]>('GET', `/networks?filters=${filters}`),
      engine<{ Volumes: { Name: string }[] | null }>('GET', `/volumes?filters=${filters}`),
    ]);
    return [
      ...containers.flatMap(({ Names }) => Names),
      ...networks.map(({ Name }) => Name),
      ...(volumes ?? []).map(({ Name }) => Name),
    ];
  }
}
