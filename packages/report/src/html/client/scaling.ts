/** How coverage grows, and what that foretells. */
import type { Bounded, FittedLaw, LawName, ScalingLaw } from '@assay/statistics';
import type { VerifierResults } from '../../report.ts';
import type { Chart, Series } from '../chart.ts';
import type { PageData } from '../data.ts';
import { kAxis, shareAxis } from './curves.ts';
import { type Cell, card, el, folded, foreign, notes, table } from './dom.ts';
import { countText, fixedText, percentText, shortCount } from './numbers.ts';
import { plot } from './plot.ts';

const lawNames: Readonly<Record<LawName, string>> = {
  'exponentiated-power': 'exponentiated power law',
  'beta-binomial': 'beta-binomial',
  power: 'power law',
};
const formulas: Readonly<Record<LawName, string>> = {
  'exponentiated-power': 'coverage = exp(a · k^b), natural logarithm',
  'beta-binomial': 'coverage = 1 − B(α, β + k) / B(α, β)',
  power: '−log(coverage) = A · k^−b',
};

/** What the formulas call parameters. */
const symbols: Readonly<Record<string, string>> = { alpha: 'α', beta: 'β' };

export function scalingSection({ report, problems }: PageData): HTMLElement | null {
  const fitted = report.results.verifiers.filter(({ scaling }) => scaling !== null);
  if (fitted.length === 0) return null;
  return el(
    'section',
    {},
    el('h2', {}, 'Scaling'),
    el(
      'p',
      { class: 'lead' },
      'Laws fitted to coverage. Beyond the candidates at hand their lines are dashed: there they are predictions.',
    ),
    ...fitted.map((verifier) => lawPart(verifier, problems.id, fitted.length > 1)),
  );
}

function lawPart(
  { name, scaling, coverage }: VerifierResults,
  ids: readonly string[],
  named: boolean,
): HTMLElement {
  const law = scaling as ScalingLaw;
  const best = law.laws.find((one) => one.name === law.best?.name);
  return el(
    'div',
    { class: 'stack' },
    named ? el('h3', {}, 'By ', foreign(name, 60)) : null,
    law.best === null
      ? null
      : el(
          'p',
          { class: 'said' },
          el('b', {}, `Predicts best here: ${lawNames[law.best.name]}. `),
          sentence(law.best.why),
        ),
    el(
      'p',
      { class: law.powerLaw.holds ? 'said' : 'note' },
      el('b', {}, law.powerLaw.holds ? 'A power law describes these counts. ' : 'No power law. '),
      sentence(law.powerLaw.why),
    ),
    card(
      plot(lawChart(law, coverage), {
        height: 380,
        note: best === undefined ? '' : `Band: interval of the ${lawNames[best.name]}.`,
      }),
    ),
    card(el('h3', {}, 'Fits'), fitTable(law), backtestTable(law)),
    el('div', { class: 'grid' }, neededCard(law), doublingCard(law), nextCard(law, ids)),
    ...notes(law.notes.map(sentence)),
  );
}

function lawChart(law: ScalingLaw, coverage: VerifierResults['coverage']): Chart {
  const measured = (coverage?.curve.points ?? []).flatMap(({ k, judged }) =>
    judged === null ? [] : [{ x: k, y: judged.estimate }],
  );
  const series: Series[] = law.laws.map(({ name, curve }, i) => ({
    name: lawNames[name],
    color: i + 1,
    dashedFrom: law.n,
    // One band: three over each other would hide what they say.
    points: curve.map(({ k, estimate, low, high }) =>
      name === law.best?.name ? { x: k, y: estimate, low, high } : { x: k, y: estimate },
    ),
  }));
  return {
    title: 'Laws of coverage',
    description: `Measured coverage up to ${countText(law.n)} candidates per problem, and fitted laws up to 100 times as many.`,
    x: kAxis,
    y: shareAxis('coverage'),
    series: [...series, { name: 'measured', color: 0, line: 'none', points: measured }],
    rules: [{ x: law.n, label: `n = ${countText(law.n)}` }],
  };
}

/** With a capital, and an end. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

function boundedText({ estimate, low, high }: Bounded): string {
  const bounds = low === null || high === null ? '' : ` [${fixedText(low)}, ${fixedText(high)}]`;
  return `${fixedText(estimate, 4)}${bounds}`;
}

function fitTable({ laws, level, resamples }: ScalingLaw): HTMLElement {
  const rows = laws.map(({ name, parameters, error }: FittedLaw): Cell[] => [
    [lawNames[name], el('div', { class: 'hint' }, formulas[name])],
    Object.entries(parameters).map(([symbol, value]) =>
      el('div', { class: 'number' }, `${symbols[symbol] ?? symbol} = ${boundedText(value)}`),
    ),
    `${percentText(error.mean, 2)} ± ${percentText(error.deviation, 2)}`,
    percentText(error.max, 2),
  ]);
  return el(
    'div',
    {},
    table(['law', 't:parameters', 'n:mean error', 'n:largest'], rows),
    el(
      'p',
      { class: 'hint' },
      `Intervals: ${percentText(level, 0)}, percentile bootstrap over problems (${countText(resamples)} resamples).`,
    ),
  );
}

function backtestTable({ laws }: ScalingLaw): HTMLElement | null {
  const rows = laws.flatMap(({ name, backtests }) =>
    backtests.map(({ from, to, predicted, measured, rmse }): Cell[] => [
      lawNames[name],
      countText(from),
      countText(to),
      percentText(predicted, 2),
      percentText(measured, 2),
      percentText(rmse, 2),
    ]),
  );
  if (rows.length === 0) return null;
  return el(
    'div',
    {},
    el('h4', {}, 'Backtest: fitted to fewer candidates, asked for more'),
    table(['t:law', 'n:fitted up to k', 'n:asked at k', 'n:predicted', 'n:measured', 'n:RMSE'], rows),
  );
}

/** Predictions are not known to the last of their digits. */
function manyText(count: number): string {
  return count < 10_000 ? countText(count) : shortCount(count);
}

function neededCard({ needed, best }: ScalingLaw): HTMLElement | null {
  if (needed.length === 0) return null;
  const rows = needed.map(({ target, samples, low, high, measured }): Cell[] => [
    percentText(target, 0),
    samples === null ? 'never' : measured ? countText(samples) : `≈ ${manyText(samples)}`,
    low === null && high === null
      ? ''
      : `[${low === null ? '?' : manyText(low)}, ${high === null ? '∞' : manyText(high)}]`,
    measured ? 'measured' : 'predicted',
  ]);
  return card(
    el('h3', {}, 'Candidates for a coverage'),
    el(
      'p',
      { class: 'hint' },
      best === null ? 'Per problem.' : `Per problem; beyond what is measured by the ${lawNames[best.name]}.`,
    ),
    table(['n:coverage', 'n:candidates', 'n:interval', 't:'], rows),
  );
}

function doublingCard({ doublings }: ScalingLaw): HTMLElement | null {
  if (doublings.length < 2) return null;
  const series = (measured: boolean): Series => ({
    name: measured ? 'measured' : 'predicted',
    color: measured ? 0 : 1,
    dots: true,
    ...(!measured && { line: 'dashed' as const }),
    points: doublings
      .filter((own) => own.measured === measured)
      .slice(measured ? 1 : 0)
      .map(({ k, gain }) => ({ x: k, y: gain })),
  });
  return card(
    plot(
      {
        title: 'What a doubling of candidates gains',
        description: 'Coverage at k less coverage at half of it.',
        x: kAxis,
        y: { ...shareAxis('gain in coverage') },
        series: [series(true), series(false)].filter(({ points }) => points.length > 0),
      },
      { height: 280 },
    ),
  );
}

function nextCard({ next }: ScalingLaw, ids: readonly string[]): HTMLElement | null {
  const wanted = next.filter(({ samples }) => samples > 0);
  if (wanted.length === 0) return null;
  const row = ({ problem, n, c, samples }: (typeof wanted)[number]): Cell[] => [
    foreign(ids[problem] ?? `problem ${problem}`, 40),
    `${countText(c)} of ${countText(n)}`,
    countText(samples),
  ];
  const show = (some: typeof wanted) =>
    table(['problem', 'n:correct so far', 'n:next candidates'], some.map(row));
  return card(
    el('h3', {}, 'Where the next candidates should go'),
    el('p', { class: 'hint' }, 'Problems with fewest successes first: there another candidate tells most.'),
    show(wanted.slice(0, 8)),
    wanted.length > 8
      ? folded(`${countText(wanted.length - 8)} more`, () => [
          show(wanted.slice(8, 200)),
          intervalNote(wanted.length),
        ])
      : null,
  );
}

function intervalNote(count: number): HTMLElement | null {
  return count > 200 ? el('p', { class: 'hint' }, `… and ${countText(count - 200)} others`) : null;
}
