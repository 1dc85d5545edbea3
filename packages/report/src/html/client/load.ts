/** What limits the speed of the run. */
import type { VerifierLoad } from '@assay/statistics';
import type { PageData } from '../data.ts';
import { bar, type Cell, card, el, foreign, table } from './dom.ts';
import { countText, percentText, rateText, timeText } from './numbers.ts';

export function loadSection({ report: { operations } }: PageData): HTMLElement | null {
  const { load, bottleneck } = operations;
  if (load.every(({ offered }) => offered === 0) && bottleneck === null) return null;
  return el(
    'section',
    {},
    el('h2', {}, 'Speed and bottleneck'),
    bottleneck === null
      ? null
      : el(
          'div',
          { class: 'said' },
          el(
            'b',
            {},
            ...(bottleneck.verifier === null
              ? ['No verifier is the bottleneck.']
              : [foreign(bottleneck.verifier, 60), ' is the bottleneck.']),
          ),
          ' ',
          foreign(bottleneck.why, 600),
          ` The run got through ${countText(bottleneck.rate)} candidates per second.`,
          ...(bottleneck.addOne === null
            ? []
            : [
                ` With one more replica of it: ${countText(bottleneck.addOne.rate)} per second`,
                ...(bottleneck.addOne.next === null
                  ? ['.']
                  : ['; then ', foreign(bottleneck.addOne.next, 60), ' limits.']),
              ]),
        ),
    load.length === 0 ? null : card(loadTable(load, bottleneck?.verifier ?? null)),
  );
}

function loadTable(load: readonly VerifierLoad[], limit: string | null): HTMLElement {
  const rows = load.map((own): Cell[] => [
    foreign(own.name, 60),
    own.slots === null
      ? `${countText(own.replicas)} / –`
      : `${countText(own.replicas)} / ${countText(own.slots)}`,
    own.utilization === null ? '–' : [percentText(own.utilization), bar(own.utilization, own.name === limit)],
    own.occupied === null ? '–' : [percentText(own.occupied), bar(own.occupied)],
    rateText(own.rate),
    own.capacity === null ? '–' : rateText(own.capacity),
    own.ceiling === null ? '–' : rateText(own.ceiling),
    timeText(own.serviceMs),
    timeText(own.queueMs),
    // Many verifiers do not measure it.
    own.cpuMs === 0 ? '–' : timeText(own.cpuMs),
    own.offered === 0 ? '–' : percentText(own.shared / own.offered),
  ]);
  return el(
    'div',
    {},
    table(
      [
        'verifier',
        'n:replicas / slots',
        'n:at work',
        'n:occupied',
        'n:judged',
        'n:capacity',
        'n:ceiling',
        'n:service',
        'n:queue',
        'n:CPU',
        'n:shared',
      ],
      rows,
    ),
    el(
      'p',
      { class: 'hint' },
      'At work: time of its slots that went into judging. Occupied: in which they had work at all. Capacity: the most that its slots can judge. Ceiling: with identical candidates, which share a verdict, counted as well. Times are means over what was judged.',
    ),
  );
}
