/** What loading one verifier alone in steps has shown: a JSON value (schema `assay.load/v1`), and its text. */
import { type Capacity, type ScalabilityLaw, scalabilityAt } from '@assay/statistics';
import { milliseconds, number, oneLine, percent, styler, type TerminalOptions, table } from './format.ts';
import { plot, short } from './plot.ts';

export const loadTestSchema = 'assay.load/v1';

export interface LoadTest {
  schema: typeof loadTestSchema;
  address: string;
  /** As it describes itself. */
  verifier: { name: string; version: string; slots: number; capacity: number; maxBatch: number };
  samples: {
    files: string[];
    /** Different candidates, and how many were asked for: where these are more, some were asked for again. */
    distinct: number;
    asked: number;
  };
  /** Milliseconds of the first verdict, which counts in no step: what starts late shows here. Null: none came. */
  firstMs: number | null;
  steps: LoadStep[];
  /** Null: there was no verdict. */
  capacity: Capacity | null;
  /** What the rate that was asked for needs. Null: none was asked for, or there is no capacity. */
  target: LoadTarget | null;
  /** What to know about these figures. */
  notes: string[];
}

/** With so many candidates in flight all the time. */
export interface LoadStep {
  inFlight: number;
  /** Measured; what came before (warming up) and after counts nowhere. */
  seconds: number;
  /** That came meanwhile, without ERRORs. */
  verdicts: number;
  /** Verdicts per second: each counts with the share of its time that lies within what is measured. */
  rate: number;
  /** From sending to the verdict. Null: there was none. */
  latencyMs: Record<'mean' | 'p50' | 'p95' | 'p99', number | null>;
  /** Means that the verifier tells. */
  queueMs: number | null;
  serviceMs: number | null;
  /** Candidates that were sent, those of them that it refused as it was full, and those that failed otherwise. */
  asked: number;
  refused: number;
  errors: { reason: string; count: number; detail: string }[];
  /** The step ended because nothing came any more. */
  stalled: boolean;
}

export interface LoadTarget {
  /** Verdicts per second. */
  rate: number;
  /** Share of its capacity to which a replica is to be used at most. */
  use: number;
  replicas: number;
  /** Replicas, were each always full. */
  least: number;
}

/** Renders it as lines of at most about 100 columns. */
export function renderLoadTest(test: LoadTest, options: TerminalOptions = {}): string {
  const style = styler(options);
  const { verifier, steps, capacity, target } = test;
  const lines = [
    `${style('bold', `${oneLine(verifier.name, 40)} ${oneLine(verifier.version, 40)}`)} at ${oneLine(test.address)}: ` +
      `says ${number(verifier.slots)} slots, takes ${number(verifier.capacity)} candidates, ${number(verifier.maxBatch)} a call`,
  ];
  if (steps.length > 0) lines.push('', ...stepTable(steps));
  for (const { inFlight, errors } of steps) {
    for (const { reason, count, detail } of errors) {
      lines.push(
        style('yellow', `  ${inFlight} in flight: ${number(count)} × ${oneLine(`${reason}: ${detail}`)}`),
      );
    }
  }
  if (capacity !== null) {
    lines.push('', ...curve(steps, capacity), '', ...capacityLines(capacity, verifier.slots));
  }
  if (target !== null) lines.push(targetLine(target));
  for (const note of test.notes) lines.push(style('yellow', `note: ${oneLine(note, 400)}`));
  return `${lines.join('\n')}\n`;
}

function stepTable(steps: readonly LoadStep[]): string[] {
  const header = ['in flight', 'verdicts/s', 'mean', 'p50', 'p95', 'p99', 'judging', 'refused', 'errors'];
  const time = (ms: number | null) => (ms === null ? '' : milliseconds(1000 * ms));
  const rows = steps.map(({ inFlight, rate, latencyMs, serviceMs, asked, refused, errors }) => {
    const { mean, p50, p95, p99 } = latencyMs;
    const failed = errors.reduce((sum, { count }) => sum + count, 0);
    const share = (count: number) => (count === 0 ? '' : percent(count / asked, 1));
    return [
      number(inFlight),
      number(rate),
      ...[mean, p50, p95, p99, serviceMs].map(time),
      share(refused),
      share(failed),
    ];
  });
  return table(header, rows, 0);
}

function curve(steps: readonly LoadStep[], { law, knee }: Capacity): string[] {
  const working = steps.filter(({ rate }) => rate > 0);
  if (working.length < 3) return [];
  const series = [
    {
      name: 'verdicts/s over candidates in flight',
      points: working.map(({ inFlight, rate }) => [inFlight, rate] as const),
    },
  ];
  if (law !== null) series.push({ name: 'Universal Scalability Law', points: lawPoints(law, working) });
  return plot(series, { height: 10, label: short, ...(knee !== null && { divide: knee }) }).map(
    (line) => `  ${line}`,
  );
}

function lawPoints(law: ScalabilityLaw, steps: readonly LoadStep[]): (readonly [number, number])[] {
  const [first, last] = [steps[0]?.inFlight ?? 1, steps.at(-1)?.inFlight ?? 1];
  return Array.from({ length: 50 }, (_, i) => {
    const n = first * (last / first) ** (i / 49);
    return [n, scalabilityAt(law, n)] as const;
  });
}

function capacityLines({ throughput, aloneMs, knee, law }: Capacity, slots: number): string[] {
  const lines = [
    `Capacity: ${number(throughput)} verdicts/s; a candidate that waits for nothing takes ${milliseconds(1000 * aloneMs)}.`,
    knee === null
      ? 'Knee: not reached, throughput still rises at the last step. Go further with --concurrency.'
      : `Knee: ${number(knee)} at a time; beyond, candidates only wait longer. It says ${number(slots)} slots.`,
  ];
  if (law !== null) {
    const { lambda, sigma, kappa, peak, r2 } = law;
    const top = peak === null ? 'no peak' : `peak at ${number(peak)} in flight`;
    const [s, k] = [sigma, kappa].map((value) => value.toPrecision(3));
    lines.push(
      `Universal Scalability Law: λ = ${number(lambda)}/s, σ = ${s} (contention), κ = ${k} (coherency), ${top}, R² = ${r2.toFixed(3)}.`,
    );
  }
  return lines;
}

function targetLine({ rate, use, replicas, least }: LoadTarget): string {
  return (
    `For ${number(rate)} verdicts/s: ${number(replicas)} replica${replicas === 1 ? '' : 's'}, each used to ` +
    `${percent(use, 0)} at most (${least.toFixed(2)} that are always full), if replicas share no processor.`
  );
}
