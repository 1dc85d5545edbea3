/** What few submissions get: the lines on n@k below a verifier's rates. */
import { count, number, percent, table } from './format.ts';
import type { VerifierResults } from './report.ts';

export function selectionLines({ selection }: VerifierResults, level: number): string[] {
  if (selection === null) return [];
  const { filter, cluster, submissions } = selection;
  const interval = `${percent(level, 0)} interval`;
  const header = ['k', ...submissions.flatMap(({ n }) => [`${n}@k`, interval])];
  const byK = submissions.map(({ points }) => new Map(points.map((point) => [point.k, point])));
  const rows = (submissions[0]?.points ?? []).map(({ k }) => [
    number(k),
    ...byK.flatMap((points) => {
      const point = points.get(k);
      if (point === undefined) return ['', ''];
      const { estimate, method, bootstrap } = point;
      return [
        `${percent(estimate)}${method === 'exact' ? '' : ' ~'}`,
        `[${percent(bootstrap.low)}, ${percent(bootstrap.high)}]`,
      ];
    }),
  ]);
  const passing = filter === null ? '' : ' that pass the examples';
  const chosen = cluster ? 'one of each largest answer class' : 'at random';
  const resampled = submissions.find(({ points }) => points.some(({ method }) => method === 'resampled'));
  const lines = [
    ...table(header, rows),
    `  n@k: n submissions from k candidates${passing}, ${chosen}`,
    ...(resampled === undefined ? [] : [`  ~: from ${resampled.subsets} random subsets a problem`]),
  ];
  if (filter !== null) {
    lines.push(
      `  examples: ${number(filter.passed)} (${percent(filter.passed / filter.candidates)}) of ` +
        `${count(filter.candidates, 'judged candidate')} pass, none in ${number(filter.nonePassed)} of ` +
        `${count(filter.problems, 'problem')} with examples`,
    );
  }
  return lines;
}
