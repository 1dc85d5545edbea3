/** What the bodies and parameters of requests hold. Error of all: `invalid_request`. */
import type { JudgeOptions } from '@assay/client';
import type { CandidateInit, ProblemInit } from '@assay/contract';
import { fromJson, invalid, kindOf, objectIn, wholeIn } from '../json.ts';

/** Longest time for judging online, seconds. */
export const maxJudgeS = 3_600;

export interface OnlineRequest {
  problem: ProblemInit;
  candidates: (string | CandidateInit)[];
  timeoutMs: number;
  options: JudgeOptions;
}

/** Fields of /v1/judge beside problem, candidates and time limit: those of CreateRunRequest that bear on judging. */
const judgeSettings = ['verifiers', 'uncached', 'priority', 'weight', 'labels'] as const;

export function onlineRequest(body: unknown): OnlineRequest {
  const { problem, candidates, timeout_s: timeout = 60, ...rest } = objectIn(body, '');
  for (const key of Object.keys(rest)) {
    if ((judgeSettings as readonly string[]).includes(key)) continue;
    const known = ['problem', 'candidates', 'timeout_s', ...judgeSettings].join(', ');
    throw invalid(key.slice(0, 200), 'there is no such field', `Known here: ${known}.`);
  }
  const settings = fromJson<JudgeOptions & { verifiers?: string[] }>('CreateRunRequest', rest);
  if (settings.verifiers === undefined || settings.verifiers.length === 0) {
    throw invalid('verifiers', 'expected names of verifiers', 'GET /v1/verifiers lists them.');
  }
  return {
    problem: fromJson<ProblemInit>('Problem', problem, 'problem'),
    candidates: candidatesIn(candidates),
    timeoutMs: 1000 * secondsIn(timeout, 'timeout_s', maxJudgeS),
    options: settings,
  };
}

/** Texts, or messages with their own indexes; no index twice. */
function candidatesIn(value: unknown): (string | CandidateInit)[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw invalid(
      'candidates',
      `expected a list of texts, got ${value === undefined ? 'nothing' : kindOf(value)}`,
    );
  }
  const seen = new Set<number>();
  return value.map((item, i) => {
    const path = `candidates[${i}]`;
    const candidate =
      typeof item === 'string' ? item.toWellFormed() : fromJson<CandidateInit>('Candidate', item, path);
    const index = typeof candidate === 'string' ? i : (candidate.index ?? 0);
    if (seen.has(index)) throw invalid(path, `the index ${index} comes twice`);
    seen.add(index);
    return candidate;
  });
}

/** Seconds over 0. */
export function secondsIn(value: unknown, path: string, most: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && number > 0 && number <= most) return number;
  throw invalid(path, `expected seconds, over 0 and up to ${most}, got ${kindOf(value)}`);
}

/** One value of the query, or undefined. */
export function queryIn(query: unknown, name: string): string | undefined {
  const value = (query as Record<string, unknown>)[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(name, 'the parameter is there twice');
}

export function wholeInQuery(query: unknown, name: string, least: number, most: number): number | undefined {
  const value = queryIn(query, name);
  return value === undefined ? undefined : wholeIn(value, name, least, most);
}
