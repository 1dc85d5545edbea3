/** How coverage grows, in few lines: what the report says of it. */
import type { ScalingLaw } from '@assay/statistics';
import { percent, wrapped } from './format.ts';
import { type PlotSeries, plot, short } from './plot.ts';
import type { Results } from './report.ts';
import { lawTitles } from './scaling-lines.ts';

/** Candidates below which a table of few k shows the whole curve. */
const leastPlotted = 10;

/** A plot of the oracle's coverage beside what can be had without it. Empty where there is no curve worth one. */
export function curvePlot({ verifiers, selectors }: Pick<Results, 'verifiers' | 'selectors'>): string[] {
  const [oracle] = verifiers;
  const coverage = oracle?.coverage?.curve.points ?? [];
  if ((coverage.at(-1)?.k ?? 0) < leastPlotted) return [];
  const series: PlotSeries[] = [
    {
      name: 'coverage',
      points: coverage.flatMap(({ k, judged }) => (judged === null ? [] : [[k, judged.estimate] as const])),
    },
  ];
  const votes = oracle?.majority?.points ?? [];
  if (votes.length > 1) {
    series.push({ name: 'majority vote', points: votes.map(({ k, estimate }) => [k, estimate] as const) });
  }
  for (const { name, curves } of selectors) {
    const best = curves?.curves.find(({ method }) => method === 'best-of-n');
    if (best === undefined) continue;
    const points = best.points.map(({ k, estimate }) => [k, estimate] as const);
    series.push({ name: `best-of-N by ${name.slice(0, 20)}`, points });
  }
  return plot(series.slice(0, 5), { height: 11, width: 76 }).map((line) => `  ${line}`);
}

/** Which law predicts best, and what it takes to solve more. Empty where no law was tested. */
export function growthLines({ best, powerLaw, needed }: ScalingLaw, run: string): string[] {
  if (best === null) return [];
  const next = needed.filter(({ measured, samples }) => !measured && samples !== null).slice(0, 2);
  const takes = next.map(({ target, samples, low, high }) => {
    const range = low === null ? '' : ` [${short(low)}, ${high === null ? 'never' : short(high)}]`;
    return `${percent(target, 0)} takes ${short(samples ?? 0)}${range}`;
  });
  const law = `scaling: the ${lawTitles[best.name]} law predicts best${powerLaw.holds ? '' : '; no power law here'}`;
  const text = `${law}${takes.length > 0 ? `; by it a coverage of ${takes.join(', ')} candidates` : ''}`;
  return [...wrapped(text), `  more: assay scaling ${run}`];
}
