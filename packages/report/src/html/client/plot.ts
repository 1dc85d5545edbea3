/** Charts on the page: drawn to the width that there is, with values where they are pointed at, and as a table. */
import { colorClass, drawChart } from '../chart.ts';
import { type Chart, frameOf, type Size } from '../frame.ts';
import { chartTable, type Hover, hoverAt, hoverOf, hoverStops } from '../hover.ts';
import { el, folded, foreign, svg, swatch, table } from './dom.ts';

/** Narrower drawings are scaled down, as on paper. */
const leastWidth = 260;

export function plot(chart: Chart, { height = 340, note = '' } = {}): HTMLElement {
  const area = el('div', { class: 'area' });
  const tip = el('div', { class: 'tip', hidden: true });
  const legend = el('div', { class: 'legend' });
  const figure = el(
    'figure',
    { class: 'plot' },
    el('figcaption', {}, el('h3', {}, chart.title), note === '' ? null : el('p', { class: 'hint' }, note)),
    area,
    legend,
    folded('Values as a table', () => [tableOf(chart)]),
  );
  let width = 0;
  const draw = (now: number) => {
    if (now < 1 || Math.abs(now - width) < 1) return;
    width = now;
    const size = {
      width: Math.max(leastWidth, Math.floor(now)),
      height: now < 480 ? Math.min(height, 280) : height,
    };
    const { labelled } = frameOf(chart, size);
    const drawing = svg(drawChart(chart, size));
    area.replaceChildren(drawing, tip);
    legend.hidden = labelled;
    legend.replaceChildren(
      ...(labelled ? [] : chart.series.filter(({ points }) => points.length > 0)).map((series) =>
        el('span', {}, swatch(series.color, series.line === 'dashed'), foreign(series.name, 60)),
      ),
    );
    listen(chart, drawing, tip, size);
  };
  new ResizeObserver(([entry]) => draw(entry?.contentRect.width ?? 0)).observe(area);
  return figure;
}

function tableOf(chart: Chart): HTMLElement {
  const { header, rows } = chartTable(chart);
  return table(
    header.map((text) => `n:${text}`),
    rows,
  );
}

/** Shows values where the pointer is, or where the arrow keys lead. */
function listen(chart: Chart, drawing: SVGElement, tip: HTMLElement, size: Size): void {
  const frame = frameOf(chart, size);
  const stops = hoverStops(chart);
  let at = -1;
  const cross = document.createElementNS('http://www.w3.org/2000/svg', 'g');
  drawing.append(cross);
  drawing.setAttribute('tabindex', '0');
  const hide = () => {
    tip.hidden = true;
    cross.replaceChildren();
    at = -1;
  };
  const show = (hover: Hover | null) => {
    if (hover === null || hover.rows.length === 0) return hide();
    at = stops.indexOf(hover.x);
    const line = { class: 'cross', x1: hover.at, x2: hover.at, y1: frame.top, y2: frame.bottom };
    cross.replaceChildren(
      svg({ tag: 'line', attributes: line, children: [] }),
      ...hover.rows.map(({ y, color }) => {
        const attributes = { class: `dot ${colorClass(color)}`, cx: hover.at, cy: y, r: 4 };
        return svg({ tag: 'circle', attributes, children: [] });
      }),
    );
    tip.replaceChildren(
      el('div', { class: 'soft' }, `${chart.x.label}: ${(chart.x.exact ?? chart.x.format)(hover.x)}`),
      ...hover.rows.map(({ name, color, text }) =>
        el('div', {}, swatch(color), foreign(name, 40), ' ', el('b', {}, text)),
      ),
    );
    tip.hidden = false;
    const scale = drawing.getBoundingClientRect().width / size.width;
    const right = hover.at * scale + 12;
    const fits = right + tip.offsetWidth <= drawing.getBoundingClientRect().width;
    const left = fits ? right : Math.max(0, hover.at * scale - 12 - tip.offsetWidth);
    tip.style.transform = `translate(${left}px, ${frame.top}px)`;
  };
  drawing.addEventListener('pointermove', (event) => {
    const box = drawing.getBoundingClientRect();
    show(hoverAt(chart, frame, ((event.clientX - box.left) * size.width) / box.width));
  });
  drawing.addEventListener('pointerleave', hide);
  drawing.addEventListener('blur', hide);
  drawing.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0 || stops.length === 0) return;
    event.preventDefault();
    const next = Math.min(stops.length - 1, Math.max(0, at + step));
    show(hoverOf(chart, frame, stops[next] as number));
    // A stop of which no series has a value is passed over, without losing the place.
    at = next;
  });
}
