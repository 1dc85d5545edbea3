/** The report as a page. */
import { basename } from 'node:path';
import { AssayError, messageOf, type Run } from '@assay/contract';
import {
  type CandidateDetails,
  type Details,
  noDetails,
  type Report,
  readChosen,
  renderHtml,
  setText,
} from '@assay/report';
import { usageError } from '../exit.ts';
import { openStore } from '../open.ts';
import { readingOf } from '../reading.ts';
import { writeWhole } from '../write-whole.ts';
import { sideFolder, writeSide } from './side.ts';
import { SampleTexts, type Source } from './texts.ts';

export interface HtmlTarget {
  file: string;
  /** Default: `some` where the store is at hand, else `none`. */
  details?: Details['mode'];
  /** Files of samples; default: those that the run was made from. */
  samples?: string[];
  store: string;
  orchestrator?: string[];
}

/** Candidates that a page holds, in all; of each problem from 3 to 60 of them. */
const inTotal = 12_000;
const [fewest, most] = [3, 60];
/** Characters of their texts, in all. */
const textInTotal = 5_000_000;

/** Writes the page, and with `all` the folder beside it. Errors: `usage`, `report_write`, and those of reading. */
export async function writeHtml(report: Report, target: HtmlTarget): Promise<void> {
  const details = await detailsOf(report, target);
  try {
    await writeWhole(target.file, [renderHtml(report, details)]);
  } catch (cause) {
    throw new AssayError('report_write', `Cannot write the page ${target.file}: ${messageOf(cause)}`, {
      mend: 'The verdicts are stored; name another file with --html FILE.',
      cause,
    });
  }
}

async function detailsOf(report: Report, target: HtmlTarget): Promise<Details> {
  const { details: mode = target.orchestrator === undefined ? 'some' : 'none', file } = target;
  if (mode === 'none') return noDetails;
  if (target.orchestrator !== undefined) {
    throw usageError(
      'Candidates are read from a store, which is elsewhere.',
      'Leave --details out, or name the store with --store instead of the orchestrator.',
    );
  }
  const store = await openStore(target.store);
  try {
    return await store.withSnapshot(async (view) => {
      const run = await view.getRun(report.run.id);
      if (run === undefined) return noDetails;
      const source = sourceOf(run, target.samples);
      if (mode === 'some') return await someDetails(view, run, source, report.results.problems);
      const notes = await writeSide(view, run, report, source, sideFolder(file));
      return { mode, folder: basename(sideFolder(file)), notes, problems: new Map() };
    });
  } finally {
    await store.close();
  }
}

function sourceOf(run: Run, given: string[] | undefined): Source {
  const reading = readingOf(run.labels);
  return { ...reading, paths: given ?? reading.paths, named: given !== undefined };
}

async function someDetails(
  store: Parameters<typeof readChosen>[0],
  run: Run,
  source: Source,
  problems: number,
): Promise<Details> {
  const each = Math.max(fewest, Math.min(most, Math.floor(inTotal / Math.max(1, problems))));
  const chosen = await readChosen(store, run, each, inTotal);
  const count = chosen.values().reduce((sum, own) => sum + own.size, 0);
  const longest = Math.max(400, Math.min(6000, Math.floor(textInTotal / Math.max(1, count))));
  const texts = await SampleTexts.open(store, run, source);
  let left = count;
  for await (const { problem, candidates } of texts.chunks) {
    const own = chosen.get(problem.id ?? '');
    for (const candidate of candidates) {
      const one = own?.get(candidate.index ?? 0);
      if (one === undefined) continue;
      left--;
      const text = texts.judged(problem, candidate, one);
      if (text !== undefined) setText(one.details, text, longest);
    }
    if (left === 0) break;
  }
  return {
    mode: 'some',
    folder: null,
    notes: texts.notes(),
    problems: new Map(
      [...chosen].map(([id, own]) => [id, [...own.values()].map(({ details }): CandidateDetails => details)]),
    ),
  };
}
