/** The live view: an HTTP server of pages and JSON that can be looked at, and changes nothing. */
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { OrchestratorApi } from '@assay/client';
import {
  AssayError,
  identityFiles,
  isLoopback,
  messageOf,
  type Security,
  type Tokens,
} from '@assay/contract';
import type { Store } from '@assay/store';
import { answerer } from './routes.ts';

/** What is looked at. */
export interface LiveSource {
  api: OrchestratorApi;
  /** The store behind it. */
  store: Store;
  /** Told of faults of ours. */
  note: (line: string) => void;
  /** Who may look, each at the runs of their tenant; absent: everybody at everything. */
  tokens?: Tokens | undefined;
  /** Beyond this machine it is served over HTTPS, with the certificate in here. */
  security?: Security;
}

export interface LiveServer {
  /** `http://HOST:PORT/`, or `https:` */
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

/** Serves the live view; port 0: a free one. Errors: `listen` where the address cannot be had, `plain_text`. */
export async function serveLive(
  source: LiveSource,
  host: string,
  port: number,
  { requestMs = 5_000 }: LiveOptions = {},
): Promise<LiveServer> {
  const identity = isLoopback(host) ? undefined : certificateFor(source, host);
  const limits = {
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: requestMs / 5,
    keepAliveTimeout: keepAliveMs,
    maxHeaderSize: 8_192,
  };
  const answer = answerer(source, host);
  const server =
    identity === undefined
      ? createServer(limits, answer)
      : createSecureServer({ ...limits, ...contextOf(identity.value) }, answer);
  if (server instanceof TlsServer) identity?.listen((now) => server.setSecureContext(contextOf(now)));
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
    url: `${identity === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${bound}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Identity = ReturnType<typeof identityFiles>;

/** Undefined where it may do without. Error: `plain_text`. */
function certificateFor({ security = {}, tokens, note }: LiveSource, host: string): Identity | undefined {
  const { tlsCert, tlsKey, insecure } = security;
  if (tlsCert !== undefined && tlsKey !== undefined) return identityFiles(tlsCert, tlsKey, note);
  if (insecure && tokens === undefined) return undefined;
  throw new AssayError('plain_text', `The live view is not served on ${host} in plain text.`, {
    mend:
      'Give --tls-cert and --tls-key, or use an address of this machine (--http PORT). Without --tokens, --insecure ' +
      'says that the network can be trusted.',
  });
}

function contextOf({ certificate, privateKey }: Identity['value']) {
  return { cert: certificate, key: privateKey };
}
