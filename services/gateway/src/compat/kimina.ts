/**
 * Kimina Lean Server's `POST /api/check` and `/verify`, by the Lean verifier: shapes as in its server and client at
 * fb2393d (server/routers, client/kimina_client/models.py). What Lean says of a file is answered, nothing is proved by it;
 * files that would run programs are refused, as a message of severity `error`.
 */
import type { Part, ProblemInit, Verdict } from '@assay/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Gateway } from '../gateway.ts';
import { objectIn } from '../json.ts';
import { documented, errorAnswers, jsonBody, jsonOf } from '../rest/schemas.ts';
import { ask } from './ask.ts';
import { codesIn, flagIn, type Settings, type Snippet, settingsIn, snippetsIn } from './kimina-requests.ts';
import { checkedSchema, checkSchema, verifySchema } from './kimina-schemas.ts';

/** For a snippet's turn, beside its own time: milliseconds. */
const queueMs = 600_000;

interface Position {
  line: number;
  column: number;
}

interface Message {
  severity: string;
  pos: Position;
  endPos: Position | null;
  data: string;
}

interface Sorry {
  pos: Position;
  endPos: Position;
  goal: string;
}

interface Response {
  env: number;
  messages?: Message[];
  sorries?: Sorry[];
}

export function addKimina(app: FastifyInstance, gateway: Gateway): void {
  app.post(
    '/api/check',
    documented(
      'What Lean says of whole files, as Kimina Lean Server answers.',
      {
        operationId: 'check',
        body: jsonBody(checkSchema),
        response: {
          200: jsonOf('A result for each snippet, in their order.', checkedSchema),
          ...errorAnswers,
        },
      },
      'kimina',
    ),
    async (request) => {
      const given = objectIn(request.body, '');
      const snippets = snippetsIn(given.snippets);
      const settings = settingsIn(given, 30, given.reuse, given.infotree);
      const debug = flagIn(given, 'debug', false);
      const verdicts = await check(gateway, request, snippets, settings);
      return { results: snippets.map(({ id }, i) => ({ id, ...resultOf(verdicts[i], settings, debug) })) };
    },
  );

  for (const path of ['/verify', '/one_pass_verify_batch']) {
    app.post(
      path,
      documented(
        'The same in Kimina Lean Server’s older form.',
        {
          operationId: path.slice(1),
          body: jsonBody(verifySchema),
          response: {
            200: jsonOf('A result for each code, in their order.', { type: 'object' }),
            ...errorAnswers,
          },
        },
        'kimina',
      ),
      async (request) => {
        const given = objectIn(request.body, '');
        const snippets = codesIn(given.codes);
        const settings = settingsIn(given, 300, !flagIn(given, 'disable_cache', false), given.infotree_type);
        const verdicts = await check(gateway, request, snippets, settings);
        return {
          results: snippets.map(({ id }, i) => {
            const { time, error, response } = resultOf(verdicts[i], settings, false);
            return {
              custom_id: id,
              ...(error !== undefined ? { error } : { response: { ...response, time } }),
            };
          }),
        };
      },
    );
  }

  app.get('/health', documented('As Kimina Lean Server answers.', healthy, 'kimina'), async () => {
    await gateway.checkJudge();
    return { status: 'ok' };
  });
}

const healthy = {
  operationId: 'kiminaHealth',
  response: {
    200: jsonOf('It lives.', { type: 'object', properties: { status: { const: 'ok' } } }),
    ...errorAnswers,
  },
};

async function check(
  gateway: Gateway,
  request: FastifyRequest,
  snippets: readonly Snippet[],
  { timeoutS, reuse }: Settings,
): Promise<(Verdict | undefined)[]> {
  const json = JSON.stringify({ time_limit_s: timeoutS, fresh: !reuse });
  const problem: ProblemInit = { custom: { kind: 'lean_check', json } };
  const texts = snippets.map(({ code }) => code);
  const timeoutMs = queueMs + 1000 * timeoutS * Math.min(texts.length, 100);
  return ask(gateway, request, { verifier: 'lean', kind: 'lean_check', problem, texts, timeoutMs });
}

interface Result {
  time: number;
  error?: string;
  response?: Response;
  diagnostics?: object;
}

/** Clients take an error that says `timed out` for a timeout, and any other for the server's. */
function resultOf(verdict: Verdict | undefined, { timeoutS }: Settings, debug: boolean): Result {
  if (verdict === undefined)
    return { time: 0, error: 'The time for an answer was over before its turn came' };
  const time = (verdict.times?.serviceUs ?? 0) / 1e6;
  const more = debug ? { diagnostics: { cpu_time: (verdict.times?.cpuUs ?? 0) / 1e6 } } : {};
  const { status, reason, message } = verdict;
  if (status === 'ERROR') return { time, error: `${reason}: ${message}`, ...more };
  if (reason === 'time_limit')
    return { time, error: `Lean REPL command timed out in ${timeoutS} seconds`, ...more };
  const ofLean = reason === 'no_error' || reason === 'lean_error' || reason === 'has_sorry';
  const said = ofLean ? verdict.parts.flatMap(messageOf) : [refusal(reason, message)];
  const sorries = said.flatMap(sorryOf);
  const messages = said.filter((one) => !one.data.startsWith(sorryMark));
  // The verdict decides, also where a part that would say so is missing.
  const isTold = reason === 'has_sorry' ? sorries.length > 0 : messages.some(isError);
  if (reason !== 'no_error' && !isTold) messages.push(refusal(reason, message));
  const response: Response = {
    env: 0,
    ...(messages.length > 0 && { messages }),
    ...(sorries.length > 0 && { sorries }),
  };
  return { time, response, ...more };
}

const isError = ({ severity }: Message) => severity === 'error';

function refusal(reason: string, message: string): Message {
  const line = Number(/^line (\d{1,7}): /.exec(message)?.[1] ?? 1);
  return { severity: 'error', pos: { line, column: 0 }, endPos: null, data: `${reason}: ${message}` };
}

/** `error at 3:2-4:5`: the form in which the verifier names messages. */
function messageOf({ name, message }: Part): Message[] {
  const [, severity, line, column, endLine, endColumn] =
    /^(error|warning|info|trace) at (\d+):(\d+)(?:-(\d+):(\d+))?$/.exec(name) ?? [];
  if (severity === undefined) return [];
  const endPos = endLine === undefined ? null : { line: Number(endLine), column: Number(endColumn) };
  return [{ severity, pos: { line: Number(line), column: Number(column) }, endPos, data: message }];
}

const sorryMark = 'sorry, with the goal\n';

/** A `sorry` with its goal where a REPL tells it; else where Lean warns of one. */
function sorryOf({ data, pos, endPos }: Message): Sorry[] {
  if (data.startsWith(sorryMark)) return [{ pos, endPos: endPos ?? pos, goal: data.slice(sorryMark.length) }];
  return /declaration uses [`']sorry[`']/.test(data) ? [{ pos, endPos: endPos ?? pos, goal: '' }] : [];
}
