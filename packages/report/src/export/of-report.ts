/** Tables of what a report says. */
import type { RatePoint } from '@assay/statistics';
import type { Report } from '../report.ts';
import type { CellType, ExportTable, Row } from './table.ts';

interface Kind {
  readonly columns: Readonly<Record<string, CellType>>;
  rows(report: Report): Iterable<Row>;
}

const interval = {
  estimate: 'number',
  /** Percentile bootstrap over problems. */
  low: 'number',
  high: 'number',
} as const;

const intervalOf = ({ k, estimate, bootstrap }: RatePoint) => ({
  ...{ k, estimate },
  ...{ low: bootstrap.low, high: bootstrap.high },
});

/** By name. */
export const reportTables = {
  problems: {
    columns: {
      ...{ verifier: 'text', problem: 'text', dataset: 'text' },
      ...{ candidates: 'integer', n: 'integer', c: 'integer', missing: 'integer', skipped: 'integer' },
      ...{ abstaining: 'integer', classes: 'integer', top_answer: 'text', top_count: 'integer' },
      ...{ top_correct: 'integer', vote_success: 'number' },
    },
    *rows({ results }) {
      for (const { name, perProblem } of results.verifiers) {
        for (const { id, dataset, candidates, correct, error, skipped, ...more } of perProblem) {
          yield {
            ...{ verifier: name, problem: id, dataset, candidates },
            ...{ n: candidates - error - skipped, c: correct, missing: error, skipped },
            ...{ abstaining: more.abstaining, classes: more.classes, top_answer: more.top?.answer ?? null },
            ...{ top_count: more.top?.count ?? null, top_correct: more.top?.correct ?? null },
            vote_success: more.vote?.success ?? null,
          };
        }
      }
    },
  },
  curves: {
    columns: {
      ...{ verifier: 'text', curve: 'text', k: 'integer', ...interval },
      ...{ missing_low: 'number', missing_high: 'number' },
    },
    *rows({ results }) {
      for (const { name, coverage, majority, selection } of results.verifiers) {
        const none = { missing_low: null, missing_high: null };
        const points = [...(coverage?.table.points ?? []), ...(coverage?.curve.points ?? [])];
        const byK = [...new Map(points.map((point) => [point.k, point])).values()];
        for (const { k, low, high, judged } of byK.sort((a, b) => a.k - b.k)) {
          const judgedRate =
            judged === null ? { k, estimate: null, low: null, high: null } : intervalOf(judged);
          yield {
            ...{ verifier: name, curve: 'coverage', ...judgedRate },
            ...{ missing_low: low, missing_high: high },
          };
        }
        for (const point of majority?.points ?? []) {
          yield { verifier: name, curve: 'majority', ...intervalOf(point), ...none };
        }
        for (const { n, points: submissions } of selection?.submissions ?? []) {
          for (const point of submissions) {
            yield { verifier: name, curve: `${n}@k`, ...intervalOf(point), ...none };
          }
        }
      }
    },
  },
  selection: {
    columns: {
      ...{ selector: 'text', method: 'text', k: 'integer', ...interval },
      ...{ gap_closed: 'number', gap_low: 'number', gap_high: 'number' },
    },
    *rows({ results }) {
      for (const { name, curves } of [...results.selectors, ...results.ensembles]) {
        if (curves === null) continue;
        const none = { gap_closed: null, gap_low: null, gap_high: null };
        yield { selector: name, method: 'random', ...intervalOf(curves.random), ...none };
        for (const point of curves.coverage) {
          yield { selector: name, method: 'coverage', ...intervalOf(point), ...none };
        }
        for (const { method, points } of curves.curves) {
          for (const point of points) {
            const { gapClosed } = point;
            yield {
              ...{ selector: name, method, ...intervalOf(point), gap_closed: gapClosed?.share ?? null },
              ...{ gap_low: gapClosed?.interval?.low ?? null, gap_high: gapClosed?.interval?.high ?? null },
            };
          }
        }
      }
    },
  },
  scaling: {
    columns: { verifier: 'text', law: 'text', k: 'integer', ...interval, measured: 'boolean' },
    *rows({ results }) {
      for (const { name, scaling } of results.verifiers) {
        for (const law of scaling?.laws ?? []) {
          for (const { k, estimate, low, high } of law.curve) {
            const measured = k <= (scaling?.n ?? 0);
            yield { verifier: name, law: law.name, k, estimate, low, high, measured };
          }
        }
      }
    },
  },
  laws: {
    columns: {
      ...{ verifier: 'text', law: 'text', best: 'boolean', parameter: 'text', ...interval },
      ...{ error_mean: 'number', error_max: 'number', backtest_rmse: 'number' },
    },
    *rows({ results }) {
      for (const { name, scaling } of results.verifiers) {
        for (const { name: law, parameters, error, backtests } of scaling?.laws ?? []) {
          const rmse = backtests.reduce((sum, each) => sum + each.rmse, 0) / backtests.length;
          for (const [parameter, { estimate, low, high }] of Object.entries(parameters)) {
            yield {
              ...{ verifier: name, law, best: scaling?.best?.name === law, parameter, estimate, low, high },
              ...{ error_mean: error.mean, error_max: error.max },
              backtest_rmse: backtests.length === 0 ? null : rmse,
            };
          }
        }
      }
    },
  },
  cost: {
    columns: {
      ...{ name: 'text', k: 'integer', coverage: 'number', low: 'number', high: 'number' },
      ...{ flops: 'number', dollars: 'number' },
      ...{ flops_per_solved: 'number', dollars_per_solved: 'number' },
    },
    *rows({ results: { cost } }) {
      for (const { k, coverage, interval: own, flops, dollars, ...per } of cost?.points ?? []) {
        yield {
          ...{ name: cost?.name ?? '', k, coverage, low: own.low, high: own.high, flops, dollars },
          ...{ flops_per_solved: per.flopsPerSolved, dollars_per_solved: per.dollarsPerSolved },
        };
      }
    },
  },
  agreements: {
    columns: {
      ...{ first: 'text', second: 'text', both: 'integer' },
      ...{ correct_correct: 'integer', correct_incorrect: 'integer' },
      ...{ incorrect_correct: 'integer', incorrect_incorrect: 'integer' },
      ...{ share: 'number', kappa: 'number', false_accept: 'number', false_reject: 'number' },
    },
    *rows({ results }) {
      for (const each of results.agreements) {
        yield {
          ...{ first: each.first, second: each.second, both: each.both },
          ...{ correct_correct: each.correctCorrect, correct_incorrect: each.correctIncorrect },
          ...{ incorrect_correct: each.incorrectCorrect, incorrect_incorrect: each.incorrectIncorrect },
          ...{ share: each.share, kappa: each.kappa },
          ...{ false_accept: each.falseAccept?.share ?? null, false_reject: each.falseReject?.share ?? null },
        };
      }
    },
  },
  load: {
    columns: {
      ...{ verifier: 'text', replicas: 'integer', slots: 'number', offered: 'integer', judged: 'integer' },
      ...{ shared: 'integer', queue_ms: 'number', service_ms: 'number', cpu_ms: 'number', rate: 'number' },
      ...{ capacity: 'number', utilization: 'number' },
    },
    *rows({ operations }) {
      for (const { name, queueMs, serviceMs, cpuMs, ...each } of operations.load) {
        yield {
          ...{ verifier: name, replicas: each.replicas, slots: each.slots, offered: each.offered },
          ...{ judged: each.judged, shared: each.shared },
          ...{ queue_ms: queueMs, service_ms: serviceMs, cpu_ms: cpuMs, rate: each.rate },
          ...{ capacity: each.capacity, utilization: each.utilization },
        };
      }
    },
  },
} as const satisfies Record<string, Kind>;

export type ReportTableName = keyof typeof reportTables;

/** One of the tables of a report. */
export function tableOfReport(report: Report, name: ReportTableName): ExportTable {
  const { columns, rows }: Kind = reportTables[name];
  return { columns, rows: rows(report) };
}
