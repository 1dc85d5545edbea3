/** The live view in the browser. */
import { el } from '../client/dom.ts';
import type { Overview, RunDetail } from './figures.ts';
import { overviewPage } from './overview.ts';
import { poll } from './poll.ts';
import { runPage } from './run.ts';
import { runLink } from './run-parts.ts';
import type { Section } from './section.ts';

const id = new URLSearchParams(location.search).get('id');
if (id === null) start('api/overview', overviewPage());
else start<RunDetail>(runLink(id, 'api/run'), runPage());

function start<T extends Overview | RunDetail>(address: string, page: Section<T>): void {
  const main = document.querySelector('main') as HTMLElement;
  const link = document.querySelector('#link') as HTMLElement;
  const waiting = el('p', { class: 'soft page' }, 'Waiting for the server.');
  main.replaceChildren(waiting);
  document.title = id === null ? 'Assay' : `${id} · Assay`;
  const say = (state: 'live' | 'lost', text: string) => {
    link.className = `link ${state}`;
    link.textContent = text;
    main.classList.toggle('stale', state === 'lost');
  };
  void poll<T>(address, {
    onAnswer: (value) => {
      page.show(value);
      if (!page.element.isConnected) main.replaceChildren(page.element);
      say('live', 'live');
    },
    onRefusal: (message) => {
      main.replaceChildren(el('p', { class: 'note page' }, message));
      say('live', 'live');
    },
    onSilence: () => say('lost', 'no connection: trying again'),
  });
}
