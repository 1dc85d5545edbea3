/** Rows of tables as verdicts. */
import { judgementKey, type VerdictStatus } from '@assay/contract';
import type { CountTable, ScoreTable } from '@assay/report';
import type { Judgement } from '@assay/store';

/** A problem whose candidates have verdicts: by verifier, then by candidate. */
export interface ImportedProblem {
  id: string;
  promptTokens: number;
  verdicts: Iterable<Judgement>[];
  /** Tokens of a candidate; 0: unknown. */
  tokensOf: (candidate: number) => number;
}

/** Counts say which candidates were successes only in number: the first ones are taken for them. */
export function problemOfCounts(table: CountTable, i: number): ImportedProblem {
  const [n = 0, c = 0, missing = 0] = [table.n[i], table.c[i], table.missing[i]];
  const all = n + missing;
  const tokens = table.candidateTokens?.[i] ?? 0;
  return {
    id: table.problems[i] ?? '',
    promptTokens: table.promptTokens?.[i] ?? 0,
    verdicts: [repeated([c, said('CORRECT')], [n - c, said('INCORRECT')], [missing, said('ERROR')])],
    // Whole numbers that add up to all tokens.
    tokensOf: (at) => Math.floor(((at + 1) * tokens) / all) - Math.floor((at * tokens) / all),
  };
}

/** What the oracle says, then each selector. */
export function problemOfScores({ id = '', correct, classes, classNames = [], scores }: ScoreTable) {
  const oracle = Array.from(correct, (one, i) => {
    const name = classNames[classes?.[i] ?? -1] ?? '';
    return said(one === 1 ? 'CORRECT' : one === 0 ? 'INCORRECT' : 'ERROR', { name });
  });
  const selectors = scores.map((column) =>
    Array.from(column, (score) => (Number.isNaN(score) ? said('ERROR') : said('SCORED', { score }))),
  );
  return { id, promptTokens: 0, verdicts: [oracle, ...selectors], tokensOf: () => 0 };
}

function* repeated(...parts: [times: number, judgement: Judgement][]): Generator<Judgement> {
  for (const [times, judgement] of parts) for (let i = 0; i < times; i++) yield judgement;
}

const known = new Map<string, Judgement>();
/** Judgements that are kept: those of equal verdicts are one. */
const mostKnown = 100_000;

/** A verdict that says no more than a table does. */
function said(
  status: VerdictStatus,
  { name = '', score }: { name?: string; score?: number } = {},
): Judgement {
  const key = judgementKey('table', '1', '', JSON.stringify([status, name, score]));
  const same = known.get(key);
  if (same !== undefined) return same;
  if (known.size >= mostKnown) known.clear();
  const judgement: Judgement = {
    ...{ key, replica: '', attempts: 1 },
    verdict: {
      ...{ index: 0, status, answer: name, answerClass: name, parts: [], retryable: false },
      reason: status === 'ERROR' ? 'not_in_table' : '',
      message: status === 'ERROR' ? 'The table has no verdict of this candidate.' : '',
      times: { queueUs: 0, serviceUs: 0, cpuUs: 0 },
      ...(score !== undefined && { score, _score: 'score' as const }),
    },
  };
  known.set(key, judgement);
  return judgement;
}
