/** What the candidates of a table of counts cost. */
import { type CostCurve, costCurve, type ModelShape, type TokenPrices } from '@assay/statistics';
import type { CountTable } from './count-table.ts';

export interface CostSettings {
  readonly model: ModelShape | null;
  readonly prices: TokenPrices | null;
  /** Of each prompt and each candidate, where the table has no count; undefined: not known. */
  readonly promptTokens?: number | undefined;
  readonly tokens?: number | undefined;
  readonly promptPaid?: 'each' | 'once' | undefined;
  /** Confidence level of intervals; 0.95 if not given. */
  readonly level?: number | undefined;
}

/** Greater ones are mistakes, and would add up to no number. */
const greatest = 1e15;

/** A number from 0 on, as a person writes it; undefined: it is none. */
export function amountIn(text: string): number | undefined {
  const value = Number(text);
  return text.trim() !== '' && value >= 0 && value <= greatest ? value : undefined;
}

/** `PROMPT,COMPLETION` per million tokens; undefined: it is no two prices. */
export function tokenPricesIn(text: string): TokenPrices | undefined {
  const [prompt, completion, ...more] = text.split(',').map(amountIn);
  if (prompt === undefined || completion === undefined || more.length > 0) return undefined;
  return { prompt, completion };
}

/**
 * Coverage of a table against its cost, among problems with a judged candidate. Null where the length of candidates is
 * not known, or nothing is judged. RangeError as `costCurve`.
 */
export function costOf(table: CountTable, settings: CostSettings): CostCurve | null {
  const { model, prices, tokens, level, promptPaid } = settings;
  const judged = table.n.flatMap((n, i) => (n > 0 ? [i] : []));
  const of = (values: readonly number[]) => judged.map((i) => values[i] as number);
  const candidates = table.n.map((n, i) => n + (table.missing[i] ?? 0));
  const counted = table.candidateTokens?.map((sum, i) => sum / Math.max(1, candidates[i] as number));
  const candidateTokens = counted ?? (tokens === undefined ? null : table.n.map(() => tokens));
  if (candidateTokens === null || judged.length === 0) return null;
  const promptTokens = table.promptTokens ?? table.n.map(() => settings.promptTokens ?? 0);
  const curve = costCurve(
    {
      name: table.name,
      counts: { n: of(table.n), c: of(table.c) },
      ...{ model, prices },
      promptTokens: of(promptTokens),
      candidateTokens: of(candidateTokens),
      assumed: table.candidateTokens === null || table.promptTokens === null,
    },
    { ...(level !== undefined && { confidence: level }), ...(promptPaid && { promptPaid }) },
  );
  return { ...curve, notes: [...notesOn(table, settings, judged.length), ...curve.notes] };
}

function notesOn(table: CountTable, { promptTokens, tokens }: CostSettings, judged: number): string[] {
  const notes = [];
  if (table.candidateTokens === null) {
    notes.push(`Tokens of candidates are not counted in ${table.name}: each is taken to have ${tokens}.`);
  }
  if (table.promptTokens === null) {
    notes.push(
      promptTokens === undefined
        ? `Tokens of prompts are not counted in ${table.name}: they cost nothing here.`
        : `Tokens of prompts are not counted in ${table.name}: each is taken to have ${promptTokens}.`,
    );
  }
  if (judged < table.n.length) {
    notes.push(`Problems without a judged candidate, left out: ${table.n.length - judged}.`);
  }
  return notes;
}

/**
 * The tables without the problems that are not judged in all of them, and how many different problems go: sums over
 * other problems do not compare. Null where they share none.
 */
export function onSharedProblems(
  tables: readonly CountTable[],
): { tables: CountTable[]; left: number } | null {
  const times = new Map<string, number>();
  for (const { problems, n } of tables) {
    problems.forEach((id, i) => {
      times.set(id, (times.get(id) ?? 0) + ((n[i] as number) > 0 ? 1 : 0));
    });
  }
  const shared = new Set([...times].flatMap(([id, count]) => (count === tables.length ? [id] : [])));
  if (shared.size === 0) return null;
  return { tables: tables.map((table) => only(table, shared)), left: times.size - shared.size };
}

function only(table: CountTable, ids: ReadonlySet<string>): CountTable {
  const kept = table.problems.flatMap((id, i) => (ids.has(id) ? [i] : []));
  const of = <T>(values: readonly T[]) => kept.map((i) => values[i] as T);
  return {
    ...table,
    problems: of(table.problems),
    n: of(table.n),
    c: of(table.c),
    missing: of(table.missing),
    promptTokens: table.promptTokens && of(table.promptTokens),
    candidateTokens: table.candidateTokens && of(table.candidateTokens),
  };
}
