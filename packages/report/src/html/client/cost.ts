/** What coverage costs. */
import type { CostCurve, CostPoint } from '@assay/statistics';
import type { Chart } from '../chart.ts';
import type { PageData } from '../data.ts';
import { shareAxis } from './curves.ts';
import { type Cell, card, el, foreign, notes, table } from './dom.ts';
import { countText, moneyText, moneyTick, percentText, powerText, shortCount } from './numbers.ts';
import { plot } from './plot.ts';

export function costSection({ report: { results } }: PageData): HTMLElement | null {
  const { cost } = results;
  if (cost === null) return null;
  const charts = [costChart(cost, 'flops'), costChart(cost, 'dollars')].filter((chart) => chart !== null);
  return el(
    'section',
    {},
    el('h2', {}, 'Cost'),
    el('p', { class: 'lead' }, ...factsOf(cost)),
    charts.length === 0 ? null : el('div', { class: 'grid' }, ...charts.map((chart) => card(plot(chart)))),
    card(costTable(cost)),
    ...notes(cost.notes),
  );
}

function factsOf({ model, prices, promptTokens, candidateTokens, assumed }: CostCurve): (Node | string)[] {
  const tokens = `${countText(promptTokens)} tokens a prompt and ${countText(candidateTokens)} a candidate on average`;
  const parts: (Node | string)[] = [`${tokens}${assumed ? ' (assumed: none are stored)' : ''}. `];
  if (model !== null) {
    const size = `${shortCount(model.parameters)} parameters, ${model.layers} layers of width ${countText(model.width)}`;
    parts.push('Model: ', foreign(model.name, 60), ` (${size}; `, foreign(model.source, 120), '). ');
  }
  if (prices !== null) {
    parts.push(
      `Per million tokens: ${moneyText(prices.prompt)} of prompts, ${moneyText(prices.completion)} of candidates.`,
    );
  }
  return parts;
}

function costChart({ name, points }: CostCurve, unit: 'flops' | 'dollars'): Chart | null {
  const known = points.flatMap((point) => {
    const x = point[unit];
    const { low, high } = point.interval;
    return x === null || x <= 0 ? [] : [{ x, y: point.coverage, low, high }];
  });
  if (known.length === 0) return null;
  const money = unit === 'dollars';
  return {
    title: money ? 'Coverage against money' : 'Coverage against floating-point operations',
    description: 'Coverage that so much sampling over all problems gives.',
    x: {
      label: money ? 'cost of all samples' : 'FLOPs of all samples',
      scale: 'log',
      format: money ? moneyTick : powerText,
      ...(money && { exact: moneyText }),
    },
    y: shareAxis('coverage'),
    series: [{ name, color: 0, points: known }],
  };
}

function costTable({ points }: CostCurve): HTMLElement {
  const known = (pick: (point: CostPoint) => number | null) => points.some((point) => pick(point) !== null);
  const columns: { header: string; text: (point: CostPoint) => Cell; shown: boolean }[] = [
    { header: 'n:k', text: ({ k }) => countText(k), shown: true },
    { header: 'n:coverage', text: ({ coverage }) => percentText(coverage), shown: true },
    { header: 'n:FLOPs', text: ({ flops }) => or(flops, powerText), shown: known(({ flops }) => flops) },
    {
      header: 'n:FLOPs a solved problem',
      text: (p) => or(p.flopsPerSolved, powerText),
      shown: known((p) => p.flops),
    },
    {
      header: 'n:money',
      text: ({ dollars }) => or(dollars, moneyText),
      shown: known(({ dollars }) => dollars),
    },
    {
      header: 'n:money a solved problem',
      text: (p) => or(p.dollarsPerSolved, moneyText),
      shown: known((p) => p.dollars),
    },
  ];
  const used = columns.filter(({ shown }) => shown);
  // Every point is in the charts; some are enough to read.
  const step = Math.max(1, Math.ceil(points.length / 12));
  const some = points.filter((_, i) => i % step === 0 || i === points.length - 1);
  return table(
    used.map(({ header }) => header),
    some.map((point) => used.map(({ text }) => text(point))),
  );
}

function or(value: number | null, write: (value: number) => string): string {
  return value === null ? '–' : write(value);
}
