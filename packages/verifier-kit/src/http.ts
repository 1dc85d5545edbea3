/** /metrics for Prometheus and /healthz for whoever cannot speak gRPC health. */
import { createServer, type Server } from 'node:http';
import { AssayError, messageOf } from '@assay/contract';
import type { Registry } from 'prom-client';

export async function serveHttp(
  host: string,
  port: number,
  registry: Registry,
  serving: () => boolean,
): Promise<{ server: Server; port: number }> {
  const server = createServer(async (request, response) => {
    if (request.url === '/metrics') {
      response.setHeader('content-type', registry.contentType).end(await registry.metrics());
    } else if (request.url === '/healthz') {
      response.writeHead(serving() ? 200 : 503).end(serving() ? 'serving\n' : 'not serving\n');
    } else {
      response.writeHead(404).end('try /metrics or /healthz\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new AssayError('bind', `cannot serve metrics on ${host}:${port}: ${messageOf(cause)}`, {
          mend: 'Choose another --metrics-port, or 0 for a free one.',
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : port };
}
