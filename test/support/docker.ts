/** The Docker engine, as far as tests need it: its HTTP API on the local socket. */
import { request } from 'node:http';

/** Image of the programs' sandbox. */
export const sandboxImage = process.env.ASSAY_CODE_IMAGE ?? 'assay/sandbox';

export interface Container {
  Id: string;
  Image: string;
  State: string;
  Labels: Record<string, string>;
  /** Unix seconds. */
  Created: number;
}

const socketPath = /^unix:\/\/(.+)$/.exec(process.env.DOCKER_HOST ?? '')?.[1] ?? '/var/run/docker.sock';

/** One call of the engine's API; the body of the answer, undefined where it has none. Rejects on status 400 and above. */
export function engine<T>(method: string, path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, timeout: 20_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode >= 400) reject(new Error(`${method} ${path}: ${statusCode} ${text.trim()}`));
        else resolve((text === '' ? undefined : JSON.parse(text)) as T);
      });
    });
    call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer`)));
    call.on('error', reject);
    call.end();
  });
}

/** Why tests that need the sandbox's image must be skipped; false where they need not. */
export async function withoutSandbox(image = sandboxImage): Promise<string | false> {
  try {
    await engine('GET', '/version');
  } catch (error) {
    return `no Docker engine at ${socketPath} (${(error as Error).message})`;
  }
  try {
    await engine('GET', `/images/${image}/json`);
    return false;
  } catch {
    return `no image ${image}: build it as docker/README.md says`;
  }
}

/** The containers of a code verifier in this process, also those that have ended. */
export async function sandboxes(): Promise<Container[]> {
  const all = await engine<Container[]>('GET', '/containers/json?all=true');
  return all.filter(({ Labels }) => Labels['assay.code.owner']?.includes(`/${process.pid}/`));
}

/** What befalls a container: a call of the engine. One that is gone already is no failure. */
export const blows = {
  kill: (id: string) => strike('POST', `/containers/${id}/kill`),
  remove: (id: string) => strike('DELETE', `/containers/${id}?force=true`),
  /** It runs no more, and nothing says so. */
  pause: (id: string) => strike('POST', `/containers/${id}/pause`),
} as const;

async function strike(method: string, path: string): Promise<void> {
  await engine(method, path).catch((error: Error) => {
    if (!/: (404|409) /.test(error.message)) throw error;
  });
}
