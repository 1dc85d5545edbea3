/** As much of a Docker engine as images of instances need, on a socket, for tests. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';

export interface FakeImage {
  bytes: number;
  /** Seconds since 1970. */
  created: number;
  /** Whether a container uses it. */
  used?: boolean;
}

export interface FakeEngine {
  /** What DOCKER_HOST is to be. */
  host: string;
  /** By name. */
  images: Map<string, FakeImage>;
}

/** Listens in a folder until the test ends; images whose names hold `absent` cannot be pulled. */
export async function fakeEngine(
  t: { after(fn: () => unknown): void },
  folder: string,
  images: Record<string, FakeImage>,
): Promise<FakeEngine> {
  const present = new Map(Object.entries(images));
  const answer = (method: string, url: URL): [status: number, body: unknown] => {
    const { pathname, searchParams } = url;
    const list = [...present];
    if (pathname === '/containers/json') {
      return [200, list.filter(([, { used }]) => used).map(([name]) => ({ ImageID: `id-${name}` }))];
    }
    if (pathname === '/images/json') {
      const rows = list.map(([name, { bytes, created }]) => {
        return { Id: `id-${name}`, RepoTags: [name], Labels: null, Size: bytes, Created: created };
      });
      return [200, rows];
    }
    if (pathname === '/images/create') {
      const name = `${searchParams.get('fromImage')}:${searchParams.get('tag')}`;
      if (name.includes('absent')) return [404, { message: `manifest for ${name} not found` }];
      present.set(name, { bytes: 1, created: 1 });
      return [200, { status: 'Download complete' }];
    }
    const name = decodeURIComponent(pathname.replace(/^\/images\//, '').replace(/\/json$/, ''));
    if (!present.has(name)) return [404, { message: `No such image: ${name}` }];
    if (method === 'DELETE') present.delete(name);
    return [200, method === 'DELETE' ? [] : { Id: `id-${name}` }];
  };
  const server = createServer((request, response) => {
    const [status, body] = answer(request.method ?? '', new URL(request.url ?? '', 'http://engine'));
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body)}\n`);
  });
  const socket = join(folder, 'docker.sock');
  server.listen(socket);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `unix://${socket}`, images: present };
}
