/** /metrics for Prometheus, and /healthz and /readyz for whoever cannot speak gRPC health. Numbers and names only. */
import { createServer, type Server } from 'node:http';
import { AssayError, messageOf } from './errors.ts';

/** What a registry of prom-client is. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

const maxConnections = 64;

/**
 * Serves them at port (0: a free one) until the server is closed; `flag` is the one that chose the address.
 * Error: `bind`.
 */
export async function serveProbes(
  host: string,
  port: number,
  source: MetricsSource,
  serving: () => boolean,
  flag: string,
): Promise<{ server: Server; port: number }> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    response.on('error', () => {});
    const path = request.url?.split('?', 1)[0];
    if (path === '/metrics') {
      source.metrics().then(
        (text) => response.setHeader('content-type', source.contentType).end(text),
        (error: unknown) => response.writeHead(500).end(`${messageOf(error)}\n`),
      );
    } else if (path === '/healthz' || path === '/readyz') {
      response.writeHead(serving() ? 200 : 503).end(serving() ? 'serving\n' : 'not serving\n');
    } else {
      response.writeHead(404).end('try /metrics, /healthz or /readyz\n');
    }
  });
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new AssayError('bind', `cannot serve metrics on ${host}:${port}: ${messageOf(cause)}`, {
          mend: `Choose another ${flag}; port 0 takes a free one.`,
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : port };
}
