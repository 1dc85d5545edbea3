/** One problem of a run: what its candidates answered. */
import { number, oneLine, percent, styler, type TerminalOptions, table } from './format.ts';
import type { ClassResults, ProblemResults, Report } from './report.ts';

/** The part of a report that is on one problem. */
export interface ProblemReport {
  run: string;
  problem: string;
  dataset: string;
  verifiers: (Omit<ProblemResults, 'id' | 'dataset'> & { name: string })[];
}

/** Picks a problem out of a report; undefined where no candidate of such a problem was seen. */
export function problemOf({ run, results }: Report, id: string): ProblemReport | undefined {
  let found: ProblemReport | undefined;
  for (const { name, perProblem } of results.verifiers) {
    const own = perProblem.find((problem) => problem.id === id);
    if (own === undefined) continue;
    const { id: problem, dataset, ...rest } = own;
    found ??= { run: run.id, problem, dataset, verifiers: [] };
    found.verifiers.push({ name, ...rest });
  }
  return found;
}

/** The problem as text: every class that the report names. */
export function renderProblem(
  { run, problem, dataset, verifiers }: ProblemReport,
  options: TerminalOptions = {},
): string {
  const style = styler(options);
  const lines = [
    style('bold', `Problem ${oneLine(problem)}`) +
      `${dataset === '' ? '' : ` of ${oneLine(dataset)}`} in run ${run}`,
  ];
  for (const own of verifiers) {
    const judged = own.candidates - own.skipped - own.error;
    lines.push('', style('bold', `Answers by ${own.name}`));
    lines.push(
      `  ${number(own.candidates)} candidates, ${number(judged)} judged: ${number(own.correct)} correct, ` +
        `${number(own.abstaining)} without an answer, ${number(own.classes)} answer classes`,
    );
    if (own.vote !== null) lines.push(`  vote: ${voteWords(own.vote)}`);
    if (own.largest.length > 0) lines.push('', ...classTable(own));
    for (const { reason, message, count } of own.errors) {
      lines.push(style('yellow', `  missing: ${reason} × ${number(count)}: ${oneLine(message)}`));
    }
  }
  return `${lines.join('\n')}\n`;
}

function voteWords({ tied, success }: NonNullable<ProblemResults['vote']>): string {
  if (tied === 1) return success === 1 ? 'right' : success === 0 ? 'wrong' : `right by ${percent(success)}`;
  return `${number(tied)} classes are equally frequent; right by ${percent(success)}`;
}

function classTable({
  largest,
  classes,
  candidates,
  abstaining,
  error,
  skipped,
}: ProblemReport['verifiers'][number]) {
  const verdict = ({ correct, count }: ClassResults) =>
    correct === 0 ? 'no' : correct === count ? 'yes' : `${number(correct)} of ${number(count)}`;
  const rows = largest.map((one) => [
    oneLine(one.answer, 40),
    oneLine(one.answerClass, 40),
    number(one.count),
    percent(one.share),
    verdict(one),
  ]);
  const named = largest.reduce((n, { count }) => n + count, 0);
  const others = candidates - skipped - error - abstaining - named;
  const lines = table(['answer, as one wrote it', 'class', 'votes', 'share', 'correct'], rows, 2);
  if (classes > largest.length) {
    lines.push(`  … and ${number(classes - largest.length)} other classes with ${number(others)} votes`);
  }
  return lines;
}
