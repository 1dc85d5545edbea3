/** What two verifiers say of the same candidates. */
import { requireInteger } from './check.ts';
import { criticalNormal } from './critical.ts';
import { type Interval, wilsonScore } from './interval.ts';
import { bootstrapMeans, type RateOptions, type RateSettings, rateSettings } from './over-problems.ts';
import { quantile } from './summary.ts';

/** Candidates of one problem of which both have said CORRECT or INCORRECT: first what the first said. */
export interface AgreementCounts {
  readonly correctCorrect: number;
  readonly correctIncorrect: number;
  readonly incorrectCorrect: number;
  readonly incorrectIncorrect: number;
}

/** Over all problems. With the first as oracle, `correctIncorrect` are false rejects of the second. */
export interface Agreement extends AgreementCounts {
  readonly both: number;
  /** Share of `both` on which they agree; null where there are none. */
  readonly share: number | null;
  readonly shareInterval: Interval | null;
  /** Cohen's kappa (1960, Educational and Psychological Measurement 20:37-46); null where one of them always says the same. */
  readonly kappa: number | null;
  /** From -1 to 1. Null where `kappa` is, or where problems do not vary enough to tell. */
  readonly kappaInterval: Interval | null;
  /** Of what the first calls INCORRECT, the share that the second accepts. Null: there is nothing to be a share of. */
  readonly falseAccept: { readonly share: number; readonly interval: Interval } | null;
  /** Of what the first calls CORRECT, the share that the second rejects. */
  readonly falseReject: { readonly share: number; readonly interval: Interval } | null;
}

const cells = ['correctCorrect', 'correctIncorrect', 'incorrectCorrect', 'incorrectIncorrect'] as const;

/** By cell, in their order: counts, or what is in proportion to them. */
type Cells = readonly [number, number, number, number];

/**
 * Counts over all problems, and what follows from them. Intervals are percentile bootstraps over problems: candidates
 * of one problem are alike, and Wilson's interval over candidates would be far too narrow. Where the problems leave no
 * spread (one problem, or a share of 0 or 1) it is Wilson's over the problems that have such candidates.
 *
 * RangeError where a count is no integer of at least 0.
 */
export function agreementOf(problems: readonly AgreementCounts[], options: RateOptions = {}): Agreement {
  const rows = problems.map((counts, p) => {
    for (const cell of cells) requireInteger(`${cell} of problem ${p}`, counts[cell], 0);
    return cells.map((cell) => counts[cell]) as unknown as Cells;
  });
  const used = rows.filter((row) => bothOf(row) > 0);
  const all = cells.map((_, i) => used.reduce((sum, row) => sum + (row[i] as number), 0)) as unknown as Cells;
  const over = intervalsOver(used, rateSettings(used.length, options));
  const rate = (of: Share) => {
    const share = of.part(all) / of.whole(all);
    return Number.isNaN(share) ? null : { share, interval: over.share(of, share) };
  };
  const agreeing = rate(agreed);
  const kappa = kappaOf(all);
  return {
    correctCorrect: all[0],
    correctIncorrect: all[1],
    incorrectCorrect: all[2],
    incorrectIncorrect: all[3],
    both: bothOf(all),
    share: agreeing?.share ?? null,
    shareInterval: agreeing?.interval ?? null,
    kappa: Number.isNaN(kappa) ? null : kappa,
    kappaInterval: Number.isNaN(kappa) ? null : over.percentiles(kappaOf),
    falseAccept: rate(acceptedOfIncorrect),
    falseReject: rate(rejectedOfCorrect),
  };
}

/** A share of candidates, `part` of `whole`. */
interface Share {
  readonly part: (cells: Cells) => number;
  readonly whole: (cells: Cells) => number;
}

const bothOf = ([a, b, c, d]: Cells) => a + b + c + d;
const agreed: Share = { part: ([a, , , d]) => a + d, whole: bothOf };
const acceptedOfIncorrect: Share = { part: ([, , c]) => c, whole: ([, , c, d]) => c + d };
const rejectedOfCorrect: Share = { part: ([, b]) => b, whole: ([a, b]) => a + b };

/** NaN where one always says the same. */
function kappaOf([a, b, c, d]: Cells): number {
  const [first, second] = [a + b, a + c];
  const both = a + b + c + d;
  if (first === 0 || first === both || second === 0 || second === both) return Number.NaN;
  // (observed − expected) / (1 − expected), over products of counts.
  const apart = first * (both - second) + (both - first) * second;
  return (2 * (a * d - b * c)) / apart;
}

/** A difference of two statistics that is no greater may be none. */
const rounding = 1e-12;

function intervalsOver(problems: readonly Cells[], settings: RateSettings) {
  const { confidence, resamples } = settings;
  const z = criticalNormal(confidence);
  // Ratios stay as they are when all counts are divided by the greatest, as means of values up to 1 are wanted.
  const most = problems.reduce((n, row) => Math.max(n, ...row), 1);
  const table = Float64Array.from(problems.flatMap((row) => row.map((count) => count / most)));
  const means = problems.length === 0 ? [] : bootstrapMeans(table, cells.length, settings);
  const statistics = (of: (cells: Cells) => number) =>
    Float64Array.from({ length: resamples }, (_, at) =>
      of(means.map((column) => column[at] as number) as unknown as Cells),
    );
  /** Null where too many resamples have no value, or all the same one. */
  const percentiles = (of: (cells: Cells) => number): Interval | null => {
    const values = statistics(of)
      .filter((value) => !Number.isNaN(value))
      .sort();
    const [least = 0] = values;
    if (values.length < confidence * resamples || (values.at(-1) ?? 0) - least <= rounding) return null;
    return {
      method: 'bootstrap-percentile-over-problems',
      low: quantile(values, (1 - confidence) / 2),
      high: quantile(values, (1 + confidence) / 2),
    };
  };
  const share = ({ part, whole }: Share, rate: number): Interval => {
    const having = problems.filter((row) => whole(row) > 0).length;
    return (
      percentiles((means) => part(means) / whole(means)) ?? {
        method: 'wilson-over-problems',
        ...wilsonScore(rate, having, z),
      }
    );
  };
  return { percentiles, share };
}
