/** Rows of the tables, which are the same in every store, and what they stand for. */
import {
  AssayError,
  type Part,
  type Run,
  RunState,
  type Verdict,
  VerdictSource,
  VerdictStatus,
} from '@assay/contract';
import type { Cell } from './columns.ts';
import { standingOf, standings } from './examples.ts';
import type { Judgement, RunSettings, ScoreColumns, VerdictRow } from './store.ts';

/** Enumerations are stored by their number in the proto, which is their position here. */
export const statuses = Object.keys(VerdictStatus) as VerdictStatus[];
const sources = Object.keys(VerdictSource) as VerdictSource[];
const states = Object.keys(RunState) as RunState[];
const numberOf = <T>(list: readonly T[]) => new Map(list.map((item, number) => [item, number]));
export const statusNumber = numberOf(statuses);
export const sourceNumber = numberOf(sources);
export const stateNumber = numberOf(states);
const standingNumber = numberOf(standings);

export interface RunRow {
  handle: number;
  id: string;
  settings: string;
  state: number;
  created_ms: number;
  active_ms: number;
  loop_ms: number | null;
}

export interface JudgementRow {
  id: number;
  key: string;
  status: number;
  reason: string;
  message: string;
  score: number | null;
  answer: string;
  answer_class: string;
  parts: string | null;
  queue_us: number;
  service_us: number;
  cpu_us: number;
  retryable: number;
  replica: string;
  attempts: number;
}

export type StoredVerdictRow = JudgementRow & {
  problem: number;
  verifier: number;
  candidate: number;
  tokens: number;
  source: number;
  judgement: number | null;
};

/** In the order of `judgementNames`. */
export function judgementCells({ key, verdict, replica, attempts }: Judgement): Cell[] {
  return [
    key,
    statusNumber.get(verdict.status) ?? 0,
    verdict.reason,
    verdict.message,
    verdict._score === undefined ? null : (verdict.score ?? null),
    verdict.answer,
    verdict.answerClass,
    verdict.parts.length === 0 ? null : JSON.stringify(verdict.parts, withBase64),
    microsOf(verdict.times?.queueUs),
    microsOf(verdict.times?.serviceUs),
    microsOf(verdict.times?.cpuUs),
    verdict.retryable ? 1 : 0,
    replica,
    attempts,
    standingNumber.get(standingOf(verdict.parts)) ?? 0,
  ];
}

/** As every database can keep them, whatever a verifier says. */
function microsOf(value = 0): number {
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

/** Judgements that may be new, each once. */
export function freshOf(rows: readonly VerdictRow[]): Judgement[] {
  const all = new Set(rows.map(({ judgement }) => judgement));
  return [...all].filter((judgement) => judgement !== undefined && judgement.id === undefined) as Judgement[];
}

export function toJudgement(row: JudgementRow): Judgement {
  const verdict: Verdict = {
    index: 0,
    status: statuses[row.status] ?? 'VERDICT_STATUS_UNSPECIFIED',
    reason: row.reason,
    message: row.message,
    answer: row.answer,
    answerClass: row.answer_class,
    parts: row.parts === null ? [] : partsOf(row.parts),
    times: { queueUs: row.queue_us, serviceUs: row.service_us, cpuUs: row.cpu_us },
    retryable: row.retryable === 1,
  };
  if (row.score !== null) {
    verdict.score = row.score;
    verdict._score = 'score';
  }
  return { id: row.id, key: row.key, verdict, replica: row.replica, attempts: row.attempts };
}

/** Bytes as base64, and not number by number as Buffers are in JSON. */
function withBase64(this: unknown, name: string, value: unknown): unknown {
  const own = (this as Record<string, unknown>)[name];
  return own instanceof Uint8Array ? { type: 'Buffer', data: Buffer.from(own).toString('base64') } : value;
}

/** Few verdicts have any bytes. Those of an earlier version are numbers. */
function partsOf(json: string): Part[] {
  if (!json.includes('{"type":"Buffer","data":')) return JSON.parse(json) as Part[];
  return JSON.parse(json, (_, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data, 'base64') : value,
  ) as Part[];
}

export function toVerdictRow(row: StoredVerdictRow): VerdictRow {
  return {
    problem: row.problem,
    verifier: row.verifier,
    candidate: row.candidate,
    tokens: row.tokens,
    source: sources[row.source] ?? 'VERDICT_SOURCE_UNSPECIFIED',
    judgement: row.judgement === null ? undefined : toJudgement(row),
  };
}

/** Settings of a run as they are stored. */
export function settingsText(settings: RunSettings): string {
  return JSON.stringify({
    verifiers: settings.verifiers,
    earlyStop: settings.earlyStop,
    maxAttempts: settings.maxAttempts,
    labels: settings.labels,
    uncached: settings.uncached ?? false,
    priority: settings.priority ?? 0,
    weight: settings.weight || 1,
    maxInFlight: settings.maxInFlight ?? 0,
    tenant: settings.tenant ?? '',
  });
}

/** Error `run_exists` where a run is there with settings that would give other verdicts. */
export function checkSettings(run: Run, settings: RunSettings): void {
  for (const name of ['verifiers', 'earlyStop', 'maxAttempts', 'uncached'] as const) {
    const [old, asked] = [JSON.stringify(run[name]), JSON.stringify(settings[name] ?? false)];
    if (old === asked) continue;
    throw new AssayError(
      'run_exists',
      `Run ${settings.id} exists with other settings (${name}: ${old}, asked: ${asked}).`,
      { mend: 'Use the same settings to go on with it, or another id (--run ID) for a new one.' },
    );
  }
}

export function toRun(row: RunRow): Run {
  const settings = JSON.parse(row.settings) as Omit<RunSettings, 'id'>;
  return {
    id: row.id,
    ...settings,
    // Runs of an earlier version do not say.
    uncached: settings.uncached ?? false,
    priority: settings.priority ?? 0,
    weight: settings.weight || 1,
    maxInFlight: settings.maxInFlight ?? 0,
    tenant: settings.tenant ?? '',
    state: states[row.state] ?? 'RUN_STATE_UNSPECIFIED',
    createdMs: row.created_ms,
  };
}

export type ScoreRow = [candidate: number, status: number, score: number | null, answerClass: string];

/** `rows` are of some of these candidates, in their order. */
export function toColumns(candidates: Float64Array, rows: readonly ScoreRow[]): ScoreColumns {
  const statuses = new Uint8Array(candidates.length);
  const scores = new Float64Array(candidates.length).fill(Number.NaN);
  const classes = new Int32Array(candidates.length).fill(-1);
  const numbers = new Map<string, number>();
  let at = 0;
  for (const [candidate, status, score, name] of rows) {
    while (candidates[at] !== candidate) at++;
    statuses[at] = status;
    if (score !== null) scores[at] = score;
    if (name === '') continue;
    const number = numbers.get(name) ?? numbers.size;
    if (number === numbers.size) numbers.set(name, number);
    classes[at] = number;
  }
  return { statuses, scores, classes };
}
