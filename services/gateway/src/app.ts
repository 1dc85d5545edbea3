/** Routes, bodies, refusals: the gateway as an HTTP application, whoever serves it. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { AssayError } from '@assay/contract';
import fastifySwagger from '@fastify/swagger';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { addKimina } from './compat/kimina.ts';
import { addSandboxFusion } from './compat/sandbox-fusion.ts';
import { type Gateway, isNdjson } from './gateway.ts';
import { readJson } from './http/body.ts';
import { problemType } from './http/errors.ts';
import { checkOrigin } from './http/guard.ts';
import { addOnline } from './rest/online.ts';
import { addRuns } from './rest/runs.ts';
import { schemas } from './rest/schemas.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

export async function appOf(gateway: Gateway, host: string, tls?: object): Promise<FastifyInstance> {
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
function takeBodies(app: FastifyInstance, gateway: Gateway): void {
  const { maxBytes, bodyMs: ms } = gateway.limits;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/(?:[\w.-]+\+)?json\b/i,
    async (request: FastifyRequest, payload: IncomingMessage) =>
      readJson(payload, { maxBytes, ms, share: gateway.shareOf(request) }),
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
    // Before any of its body is read. Where nobody can tell, its own work will.
    if (request.method !== 'GET') await gateway.checkCaller(request).catch(unlessUnreachable);
  });
}

function unlessUnreachable(error: unknown): void {
  if (!(error instanceof AssayError && error.code === 'orchestrator_unreachable')) throw error;
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
