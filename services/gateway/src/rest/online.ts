/** /v1/judge, /v1/verifiers, /v1/health. */
import type { FastifyInstance } from 'fastify';
import type { Gateway } from '../gateway.ts';
import { toJson } from '../json.ts';
import { maxJudgeS, onlineRequest } from './requests.ts';
import { documented, errorAnswers, jsonBody, jsonOf, listOf, ref } from './schemas.ts';

const judgeBody = {
  type: 'object',
  required: ['problem', 'candidates', 'verifiers'],
  additionalProperties: false,
  properties: {
    problem: ref('Problem'),
    candidates: {
      type: 'array',
      minItems: 1,
      items: { anyOf: [{ type: 'string' }, ref('Candidate')] },
      description: 'Texts, numbered from 0, or candidates with their own indexes.',
    },
    verifiers: { type: 'array', minItems: 1, items: { type: 'string' } },
    timeout_s: { type: 'number', exclusiveMinimum: 0, maximum: maxJudgeS, default: 60 },
    uncached: { type: 'boolean', description: 'No verdict comes from a cache or goes there.' },
    priority: { type: 'integer' },
    weight: { type: 'number' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

const judgedBody = {
  type: 'object',
  required: ['verdicts', 'complete'],
  properties: {
    verdicts: { type: 'array', items: ref('RunVerdict') },
    complete: {
      type: 'boolean',
      description: 'False: the time was over. What has no verdict was not judged, and is no failure.',
    },
  },
};

export function addOnline(app: FastifyInstance, gateway: Gateway): void {
  app.post(
    '/v1/judge',
    documented('Judges candidates of one problem, in a run that the gateway keeps for that.', {
      operationId: 'judge',
      body: jsonBody(judgeBody),
      response: { 200: jsonOf('The verdicts that came in time.', judgedBody), ...errorAnswers },
    }),
    (request) =>
      gateway.as(request, async ({ judge }) => {
        const { options, ...asked } = onlineRequest(request.body);
        const signal = gateway.goneSignal(request);
        const { verdicts, complete } = await judge(options).judge({ ...asked, signal });
        return { verdicts: verdicts.map((verdict) => toJson('RunVerdict', verdict)), complete };
      }),
  );

  app.get(
    '/v1/verifiers',
    documented('Every known verifier with its replicas and their load.', {
      operationId: 'listVerifiers',
      response: { 200: jsonOf('The verifiers.', listOf('verifiers', 'VerifierStatus')), ...errorAnswers },
    }),
    (request) =>
      gateway.as(request, async ({ api }) => ({
        verifiers: (await api.listVerifiers()).map((verifier) => toJson('VerifierStatus', verifier)),
      })),
  );

  app.get(
    '/v1/health',
    documented('Whether the gateway lives, and whether it reaches the orchestrator.', {
      operationId: 'health',
      response: {
        200: jsonOf('Both well.', {
          type: 'object',
          required: ['status'],
          properties: { status: { const: 'ok' } },
        }),
        503: errorAnswers.default,
      },
    }),
    async () => {
      await gateway.checkUpstream();
      return { status: 'ok' };
    },
  );
}
