/** What both pages show of a run. */
import { bar, type Cell, type Child, el, table } from '../client/dom.ts';
import { percentText } from '../client/numbers.ts';
import type { Counts, RunLine } from './figures.ts';

const statusTones: Readonly<Record<RunLine['status'], string>> = {
  running: 'info',
  open: 'warn',
  complete: 'good',
  cancelled: 'bad',
};

export function runTag(status: RunLine['status']): HTMLElement {
  return el('span', { class: `tag ${statusTones[status]}` }, status);
}

/** Within the page's folder, whatever the id holds. */
export function runLink(id: string, page: 'run' | 'report' | 'api/run' | 'api/report'): string {
  return `${page}?id=${encodeURIComponent(id)}`;
}

/** How far a run is; nothing where that is not known. */
export function progressBar({ status, progress }: Pick<RunLine, 'status' | 'progress'>): Child[] {
  if (status === 'complete') return [bar(1), percentText(1, 0)];
  if (progress === null) return [];
  if (progress.share !== null) return [bar(progress.share), percentText(progress.share, 0)];
  return ['how much there is, is not known'];
}

/** `0:07`, `1:23`, `2:03:04` */
export function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A table whose rows become blocks of named values where the page is narrow. */
export function stacking(header: readonly string[], rows: readonly (readonly Cell[])[]): HTMLElement {
  const element = table(header, rows);
  element.classList.add('stacking');
  for (const row of element.querySelectorAll('tbody tr')) {
    for (const [i, cell] of [...row.children].entries()) {
      cell.setAttribute('data-name', (header[i] ?? '').replace(/^[nt]:/, ''));
    }
  }
  return element;
}

/** All stored verdicts. */
export function verdictsOf({ verifiers }: Counts): number {
  return verifiers.reduce((sum, { candidates }) => sum + candidates, 0);
}

export function figureCard(name: string, value: string, more: Child = '', tone = ''): HTMLElement {
  return el(
    'div',
    { class: `card figure ${tone}` },
    el('div', { class: 'name' }, name),
    el('div', { class: 'value' }, value),
    el('div', { class: 'more' }, more),
  );
}
