/** What single verifiers need. */
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '@assay/contract';
import type { Check, Finding } from './check.ts';
import { tryProgram } from './program.ts';

export const optionalChecks: Check[] = [
  { name: 'Docker', neededFor: 'the code verifier', run: docker },
  { name: 'Lean', neededFor: 'the lean verifier', run: lean },
  { name: 'NVIDIA GPU', neededFor: 'the reward verifier', run: gpu },
];

async function docker(): Promise<Finding> {
  const mend = 'Install and start Docker Engine, and let this user use it (group docker, or DOCKER_HOST).';
  const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  try {
    const { Version = '?' } = (await dockerVersion(host)) as { Version?: string };
    return { ok: true, detail: `engine ${Version} at ${host}` };
  } catch (error) {
    return { ok: false, detail: `no engine at ${host}: ${messageOf(error)}`, mend };
  }
}

/** Answer of the engine's API to /version. */
function dockerVersion(host: string): Promise<unknown> {
  const { protocol, hostname, port, pathname } = new URL(host);
  const target = protocol === 'unix:' ? { socketPath: pathname } : { hostname, port: port || 2375 };
  return new Promise((resolve, reject) => {
    const call = request({ ...target, path: '/version', timeout: 5_000 }, async (response) => {
      try {
        resolve(JSON.parse((await response.toArray()).join('')));
      } catch (error) {
        reject(error);
      }
    });
    call.on('timeout', () => call.destroy(new Error('no answer within 5 s')));
    call.on('error', reject);
    call.end();
  });
}

async function lean(): Promise<Finding> {
  const own = join(homedir(), '.elan/bin/lean');
  const { ok, output } = await tryProgram(existsSync(own) ? own : 'lean', ['--version']);
  return {
    ok,
    detail: output,
    mend: 'Install elan (https://github.com/leanprover/elan), then: elan default stable',
  };
}

async function gpu(): Promise<Finding> {
  const { ok, output } = await tryProgram('nvidia-smi', [
    '--query-gpu=name,memory.total',
    '--format=csv,noheader',
  ]);
  const found = ok && output !== '';
  return {
    ok: found,
    detail: found ? output.replaceAll('\n', '; ') : output || 'none',
    mend: 'Use a machine with an NVIDIA GPU and its driver; in a container start it with --gpus all.',
  };
}
