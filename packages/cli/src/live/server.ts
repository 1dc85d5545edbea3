/** The live view: an HTTP server of pages and JSON that can be looked at, and changes nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OrchestratorApi } from '@assay/client';
import { AssayError, messageOf } from '@assay/contract';
import type { Store } from '@assay/store';
import { answerer } from './routes.ts';

/** What is looked at. */
export interface LiveSource {
  api: OrchestratorApi;
  /** The store behind it. */
  store: Store;
  /** Told of faults of ours. */
  note: (line: string) => void;
}

export interface LiveServer {
  /** `http://HOST:PORT/` */
  url: string;
  /** Ends every connection. */
  close(): Promise<void>;
}

export interface LiveOptions {
  /**
   * Milliseconds within which a request must have come whole.
   * @default 5000
   */
  requestMs?: number;
}

/** Milliseconds that a connection may be silent, and that it may wait for the next request. */
const silenceMs = 60_000;
const keepAliveMs = 10_000;
const maxConnections = 256;

/** Serves the live view; port 0: a free one. Error: `listen` where the address cannot be had. */
export async function serveLive(
  source: LiveSource,
  host: string,
  port: number,
  { requestMs = 5_000 }: LiveOptions = {},
): Promise<LiveServer> {
  const server = createServer(
    {
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: requestMs / 5,
      keepAliveTimeout: keepAliveMs,
      maxHeaderSize: 8_192,
    },
    answerer(source, host),
  );
  server.maxConnections = maxConnections;
  // Of an answer that is being made nothing is heard for long; a report may take a minute.
  server.setTimeout(silenceMs);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : messageOf(cause);
      reject(
        new AssayError('listen', `Cannot serve the live view on ${host}:${port}: ${why}.`, {
          mend: 'Choose another address with --http HOST:PORT (port 0: a free one).',
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
