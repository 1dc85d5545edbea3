/** The gateway as an HTTP server. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { AssayError, Dialer, isLoopback, messageOf, type Security } from '@assay/contract';
import fastifySwagger from '@fastify/swagger';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { addKimina } from './compat/kimina.ts';
import { addSandboxFusion } from './compat/sandbox-fusion.ts';
import { DirectVerifiers } from './direct.ts';
import { defaultLimits, Gateway, type GatewayLimits, isNdjson } from './gateway.ts';
import { readJson } from './http/body.ts';
import { problemType } from './http/errors.ts';
import { checkOrigin } from './http/guard.ts';
import { addOnline } from './rest/online.ts';
import { addRuns } from './rest/runs.ts';
import { schemas } from './rest/schemas.ts';
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

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

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

async function appOf(gateway: Gateway, host: string, tls?: object): Promise<FastifyInstance> {
  const { limits } = gateway;
  const app = fastify({
    ...(tls !== undefined && { https: tls }),
    logger: false,
    // Of bodies we take care ourselves: streams may last for days.
    requestTimeout: 0,
    bodyLimit: Number.MAX_SAFE_INTEGER,
    keepAliveTimeout: 10_000,
    routerOptions: { maxParamLength: 128, ignoreTrailingSlash: true },
    http: {
      headersTimeout: limits.headMs,
      maxHeaderSize: 16_384,
      connectionsCheckingInterval: limits.headMs / 5,
    },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    exposeHeadRoutes: false,
    frameworkErrors: (error: Error, _request: unknown, reply: FastifyReply) =>
      void refuse(gateway, reply, error),
    clientErrorHandler: badHead,
  } as Parameters<typeof fastify>[0]) as unknown as FastifyInstance;
  app.server.maxConnections = 4 * limits.maxRequests;
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler((error, _request, reply) => refuse(gateway, reply, error));
  app.setNotFoundHandler((request, reply) =>
    refuse(gateway, reply, unknownPath(app, request.method, request.url)),
  );
  takeBodies(app, gateway);
  admit(app, gateway, host);

  for (const schema of schemas()) app.addSchema(schema);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Assay gateway',
        version,
        description:
          'The orchestrator over HTTP and JSON, and endpoints that clients of other judges already call.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{}, { token: [] }],
      tags: [
        { name: 'assay', description: 'Runs, candidates, verdicts.' },
        { name: 'sandbox-fusion', description: 'As SandboxFusion has it.' },
        { name: 'kimina', description: 'As Kimina Lean Server has it.' },
      ],
    },
    refResolver: { buildLocalReference: (json) => String(json.$id) },
  });
  addRuns(app, gateway);
  addOnline(app, gateway);
  addSandboxFusion(app, gateway);
  addKimina(app, gateway);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}

/** JSON is read whole; NDJSON is handed on as it comes. */
function takeBodies(app: FastifyInstance, { limits }: Gateway): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/(?:[\w.-]+\+)?json\b/i,
    async (_request: unknown, payload: IncomingMessage) =>
      readJson(payload, { maxBytes: limits.maxBytes, ms: limits.bodyMs }),
  );
  app.addContentTypeParser(
    /^application\/(?:x-ndjson|jsonl|x-jsonlines)\b/i,
    async (_request: unknown, payload: unknown) => payload,
  );
}

/** Which requests are answered at all, and how many at a time. */
function admit(app: FastifyInstance, gateway: Gateway, host: string): void {
  let open = 0;
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'no-store');
    gateway.watch(request.raw, reply.raw);
    checkOrigin(request.headers, host);
    if (request.headers['content-encoding'] !== undefined) {
      throw new AssayError('media_type', 'Bodies that are compressed are not read.', {
        mend: 'Send the body as it is, without Content-Encoding.',
      });
    }
    if (isNdjson(request.headers['content-type']) && !/\/candidates\/?(\?|$)/.test(request.url)) {
      throw new AssayError('media_type', 'Only candidates are taken as NDJSON.', { mend: 'Send JSON here.' });
    }
    if (gateway.stopping.aborted) throw new AssayError('gateway_stopping', 'The gateway stops.');
    const { pathname } = new URL(request.url, 'http://here');
    if (pathname === '/v1/health') return;
    if (open >= gateway.limits.maxRequests) {
      throw new AssayError(
        'gateway_full',
        `${open} requests are being answered; there is no room for more.`,
        {
          mend: 'Try again in a moment, or send larger batches.',
        },
      );
    }
    open++;
    reply.raw.once('close', () => open--);
  });
}

function unknownPath(app: FastifyInstance, method: string, url: string): AssayError {
  const path = url.split('?', 1)[0] ?? '';
  const others = (['GET', 'POST'] as const).filter(
    (other) => app.findRoute({ method: other, url: path }) !== null,
  );
  if (others.length > 0) {
    return new AssayError('method_not_allowed', `${method} is not answered here.`, {
      mend: `Use ${others.join(' or ')}.`,
    });
  }
  return new AssayError('not_found', `There is nothing at ${JSON.stringify(path.slice(0, 200))}.`, {
    mend: 'GET /openapi.json tells what there is.',
  });
}

function refuse(gateway: Gateway, reply: FastifyReply, error: unknown): FastifyReply {
  const known = ours(error);
  const problem = gateway.problemOf(known);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.status === 429 || problem.status === 503) reply.header('retry-after', '1');
  if (problem.status === 408) reply.header('connection', 'close');
  return reply.code(problem.status).type(problemType).send(problem);
}

/** What Fastify complains about, in our words. */
function ours(error: unknown): unknown {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new AssayError('media_type', 'The body is neither JSON nor NDJSON.', {
      mend: 'Send it with Content-Type: application/json.',
    });
  }
  return error;
}

/** A head that is no HTTP, too long or too slow. */
function badHead(error: NodeJS.ErrnoException, socket: import('node:net').Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [code, text] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The head of the request is too long.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The head of the request came too slowly.']
        : ['400 Bad Request', 'This is no HTTP request.'];
  const status = Number(code?.slice(0, 3));
  const body = JSON.stringify({
    type: 'urn:assay:error:bad_head',
    title: text,
    status,
    detail: text,
    code: 'bad_head',
  });
  socket.end(
    `HTTP/1.1 ${code}\r\ncontent-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
