/** What the live view answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AssayError, messageOf } from '@assay/contract';
import { type Failure, liveAssets } from '@assay/report';
import { type Refusal, refusalOf } from './guard.ts';
import type { LiveSource } from './server.ts';
import { noToken, type Visitor, Visitors } from './visitors.ts';

interface Answer {
  status?: number;
  type: string;
  body: string | Buffer;
  /** Instead of the one for our pages. */
  policy?: string;
}

const html = 'text/html; charset=utf-8';
const json = 'application/json; charset=utf-8';

/** Everything comes from here, and nothing stands in the page itself. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A report is a page by itself, whose own policy names its script; its origin is none, so it reaches nothing here. */
const reportPolicy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts allow-downloads";

/** Milliseconds that a report may take. */
const reportMs = 900_000;

/** Answers requests to a server that listens on `ownName`. */
export function answerer(
  source: LiveSource,
  ownName: string,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { note } = source;
  const visitors = new Visitors(source);
  const assets = liveAssets();

  const answerTo = async (path: string, query: URLSearchParams, visitor: Visitor): Promise<Answer> => {
    const { figures, reports } = visitor;
    const reportOf = async (id: string) => reports.get(id, await figures.version(await figures.find(id)));
    const id = query.get('id') ?? '';
    switch (path) {
      case '/':
      case '/run':
        return { type: html, body: assets.page };
      case '/live.js':
        return { type: 'text/javascript; charset=utf-8', body: assets.script };
      case '/live.css':
        return { type: 'text/css; charset=utf-8', body: assets.style };
      case '/icon.svg':
      case '/favicon.ico':
        return { type: 'image/svg+xml', body: assets.icon };
      case '/report':
        return { type: html, body: (await reportOf(id)).html, policy: reportPolicy };
      case '/api/overview':
        return { type: json, body: JSON.stringify(await figures.overview()) };
      case '/api/run':
        return { type: json, body: JSON.stringify(await figures.run(id)) };
      case '/api/report':
        return { type: json, body: (await reportOf(id)).json };
      default:
        throw new AssayError('not_found', 'There is nothing here.', { mend: 'Begin at /.' });
    }
  };

  return (request, response) => {
    response.on('error', () => {});
    const visitor = visitors.of(request.headers.authorization);
    const refusal = refusalOf(request, ownName) ?? (visitor === undefined ? noToken : undefined);
    if (refusal !== undefined || visitor === undefined) return refuse(request, response, refusal ?? noToken);
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    // Nothing is heard of a report while it is built.
    if (path.endsWith('/report')) response.setTimeout(reportMs);
    answerTo(path, new URLSearchParams(query), visitor).then(
      (answer) => send(request, response, answer),
      (error: unknown) => {
        const code = error instanceof AssayError ? error.code : 'internal';
        if (code === 'internal') note(`live view: ${messageOf(error)}`);
        const status = code === 'run_unknown' || code === 'not_found' ? 404 : 500;
        send(
          request,
          response,
          failure(status, code, code === 'internal' ? 'A fault of Assay.' : messageOf(error)),
        );
      },
    );
  };
}

/** What such a request sends further is not read. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message, headers }: Refusal,
): void {
  response.setHeader('connection', 'close');
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  send(request, response, failure(status, code, message));
}

function failure(status: number, code: string, message: string): Answer {
  const body: Failure = { error: { code, message } };
  return { status, type: json, body: JSON.stringify(body) };
}

function send({ method }: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  response.writeHead(answer.status ?? 200, {
    'content-type': answer.type,
    'content-length': body.length,
    'content-security-policy': answer.policy ?? policy,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  });
  response.end(method === 'HEAD' ? undefined : body);
}
