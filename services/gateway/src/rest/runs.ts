/** /v1/runs: the orchestrator's runs. */
import type { CreateRunRequestInit, RunProgress } from '@assay/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Gateway } from '../gateway.ts';
import { SlowWriter } from '../http/ndjson.ts';
import { fromJson, invalid, toJson } from '../json.ts';
import { queryIn, wholeInQuery } from './requests.ts';
import { documented, errorAnswers, jsonBody, jsonOf, listOf, ref, runParam } from './schemas.ts';
import { submitJson, submitLines } from './submit.ts';

/** Milliseconds between messages of a watch. */
const [leastIntervalMs, mostIntervalMs] = [50, 3_600_000];

interface Params {
  id: string;
}

export function addRuns(app: FastifyInstance, gateway: Gateway): void {
  app.post(
    '/v1/runs',
    documented('Creates a run, or opens the one with this id.', {
      operationId: 'createRun',
      body: jsonBody(ref('CreateRunRequest')),
      response: { 200: jsonOf('The run.', ref('Run')), ...errorAnswers },
    }),
    (request) =>
      gateway.as(request, async ({ api }) => {
        const settings = fromJson<CreateRunRequestInit>('CreateRunRequest', request.body ?? {});
        return toJson('Run', await api.createRun(settings));
      }),
  );

  app.get(
    '/v1/runs',
    documented('Lists the runs.', {
      operationId: 'listRuns',
      response: { 200: jsonOf('All runs.', listOf('runs', 'Run')), ...errorAnswers },
    }),
    (request) =>
      gateway.as(request, async ({ api }) => ({
        runs: (await api.listRuns()).map((run) => toJson('Run', run)),
      })),
  );

  app.get<{ Params: Params }>(
    '/v1/runs/:id',
    documented('One run.', {
      operationId: 'getRun',
      params: runParam,
      response: { 200: jsonOf('The run.', ref('Run')), ...errorAnswers },
    }),
    (request) =>
      gateway.as(request, async ({ api }) => {
        const { run } = await firstOf(api.watchRun(request.params.id, { once: true }));
        return toJson('Run', run ?? {});
      }),
  );

  app.post<{ Params: Params }>(
    '/v1/runs/:id/cancel',
    documented('Stops a run; its verdicts stay, and submitting to it again goes on.', {
      operationId: 'cancelRun',
      params: runParam,
      response: { 200: jsonOf('The run.', ref('Run')), ...errorAnswers },
    }),
    (request) =>
      gateway.as(request, async ({ api }) => toJson('Run', await api.cancelRun(request.params.id))),
  );

  app.get<{ Params: Params }>(
    '/v1/runs/:id/report',
    documented('Success rates of the verdicts so far: the report of packages/report (`assay.report/v1`).', {
      operationId: 'getReport',
      params: runParam,
      querystring: {
        type: 'object',
        properties: {
          level: {
            type: 'number',
            exclusiveMinimum: 0,
            exclusiveMaximum: 1,
            description: 'Confidence level.',
          },
        },
      },
      response: { 200: jsonOf('The report.', { type: 'object' }), ...errorAnswers },
    }),
    (request, reply) =>
      gateway.as(request, async ({ api }) => {
        const level = levelIn(queryIn(request.query, 'level'));
        const json = await api.getReport(request.params.id, level === undefined ? {} : { level });
        return reply.type('application/json').send(json);
      }),
  );

  app.get<{ Params: Params }>(
    '/v1/runs/:id/progress',
    documented('Progress: once as JSON, or until the run ends as server-sent events.', {
      operationId: 'watchRun',
      params: runParam,
      querystring: {
        type: 'object',
        properties: {
          interval_ms: {
            type: 'integer',
            minimum: leastIntervalMs,
            maximum: mostIntervalMs,
            description: 'Between events.',
          },
        },
      },
      response: {
        200: {
          description: 'Progress; with `Accept: text/event-stream` an event `progress` now and then.',
          content: {
            'application/json': { schema: ref('RunProgress') },
            'text/event-stream': { schema: { type: 'string' } },
          },
        },
        ...errorAnswers,
      },
    }),
    (request, reply) =>
      gateway.as(request, async ({ api }) => {
        const { id } = request.params;
        const intervalMs = wholeInQuery(request.query, 'interval_ms', leastIntervalMs, mostIntervalMs) ?? 500;
        if (!/\btext\/event-stream\b/.test(request.headers.accept ?? '')) {
          return toJson('RunProgress', await firstOf(api.watchRun(id, { once: true })));
        }
        const aborter = new AbortController();
        const events = api.watchRun(id, { intervalMs, signal: aborter.signal });
        await stream(reply, events, gateway, aborter);
        return reply;
      }),
  );

  app.post<{ Params: Params }>(
    '/v1/runs/:id/candidates',
    documented(
      'Judges candidates. As JSON: a batch, and all its verdicts in the answer. As NDJSON: a SubmitRequest a line, and ' +
        'in the answer a SubmitResponse a line, as verdicts become durable; the last line is {"done": true} or ' +
        '{"error": …}. Both ways no faster than the other side reads.',
      {
        operationId: 'submit',
        params: runParam,
        body: {
          required: true,
          content: {
            'application/json': { schema: ref('SubmitRequest') },
            'application/x-ndjson': { schema: { type: 'string' } },
          },
        },
        response: {
          200: {
            description: 'The verdicts.',
            content: {
              'application/json': { schema: ref('SubmitResponse') },
              'application/x-ndjson': { schema: { type: 'string' } },
            },
          },
          ...errorAnswers,
        },
      },
    ),
    (request, reply) =>
      gateway.as(request, ({ api }) => {
        const { id } = request.params;
        if (gateway.isStream(request)) return submitLines(gateway, api, id, request, reply);
        return submitJson(api, id, request.body, gateway.goneSignal(request));
      }),
  );
}

async function firstOf(progress: AsyncIterable<RunProgress>): Promise<RunProgress> {
  for await (const one of progress) return one;
  throw new Error('no progress');
}

function levelIn(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const level = Number(value);
  if (value.trim() !== '' && level > 0 && level < 1) return level;
  throw invalid('level', 'expected a share between 0 and 1, such as 0.95');
}

/** Errors before the first event are answered as such; later ones as an event `error`. */
async function stream(
  reply: FastifyReply,
  progress: AsyncIterable<RunProgress>,
  gateway: Gateway,
  aborter: AbortController,
): Promise<void> {
  let writer: SlowWriter | undefined;
  try {
    for await (const one of progress) {
      if (writer === undefined) {
        reply.hijack();
        reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        writer = new SlowWriter(reply.raw, gateway.limits.silentReaderMs);
        writer.gone.signal.addEventListener('abort', () => aborter.abort());
        gateway.stopping.addEventListener('abort', () => aborter.abort());
        if (gateway.stopping.aborted) break;
      }
      writer.write(`event: progress\ndata: ${JSON.stringify(toJson('RunProgress', one))}\n\n`);
      await writer.ready();
    }
  } catch (error) {
    if (writer === undefined) throw error;
    writer.write(`event: error\ndata: ${JSON.stringify(gateway.problemOf(error))}\n\n`);
  }
  reply.raw.end();
}
