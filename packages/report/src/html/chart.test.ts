import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Chart, drawChart, type Shape, toMarkup } from './chart.ts';
import { frameOf } from './frame.ts';
import { chartTable, hoverAt } from './hover.ts';
import { linearTicks, logTicks } from './scale.ts';

const chart: Chart = {
  title: 'Coverage',
  description: 'Coverage against k.',
  x: { label: 'k', scale: 'log', format: String },
  y: { label: 'share', scale: 'linear', format: (share) => `${Math.round(100 * share)} %`, min: 0 },
  series: [
    {
      name: 'coverage',
      color: 0,
      dashedFrom: 100,
      points: [1, 10, 100, 1000].map((x, i) => ({ x, y: 0.2 * i, low: 0.1 * i, high: 0.3 * i })),
    },
    {
      name: 'vote',
      color: 1,
      points: [
        { x: 1, y: 0 },
        { x: 10, y: 0.1 },
      ],
    },
  ],
};
const size = { width: 700, height: 300 };

function shapes(of: Shape, test: (shape: Shape) => boolean): Shape[] {
  const below = of.children.flatMap((child) => (typeof child === 'string' ? [] : shapes(child, test)));
  return test(of) ? [of, ...below] : below;
}

const ofClass = (of: Shape, name: string) =>
  shapes(of, ({ attributes }) =>
    String(attributes.class ?? '')
      .split(' ')
      .includes(name),
  );

describe('ticks', () => {
  test('linear ones are round, and inside of the ends', () => {
    assert.deepEqual(linearTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(linearTicks(-0.3, 0.7, 4), [0, 0.5]);
    assert.deepEqual(linearTicks(3, 3, 5), [3]);
    for (const [min, max, count] of [
      [0, 0.07, 4],
      [1e-9, 3e-9, 6],
      [-5e8, 7e9, 5],
    ] as const) {
      const ticks = linearTicks(min, max, count);
      assert.ok(ticks.length >= 2 && ticks.length <= 2 * count + 1, `${ticks}`);
      assert.ok(ticks.every((tick) => tick >= min - 1e-12 && tick <= max + 1e-12));
    }
  });

  test('logarithmic ones are powers of ten; of short spans 2 and 5 as well; never too many', () => {
    assert.deepEqual(logTicks(1, 10_000, 5).ticks, [1, 10, 100, 1000, 10_000]);
    assert.deepEqual(logTicks(1, 48, 8).ticks, [1, 2, 5, 10, 20]);
    assert.deepEqual(logTicks(1, 10_000, 5).minor.slice(0, 3), [2, 3, 4]);
    assert.ok(logTicks(1e-3, 1e30, 6).ticks.length <= 6);
    assert.ok(logTicks(5e13, 7e14, 4).ticks.length >= 1);
  });
});

describe('drawChart', () => {
  test('draws a line, a band, and what is foretold in dashes', () => {
    const drawing = drawChart(chart, size);
    assert.equal(ofClass(drawing, 'line').length, 3);
    assert.equal(ofClass(drawing, 'dashed').length, 1);
    assert.equal(ofClass(drawing, 'band').length, 1);
    assert.equal(drawing.attributes['aria-label'], 'Coverage');
    assert.equal(shapes(drawing, ({ tag }) => tag === 'desc')[0]?.children[0], 'Coverage against k.');
  });

  test('everything lies inside of the drawing, at every width', () => {
    for (const width of [260, 390, 700, 1400]) {
      const drawing = drawChart(chart, { width, height: 300 });
      for (const { attributes } of shapes(drawing, ({ tag }) => tag === 'circle' || tag === 'line')) {
        for (const name of ['cx', 'x1', 'x2']) {
          const x = Number(attributes[name] ?? 0);
          assert.ok(x >= 0 && x <= width, `${name} = ${x} of ${width}`);
        }
      }
    }
  });

  test('names of series at their ends do not overlap', () => {
    const many: Chart = {
      ...chart,
      series: Array.from({ length: 8 }, (_, i) => ({
        name: `method ${i}`,
        color: i,
        points: [
          { x: 1, y: 0.5 },
          { x: 1000, y: 0.5 + i * 1e-4 },
        ],
      })),
    };
    const ys = ofClass(drawChart(many, size), 'name').map(({ attributes }) => Number(attributes.y));
    assert.equal(ys.length, 8);
    ys.sort((a, b) => a - b);
    assert.ok(ys.every((y, i) => i === 0 || y - (ys[i - 1] as number) >= 14));
    assert.ok((ys[0] as number) > 0 && (ys.at(-1) as number) < size.height);
  });

  test('a series that ends early is named where it ends, without a line that looks like its own', () => {
    const drawing = drawChart(chart, size);
    const [vote] = ofClass(drawing, 'name').filter(({ children }) => children[0] === 'vote');
    const frame = frameOf(chart, size);
    assert.ok(Number(vote?.attributes.x) < frame.right && Number(vote?.attributes.x) > frame.x.at(10));
    assert.equal(
      ofClass(drawing, 'leader').filter(({ attributes }) => attributes.class === 'leader c-1').length,
      0,
    );
  });

  test('where there is no room for names there is a legend', () => {
    assert.equal(frameOf(chart, size).labelled, true);
    const long: Chart = { ...chart, series: chart.series.map((own) => ({ ...own, name: 'x'.repeat(500) })) };
    assert.equal(frameOf(long, { width: 300, height: 300 }).labelled, false);
  });

  test('values that have no place are left out: no number, or not above 0 on a log axis', () => {
    const odd: Chart = {
      ...chart,
      series: [
        {
          name: '',
          color: 0,
          points: [
            { x: 0, y: 1 },
            { x: -3, y: 1 },
            { x: 1, y: Number.NaN },
            { x: 2, y: Infinity },
            { x: 4, y: 0.4 },
          ],
        },
        { name: 'empty', color: 1, points: [] },
      ],
    };
    const markup = toMarkup(drawChart(odd, size));
    assert.ok(!/NaN|Infinity|undefined/.test(markup), markup);
    assert.ok(!/NaN|Infinity/.test(toMarkup(drawChart({ ...chart, series: [] }, size))));
    const flat = { ...chart, series: [{ name: '', color: 0, points: [{ x: 1, y: 0 }] }] };
    assert.ok(!/NaN|Infinity/.test(toMarkup(drawChart(flat, size))));
  });

  test('names of others are texts', () => {
    const hostile: Chart = {
      ...chart,
      title: '"><script>',
      series: [{ ...(chart.series[0] as Chart['series'][0]), name: '</text><script>alert(1)</script>' }],
    };
    const markup = toMarkup(drawChart(hostile, { width: 1400, height: 300 }));
    assert.ok(!markup.includes('<script'));
  });
});

describe('what a chart says', () => {
  test('at the nearest x', () => {
    const frame = frameOf(chart, size);
    const hover = hoverAt(chart, frame, frame.x.at(11));
    assert.equal(hover?.x, 10);
    assert.deepEqual(
      hover?.rows.map(({ name, text }) => [name, text]),
      [
        ['coverage', '20 % [10 %, 30 %]'],
        ['vote', '10 %'],
      ],
    );
    assert.equal(hoverAt({ ...chart, series: [] }, frame, 10), null);
  });

  test('as a table', () => {
    const { header, rows } = chartTable(chart);
    assert.deepEqual(header, ['k', 'coverage', 'vote']);
    assert.deepEqual(rows[1], ['10', '20 % [10 %, 30 %]', '10 %']);
    assert.deepEqual(rows[3], ['1000', '60 % [30 %, 90 %]', '']);
  });
});
