/** How hard the set is. */
import { card } from './dom.ts';
import { countText, nounText, percentText } from './numbers.ts';
import { plot } from './plot.ts';
import type { Row } from './problem-rows.ts';

/** Problems by their share of correct candidates: how hard the set is. */
export function difficulty(rows: readonly Row[]): HTMLElement | null {
  const shares = rows.flatMap(({ share }) => (Number.isNaN(share) ? [] : [share])).sort((a, b) => b - a);
  if (shares.length === 0) return null;
  const never = shares.filter((share) => share === 0).length;
  const step = Math.max(1, shares.length / 400);
  const points = Array.from({ length: Math.ceil(shares.length / step) }, (_, i) => {
    const at = Math.floor(i * step);
    return { x: at + 1, y: shares[at] as number };
  });
  const chart = plot(
    {
      title: 'How hard the problems are',
      description: 'Share of correct candidates of each problem, from the easiest to the hardest.',
      x: {
        label: 'problems, easiest first',
        scale: 'linear',
        format: countText,
        min: 0,
        max: Math.max(1, shares.length),
      },
      y: {
        label: 'candidates correct',
        scale: 'linear',
        format: (share) => `${Math.round(100 * share)} %`,
        exact: (share) => percentText(share, 2),
        min: 0,
        max: 1,
      },
      series: [{ name: '', color: 0, points, dots: shares.length <= 60 }],
    },
    {
      height: 240,
      note: `${countText(never)} of ${nounText(shares.length, 'problem')} without a correct candidate.`,
    },
  );
  return card(chart);
}
