/** The report on the page: what it says, in the order of the story. */
import type { PageData } from '../data.ts';
import { costSection } from './cost.ts';
import { curveSection } from './curves.ts';
import { el, isThere, visible } from './dom.ts';
import { headerSection } from './header.ts';
import { loadSection } from './load.ts';
import { operationsSection } from './operations.ts';
import { optimalSection } from './optimal.ts';
import { problemSection } from './problems.ts';
import { qualitySection } from './quality.ts';
import { scalingSection } from './scaling.ts';
import { themeButton } from './theme.ts';
import { verdictSection } from './verdicts.ts';

/** A part of the page, with its name in the bar at the top. */
interface Part {
  readonly id: string;
  readonly name: string;
  readonly make: (data: PageData) => HTMLElement | null;
}

const parts: readonly Part[] = [
  { id: 'run', name: 'Run', make: headerSection },
  { id: 'curves', name: 'Coverage', make: curveSection },
  { id: 'scaling', name: 'Scaling', make: scalingSection },
  { id: 'cost', name: 'Cost', make: costSection },
  { id: 'optimal', name: 'Best mix', make: optimalSection },
  { id: 'verdicts', name: 'Verdicts', make: verdictSection },
  { id: 'quality', name: 'Verifiers', make: qualitySection },
  { id: 'load', name: 'Speed', make: loadSection },
  { id: 'problems', name: 'Problems', make: problemSection },
  { id: 'operations', name: 'Operations', make: operationsSection },
];

function start(): void {
  const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
  const sections = parts.flatMap(({ id, name, make }) => {
    const section = made(name, () => make(data));
    if (section === null) return [];
    section.id = id;
    return [{ id, name, section }];
  });
  const links = sections.map(({ id, name }) => el('a', { href: `#${id}` }, name));
  document.body.append(
    el(
      'header',
      { class: 'top' },
      el(
        'div',
        {},
        el('span', { class: 'brand' }, 'Assay'),
        el('nav', { 'aria-label': 'Parts of the report' }, ...links),
        themeButton(),
      ),
    ),
    el('main', {}, ...sections.map(({ section }) => section)),
  );
  follow(
    sections.map(({ section }) => section),
    links,
  );
}

/** A part that cannot be drawn takes no other with it, and is not passed over in silence. */
function made(name: string, make: () => HTMLElement | null): HTMLElement | null {
  try {
    return make();
  } catch (error) {
    console.error(error);
    const said = visible(error instanceof Error ? error.message : String(error));
    return el(
      'section',
      {},
      el('h2', {}, name),
      el('p', { class: 'note' }, `This part could not be drawn: ${said}`),
    );
  }
}

/** Marks where the reader is in the bar at the top. */
function follow(sections: readonly HTMLElement[], links: readonly HTMLElement[]): void {
  const inView = new Set<Element>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) inView.add(target);
        else inView.delete(target);
      }
      const first = sections.findIndex((section) => inView.has(section));
      for (const [i, link] of links.entries()) {
        if (i === first) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
    },
    { rootMargin: '-70px 0px -60% 0px' },
  );
  for (const section of sections.filter(isThere)) observer.observe(section);
}

start();
