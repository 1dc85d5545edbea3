/**
 * SandboxFusion's `POST /run_code`, by the code verifier: fields, statuses and meanings as in its server at 53a6341
 * (sandbox/server/sandbox_api.py, sandbox/runners/base.py). What it has and we have not is refused, saying so; fields that
 * it does not know either are ignored, as there.
 */
import { AssayError, type Part, type ProblemInit, type Verdict } from '@assay/contract';
import type { FastifyInstance } from 'fastify';
import type { Gateway } from '../gateway.ts';
import { bytesIn, invalid, kindOf, objectIn } from '../json.ts';
import { secondsIn } from '../rest/requests.ts';
import { documented, errorAnswers, jsonBody, jsonOf } from '../rest/schemas.ts';
import { ask } from './ask.ts';
import { languages, mostRunS, requestSchema, responseSchema } from './sandbox-fusion-schemas.ts';

const compiled = new Set(['cpp', 'go', 'java', 'rust']);

const mib = 1 << 20;
/** Where no limit is asked for; it has none then, or 4 GiB. */
const defaultMemoryMib = 2048;
const mostMemoryMib = 16 * 1024;
/** As it captures. */
const returnBytes = mib;
/** For its turn and its compiler, milliseconds. */
const queueMs = 300_000;

interface CommandResult {
  status: 'Finished' | 'TimeLimitExceeded';
  execution_time: number | null;
  /** Of newer clients. */
  cpu_time: number | null;
  return_code: number | null;
  stdout: string;
  stderr: string;
}

interface RunCodeResponse {
  status: 'Success' | 'Failed' | 'SandboxError';
  message: string;
  compile_result: CommandResult | null;
  run_result: CommandResult | null;
  executor_pod_name: null;
  files: Record<string, string>;
}

export function addSandboxFusion(app: FastifyInstance, gateway: Gateway): void {
  app.post(
    '/run_code',
    documented(
      'Runs a program, as SandboxFusion does: compiled once, in a sandbox without network.',
      {
        operationId: 'runCode',
        body: jsonBody(requestSchema),
        response: { 200: jsonOf('What it did.', responseSchema), ...errorAnswers },
      },
      'sandbox-fusion',
    ),
    async (request) => {
      const { problem, code, language, runS, fetched } = requestIn(request.body);
      const timeoutMs = queueMs + 10_000 * runS;
      const question = { verifier: 'code', kind: 'program_tests', problem, texts: [code], timeoutMs };
      const [verdict] = await ask(gateway, request, question);
      if (verdict === undefined) {
        throw new AssayError('late', `There was no verdict after ${timeoutMs / 1000} s.`, {
          mend: 'The sandboxes are busy: add replicas of the code verifier, or send less at a time.',
        });
      }
      return responseOf(verdict, compiled.has(language), fetched);
    },
  );

  app.get('/v1/ping', documented('As SandboxFusion answers.', pong, 'sandbox-fusion'), (_, reply) =>
    reply.type('application/json').send('"pong"'),
  );

  for (const path of ['/run_jupyter', '/get_prompts', '/get_prompt_by_id', '/submit', '/get_metrics']) {
    app.post(path, { schema: { hide: true } }, () => {
      throw new AssayError('unsupported', `${path} of SandboxFusion is not offered here.`, {
        mend: 'Programs run with POST /run_code; candidates of problems with tests are judged with POST /v1/judge.',
      });
    });
  }
}

const pong = { operationId: 'ping', response: { 200: jsonOf('It lives.', { const: 'pong' }) } };

interface Asked {
  problem: ProblemInit;
  code: string;
  language: string;
  runS: number;
  /** Names of files to give back, as they were asked for. */
  fetched: string[];
}

function requestIn(body: unknown): Asked {
  const given = objectIn(body, '');
  const code = textIn(given, 'code');
  const language = textIn(given, 'language');
  const ours = Object.hasOwn(languages, language) ? languages[language] : undefined;
  if (ours === undefined) {
    throw unsupported(
      `The language ${JSON.stringify(language.slice(0, 80))}`,
      `There are ${Object.keys(languages).join(', ')}.`,
    );
  }
  const args = listIn(given, 'args');
  if (args.length > 0) throw unsupported('args', 'They are for pytest alone, which is not offered.');
  const runS = secondsIn(given.run_timeout ?? 10, 'run_timeout', mostRunS);
  // Compilers have limits of their own, which are larger.
  secondsIn(given.compile_timeout ?? 10, 'compile_timeout', 3600);
  const files = Object.entries(objectIn(given.files ?? {}, 'files')).flatMap(([name, content]) =>
    content === null
      ? []
      : [{ name: plainPath(name), content: bytesIn(content, `files.${name.slice(0, 80)}`) }],
  );
  const stdin = given.stdin ?? '';
  if (typeof stdin !== 'string') throw invalid('stdin', `expected a text, got ${kindOf(stdin)}`);
  const fetched = [...new Set(listIn(given, 'fetch_files'))];
  return {
    code,
    language,
    runS,
    fetched,
    problem: {
      programTests: {
        language: ours,
        asIs: true,
        tests: [{ name: 'run', input: Buffer.from(stdin) }],
        comparer: 'any',
        timeLimitS: runS,
        // A machine that is busy must not make a program late that has used no more than its time.
        wallLimitS: 2 * runS + 10,
        memoryLimitBytes: memoryIn(given.memory_limit_MB) * mib,
        returnBytes,
        files,
        fetchFiles: [...new Set(fetched.map(plainPath))],
      },
    },
  };
}

/** `./a` is `a`. */
const plainPath = (path: string) => path.replace(/^(?:\.\/)+/, '');

function textIn(given: Record<string, unknown>, field: string): string {
  const value = given[field];
  if (typeof value === 'string') return value.toWellFormed();
  throw invalid(field, `expected a text, got ${kindOf(value)}`);
}

function listIn(given: Record<string, unknown>, field: string): string[] {
  const value = given[field] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value as string[];
  throw invalid(field, `expected a list of texts, got ${kindOf(value)}`);
}

function memoryIn(value: unknown): number {
  if (value === undefined || value === null || value === -1) return defaultMemoryMib;
  if (Number.isInteger(value) && (value as number) > 0 && (value as number) <= mostMemoryMib)
    return value as number;
  throw invalid(
    'memory_limit_MB',
    `expected -1 or a whole number from 1 to ${mostMemoryMib}, got ${kindOf(value)}`,
  );
}

function unsupported(what: string, mend: string): AssayError {
  return new AssayError('unsupported', `${what} is not supported here.`, { mend });
}

function responseOf(verdict: Verdict, isCompiled: boolean, fetched: readonly string[]): RunCodeResponse {
  const nothing = { executor_pod_name: null, files: {} };
  const part = verdict.parts.find(({ run }) => run !== null);
  if (verdict.status === 'ERROR' || (part === undefined && verdict.reason !== 'compile_error')) {
    return {
      status: 'SandboxError',
      message: `${verdict.reason}: ${verdict.message}`,
      compile_result: null,
      run_result: null,
      ...nothing,
    };
  }
  if (part === undefined) {
    const stderr = verdict.parts.find(({ name }) => name === 'compile')?.message ?? verdict.message;
    const compile_result = finished(1, '', stderr);
    return { status: 'Failed', message: '', compile_result, run_result: null, ...nothing };
  }
  const run_result = resultOf(part);
  const files = new Map(part.run?.output?.files.map(({ name, content }) => [name, content]));
  return {
    status: run_result.return_code === 0 ? 'Success' : 'Failed',
    message: '',
    compile_result: isCompiled ? finished(0, '', '') : null,
    run_result,
    executor_pod_name: null,
    files: Object.fromEntries(
      fetched.flatMap((name) => {
        const content = files.get(plainPath(name));
        return content === undefined ? [] : [[name, Buffer.from(content).toString('base64')]];
      }),
    ),
  };
}

function finished(code: number, stdout: string, stderr: string, times?: Part['times']): CommandResult {
  const [execution_time, cpu_time] = times ? [times.serviceUs / 1e6, times.cpuUs / 1e6] : [null, null];
  return { status: 'Finished', execution_time, cpu_time, return_code: code, stdout, stderr };
}

/** SIGKILL: what ends a program that is over a limit. */
const killed = -9;

function resultOf({ status, reason, run, times }: Part): CommandResult {
  const { exitCode = 0, signal = 0, output } = run ?? {};
  const [stdout, stderr] = [output?.stdout, output?.stderr].map((bytes) =>
    Buffer.from(bytes ?? []).toString('utf8'),
  );
  const result = finished(signal > 0 ? -signal : exitCode, stdout ?? '', stderr ?? '', times);
  if (reason === 'time_limit' || reason === 'idle_limit')
    return { ...result, status: 'TimeLimitExceeded', return_code: null };
  // Ended for its memory, its output or its processes: no code of its own says so.
  if (status !== 'CORRECT' && result.return_code === 0) return { ...result, return_code: killed };
  return result;
}
