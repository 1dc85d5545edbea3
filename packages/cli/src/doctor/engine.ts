/** The Docker engine's API, as far as it is asked what it is. */
import { readFileSync } from 'node:fs';
import { request as plain, type RequestOptions } from 'node:http';
import { request as encrypted } from 'node:https';
import { join } from 'node:path';

/** Where Docker's own client looks for the engine. */
export const defaultHost = 'unix:///var/run/docker.sock';

/**
 * The engine's answer to GET `path`; undefined where it knows of no such thing (404).
 * `env`: DOCKER_HOST, and for TLS DOCKER_TLS_VERIFY and DOCKER_CERT_PATH. Rejects where no engine answers within 5 s.
 */
export function askEngine<T>(env: NodeJS.ProcessEnv, path: string): Promise<T | undefined> {
  const host = env.DOCKER_HOST || defaultHost;
  return new Promise((resolve, reject) => {
    const { protocol, hostname, port, pathname } = new URL(host);
    if (!['unix:', 'tcp:', 'http:', 'https:'].includes(protocol)) {
      throw new Error(`engines at ${protocol}// are not looked at`);
    }
    const tls = protocol === 'https:' || (protocol === 'tcp:' && !!env.DOCKER_TLS_VERIFY);
    const target =
      protocol === 'unix:' ? { socketPath: pathname } : { hostname, port: port || (tls ? 2376 : 2375) };
    const options: RequestOptions = { ...target, ...(tls && certificates(env)), path, timeout: 5_000 };
    const call = (tls ? encrypted : plain)(options, async (response) => {
      try {
        const text = (await response.toArray()).join('');
        const { statusCode = 0 } = response;
        if (statusCode >= 400 && statusCode !== 404) throw new Error(`${statusCode} ${text.trim()}`);
        resolve(statusCode === 404 ? undefined : (JSON.parse(text) as T));
      } catch (error) {
        reject(error);
      }
    });
    call.on('timeout', () => call.destroy(new Error('no answer within 5 s')));
    call.on('error', reject);
    call.end();
  });
}

function certificates({ DOCKER_CERT_PATH: folder }: NodeJS.ProcessEnv): RequestOptions {
  if (!folder) return {};
  const [ca, cert, key] = ['ca', 'cert', 'key'].map((name) => readFileSync(join(folder, `${name}.pem`)));
  return { ca, cert, key } as RequestOptions;
}
