/** Every problem of the run: found, sorted, and opened. */
import type { PageData } from '../data.ts';
import { difficulty } from './difficulty.ts';
import { bar, card, el, foreign } from './dom.ts';
import { drillDown } from './drill.ts';
import { countText, nounText, percentText } from './numbers.ts';
import { columns, narrow, type Row, rowsBy, states } from './problem-rows.ts';

const pageSize = 50;
const byName = new Intl.Collator('en', { numeric: true });

/** What the reader wants to see. */
interface Wish {
  text: string;
  dataset: string;
  verifier: number;
  state: string;
  sort: string;
  down: boolean;
  page: number;
}

export function problemSection(data: PageData): HTMLElement | null {
  const { problems, report } = data;
  if (problems.id.length === 0) return null;
  const wish: Wish = { text: '', dataset: '', verifier: 0, state: 'all', sort: '', down: false, page: 0 };
  const rowsOf = report.run.verifiers.map((_, verifier) => rowsBy(data, verifier));
  const body = el('tbody');
  // Of problems that are open; kept as the reader has left them, whatever the table shows meanwhile.
  const opened = new Map<number, HTMLElement>();
  const several = new Set(problems.dataset).size > 1;
  const headers = new Map<string, HTMLElement>();
  const status = el('span', { 'aria-live': 'polite' });
  const back = el('button', { type: 'button', click: () => turn(-1) }, '‹ back');
  const forth = el('button', { type: 'button', click: () => turn(1) }, 'next ›');

  function shown(): Row[] {
    const text = wish.text.toLowerCase();
    const test = states[wish.state]?.test ?? (() => true);
    const rows = (rowsOf[wish.verifier] ?? []).filter(
      (row) =>
        (text === '' || row.id.toLowerCase().includes(text)) &&
        (wish.dataset === '' || row.dataset === wish.dataset) &&
        test(row),
    );
    const column = columns.find(({ name }) => name === wish.sort);
    if (column === undefined) return rows;
    const sign = wish.down ? -1 : 1;
    return rows.sort((a, b) => {
      const [x, y] = [column.of(a), column.of(b)];
      const order = typeof x === 'string' ? byName.compare(x, String(y)) : x - Number(y);
      return sign * order || a.at - b.at;
    });
  }

  function turn(pages: number): void {
    wish.page += pages;
    show();
  }

  function show(): void {
    const rows = shown();
    const last = Math.max(0, Math.ceil(rows.length / pageSize) - 1);
    wish.page = Math.min(Math.max(0, wish.page), last);
    const from = wish.page * pageSize;
    const some = rows.slice(from, from + pageSize);
    body.replaceChildren(...some.flatMap((row) => rowElements(row)));
    if (some.length === 0) {
      body.append(
        el('tr', {}, el('td', { colspan: columns.length, class: 'soft' }, 'No problem is like that.')),
      );
    }
    const range = some.length === 0 ? '0' : `${countText(from + 1)}–${countText(from + some.length)}`;
    status.textContent = `${range} of ${nounText(rows.length, 'problem')}`;
    back.disabled = wish.page === 0;
    forth.disabled = wish.page === last;
    for (const [name, header] of headers) {
      if (name === wish.sort) header.setAttribute('aria-sort', wish.down ? 'descending' : 'ascending');
      else header.removeAttribute('aria-sort');
    }
  }

  function rowElements(row: Row): HTMLElement[] {
    const name = el('button', { type: 'button', class: 'plain' }, foreign(row.id, 80));
    const toggle = () => {
      const before = opened.get(row.at);
      if (before === undefined) {
        const content = el('td', { colspan: columns.length }, drillDown(data, row.at));
        const drill = el('tr', { class: 'drill' }, content);
        opened.set(row.at, drill);
        own.after(drill);
      } else {
        opened.delete(row.at);
        before.remove();
      }
      mark();
    };
    const mark = () => {
      name.setAttribute('aria-expanded', String(opened.has(row.at)));
      own.classList.toggle('open', opened.has(row.at));
    };
    const share = Number.isNaN(row.share)
      ? [el('span', { class: 'soft' }, '–')]
      : [percentText(row.share, row.share > 0 && row.share < 0.01 ? 2 : 1), bar(row.share)];
    const own = el(
      'tr',
      {
        class: 'pick',
        // Whoever marks a text to copy it does not want it to close.
        click: () => {
          if (getSelection()?.toString() === '') toggle();
        },
      },
      el('td', {}, name, several && el('div', { class: 'hint' }, foreign(row.dataset, 40))),
      el('td', { class: 'n wide' }, countText(row.candidates)),
      el('td', { class: 'n' }, countText(row.correct)),
      el('td', { class: 'n' }, ...share),
      el('td', { class: row.missing > 0 ? 'n warn' : 'n' }, row.missing > 0 ? countText(row.missing) : '0'),
      el('td', { class: 'n wide' }, countText(row.classes)),
      el('td', { class: 'n' }, voteMark(row.vote)),
    );
    mark();
    const drill = opened.get(row.at);
    return drill === undefined ? [own] : [own, drill];
  }

  const head = columns.map(({ name, title }) => {
    const sort = () => {
      // Numbers are wanted from the greatest down at first.
      wish.down = wish.sort === name ? !wish.down : name !== 'id';
      wish.sort = name;
      show();
    };
    const header = el(
      'th',
      { scope: 'col', class: name === 'id' ? undefined : narrow.has(name) ? 'n' : 'n wide' },
      el('button', { type: 'button', class: 'plain', click: sort }, title),
    );
    headers.set(name, header);
    return header;
  });
  show();
  return el(
    'section',
    {},
    el('h2', {}, 'Problems'),
    el('p', { class: 'lead' }, 'Open a problem to see its answers, and its candidates one by one.'),
    problems.omitted > 0
      ? el(
          'p',
          { class: 'note' },
          `${nounText(problems.omitted, 'more problem')} would make this file too large; the JSON report has them.`,
        )
      : null,
    difficulty(rowsOf[0] ?? []),
    el(
      'div',
      { class: 'stack' },
      card(
        filters(data, wish, () => {
          wish.page = 0;
          show();
        }),
        el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, el('tr', {}, ...head)), body)),
        el('div', { class: 'pager' }, back, status, forth),
      ),
    ),
  );
}

function voteMark(vote: number | null): HTMLElement | string {
  if (vote === null) return '–';
  if (vote === 1) return el('span', { class: 'good' }, 'right');
  if (vote === 0) return el('span', { class: 'bad' }, 'wrong');
  return percentText(vote, 0);
}

function filters({ problems, report }: PageData, wish: Wish, changed: () => void): HTMLElement {
  const choice = (
    label: string,
    options: readonly (readonly [string, string])[],
    set: (value: string) => void,
  ) => {
    const select = el(
      'select',
      { 'aria-label': label },
      ...options.map(([value, title]) => el('option', { value }, title)),
    );
    select.addEventListener('change', () => {
      set(select.value);
      changed();
    });
    return el('label', {}, label, select);
  };
  const search = el('input', {
    type: 'search',
    placeholder: 'Find a problem by its id',
    'aria-label': 'Find a problem by its id',
  });
  search.addEventListener('input', () => {
    wish.text = search.value.trim();
    changed();
  });
  const datasets = [...new Set(problems.dataset)].filter((name) => name !== '').slice(0, 200);
  return el(
    'div',
    { class: 'filters' },
    search,
    choice(
      'show',
      Object.entries(states).map(([name, { title }]) => [name, title] as const),
      (value) => {
        wish.state = value;
      },
    ),
    report.run.verifiers.length > 1 &&
      choice(
        'by',
        report.run.verifiers.map((name, i) => [String(i), name.slice(0, 60)] as const),
        (value) => {
          wish.verifier = Number(value);
        },
      ),
    datasets.length > 1 &&
      choice(
        'data set',
        [['', 'all'], ...datasets.map((name) => [name, name.slice(0, 60)] as const)],
        (value) => {
          wish.dataset = value;
        },
      ),
  );
}
