/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Elements of the page. Texts become text nodes: nothing that comes from data is ever read as markup. */
import { colorClass, type Shape } from '../chart.ts';

export type Child = Node | string | null | undefined | false;

interface Attributes {
  readonly [name: string]: string | number | boolean | ((event: Event) => void) | undefined;
}

/** An element. Attributes that are functions listen to the event of that name; false and undefined are left out. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter(isThere));
  return element;
}

export function isThere<T>(child: T | null | undefined | false | ''): child is T {
  return child !== null && child !== undefined && child !== false && child !== '';
}

/** Of a tree of SVG elements. */
export function svg(node: Shape): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', node.tag);
  for (const [name, value] of Object.entries(node.attributes)) element.setAttribute(name, String(value));
  for (const child of node.children) element.append(typeof child === 'string' ? child : svg(child));
  return element;
}

/** Marks that steer text or are invisible, other than tab, line feed and what joins letters and emoji. */
const steering =
  /[^\P{Cc}\n\t]|[\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;

/** Text of others with every mark that could mislead a reader written out: `[U+202E]`. */
export function visible(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(
      steering,
      (mark) => `[U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

/** Text of others on one line, cut. */
export function foreign(text: string, most = 160): HTMLElement {
  // A prefix is enough to see: texts can be of megabytes.
  const line = visible(text.slice(0, 4 * most))
    .replace(/\s+/g, ' ')
    .trim();
  const long = line.length > most;
  const shown = long ? `${line.slice(0, most - 1)}…` : line;
  return el(
    'span',
    { class: 'foreign', dir: 'auto', title: long ? visible(text.slice(0, 2000)) : undefined },
    shown,
  );
}

/** Text of others as it is. */
export function foreignBlock(text: string): HTMLElement {
  return el('pre', { class: 'text foreign', dir: 'auto', tabindex: 0 }, visible(text));
}

/** A bar that is filled to this share. */
export function bar(share: number, hot = false): HTMLElement {
  const fill = el('i');
  fill.style.width = `${100 * Math.min(1, Math.max(0, share))}%`;
  return el('span', { class: hot ? 'bar hot' : 'bar', role: 'presentation' }, fill);
}

export function swatch(color: number, dashed = false): HTMLElement {
  return el('span', { class: `swatch ${colorClass(color)}${dashed ? ' dashed' : ''}` });
}

export type Cell = Child | readonly Child[];

/** `n` before a heading: a column of numbers; `t`: its cells are not broken into lines. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): HTMLElement {
  const kinds = header.map((text) => (text.startsWith('n:') ? 'n' : text.startsWith('t:') ? 'tight' : ''));
  const head = header.map((text, i) =>
    el('th', { scope: 'col', class: kinds[i] || undefined }, kinds[i] ? text.slice(2) : text),
  );
  const body = rows.map((row) =>
    el(
      'tr',
      {},
      ...row.map((cell, i) =>
        el(
          'td',
          { class: kinds[i] || undefined },
          ...(Array.isArray(cell) ? (cell as Child[]) : [cell as Child]),
        ),
      ),
    ),
  );
  return el(
    'div',
    { class: 'scroll', tabindex: 0 },
    el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...body)),
  );
}

export function notes(texts: readonly string[]): HTMLElement[] {
  return texts.map((text) => el('p', { class: 'note foreign', dir: 'auto' }, visible(text)));
}

/** Something that opens. */
export function folded(summary: string, make: () => Child[], open = false): HTMLElement {
  const box = el('details', { open }, el('summary', {}, summary));
  // Made when it is first wanted: there are many, and few are opened.
  const fill = () => {
    if (box.open && box.children.length === 1) box.append(...make().filter(isThere));
  };
  box.addEventListener('toggle', fill);
  fill();
  return box;
}

export function card(...children: Child[]): HTMLElement {
  return el('section', { class: 'card' }, ...children);
}

const tones: Readonly<Record<string, string>> = {
  CORRECT: 'good',
  INCORRECT: 'bad',
  ERROR: 'warn',
  SCORED: 'info',
};

/** A status of a verdict, and whose it is. */
export function statusTag(status: string, verifier?: string): HTMLElement {
  const title = verifier === undefined ? undefined : visible(verifier);
  return el('span', { class: `tag ${tones[status] ?? ''}`, title }, status);
}
