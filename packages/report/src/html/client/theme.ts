/** Light or dark: as the system has it, until the reader says otherwise. */
import { el } from './dom.ts';

/** A button that changes from the one to the other. */
export function themeButton(): HTMLElement {
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
  };
  const button = el('button', { type: 'button', class: 'theme' });
  const name = () => {
    button.textContent = dark() ? '☀' : '☾';
    button.setAttribute('aria-label', dark() ? 'Light colours' : 'Dark colours');
    button.setAttribute('title', dark() ? 'Light colours' : 'Dark colours');
  };
  button.addEventListener('click', () => {
    document.documentElement.dataset.theme = dark() ? 'light' : 'dark';
    name();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name);
  name();
  return button;
}
