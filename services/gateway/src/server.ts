/** The gateway as an HTTP server. */
import { readFileSync } from 'node:fs';
import { AssayError, Dialer, isLoopback, messageOf, type Security } from '@assay/contract';
import { appOf } from './app.ts';
import { DirectVerifiers } from './direct.ts';
import { defaultLimits, Gateway, type GatewayLimits } from './gateway.ts';
import { Upstream } from './upstream.ts';

export interface GatewayOptions {
  /** `host:port` of orchestrators that share a store. */
  orchestrators: readonly string[];
  /** @default 127.0.0.1 */
  host?: string;
  /** 0: a free one. @default 7780 */
  port?: number;
  /** Verifiers that the drop-in endpoints ask directly: `host:port`. */
  verifiers?: readonly string[];
  /** As a server (HTTPS), and as a client of orchestrators and verifiers. */
  security?: Security;
  /** The token that is shown for callers who show none, or the file with it. Default: none is shown for them. */
  token?: string;
  tokenFile?: string;
  limits?: Partial<GatewayLimits>;
  /** Told of faults of our own. */
  note?: (line: string) => void;
}

export interface RunningGateway {
  /** `http://HOST:PORT/` */
  readonly url: string;
  /** Takes no new request, lets those under way end for so many milliseconds, and ends. */
  close(graceMs?: number): Promise<void>;
}

/** Serves. Errors: `listen`, `plain_text`, `bad_file`, `usage`. */
export async function serveGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { host = '127.0.0.1', port = 7780, verifiers = [], security = {} } = options;
  const { note = () => {} } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const tls = tlsOf(host, security);
  const upstream = new Upstream({
    orchestrators: options.orchestrators,
    dialerOf: (token) =>
      new Dialer({ ...security, note, ...(token === undefined ? ownToken(options) : { token }) }),
  });
  const direct =
    verifiers.length === 0 ? undefined : new DirectVerifiers(verifiers, Dialer.ofVerifiers(security));
  const stopping = new AbortController();
  const gateway = new Gateway(upstream, direct, limits, stopping, note);
  const app = await appOf(gateway, host, tls);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const why =
      (cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
        ? 'another program listens there'
        : messageOf(cause);
    await app.close();
    throw new AssayError('listen', `Cannot serve the gateway on ${host}:${port}: ${why}.`, {
      mend: 'Choose another address with --host and --port (port 0: a free one).',
      cause,
    });
  }
  const bound = app.server.address();
  const name = host.includes(':') ? `[${host}]` : host;
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${name}:${typeof bound === 'object' ? bound?.port : port}/`,
    async close(graceMs = 5_000) {
      stopping.abort();
      const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
      await app.close();
      clearTimeout(timer);
      direct?.close();
      await upstream.close();
    },
  };
}

function ownToken({ token, tokenFile }: GatewayOptions) {
  if (token !== undefined) return { token };
  return tokenFile === undefined ? {} : { tokenFile };
}

/** The OpenAPI document. It is the same wherever the gateway runs. */
export async function openApi(): Promise<object> {
  const upstream = new Upstream({ orchestrators: ['127.0.0.1:1'], dialerOf: () => new Dialer() });
  const app = await appOf(
    new Gateway(upstream, undefined, defaultLimits, new AbortController(), () => {}),
    '127.0.0.1',
  );
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}

function tlsOf(host: string, { tlsCert, tlsKey, tlsClientCa, insecure }: Security) {
  if (tlsCert !== undefined && tlsKey !== undefined) {
    return {
      cert: readFileSync(tlsCert),
      key: readFileSync(tlsKey),
      ...(tlsClientCa !== undefined && { ca: readFileSync(tlsClientCa), requestCert: true }),
    };
  }
  if (insecure || isLoopback(host)) return undefined;
  throw new AssayError(
    'plain_text',
    `Without TLS, whoever is on the way to ${host} could read and change everything.`,
    {
      mend: 'Give --tls-cert and --tls-key, listen on 127.0.0.1, or say --insecure where the network is trusted.',
    },
  );
}
