/** Parts of the page that are drawn anew when what they show has changed. */
import { type Child, el, isThere } from '../client/dom.ts';

export interface Section<T> {
  readonly element: HTMLElement;
  show(value: T): void;
}

/**
 * What is open stays open, and what has the focus keeps it (where it has a `data-key`); while the pointer is on a chart
 * it stands still.
 */
export function section<T>(draw: (value: T) => Child[]): Section<T> {
  const element = el('div');
  let shown = '';
  return {
    element,
    show(value) {
      const text = JSON.stringify(value);
      if (text === shown || element.querySelector('.tip:not([hidden])') !== null) return;
      shown = text;
      const open = [...element.querySelectorAll('details')].map((box) => box.open);
      const key = element.contains(document.activeElement)
        ? document.activeElement?.getAttribute('data-key')
        : undefined;
      element.replaceChildren(...draw(value).filter(isThere));
      for (const [i, box] of element.querySelectorAll('details').entries()) box.open = open[i] ?? false;
      const focused = [...element.querySelectorAll<HTMLElement>('[data-key]')];
      if (key) focused.find((own) => own.getAttribute('data-key') === key)?.focus({ preventScroll: true });
    },
  };
}
