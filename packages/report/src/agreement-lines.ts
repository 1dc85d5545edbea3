/** Where verifiers differ: from each other, and from themselves when they judge again. */
import type { Interval } from '@assay/statistics';
import { count, number, oneLine, percent, styler, type TerminalOptions } from './format.ts';
import type {
  AgreementResults,
  Disagreement,
  RecheckResults,
  Report,
  Results,
  VerdictSummary,
} from './report.ts';

type Style = ReturnType<typeof styler>;

/** Lines with a title before each section, of the figures alone. */
export function agreementSections(
  { agreements, rechecks }: Pick<Results, 'agreements' | 'rechecks'>,
  style: Style,
): string[] {
  const lines: string[] = [];
  for (const agreement of agreements) {
    lines.push('', style('bold', titleOf(agreement)), ...agreementLines(agreement));
  }
  if (rechecks.length > 0) lines.push('', style('bold', 'Judged again'), ...rechecks.flatMap(recheckLines));
  const more = [...agreements, ...rechecks].some((one) => listOf(one).length > 0);
  if (more) lines.push('  candidates to read: assay report RUN --disagreements');
  return lines;
}

/** Candidates to read of which two verdicts differ, and the figures before them. */
export function renderDisagreements(
  { run, results }: Pick<Report, 'run' | 'results'>,
  options: TerminalOptions = {},
): string {
  const style = styler(options);
  const { agreements, rechecks } = results;
  const lines = [style('bold', `Disagreements in run ${run.id}`)];
  if (agreements.length === 0 && rechecks.length === 0) {
    lines.push(
      '  There is no second opinion: let two verifiers decide (assay run --verifier A,B), or judge a share again',
      '  (assay recheck RUN).',
    );
  }
  for (const agreement of agreements) {
    const { first, second, disagreements } = agreement;
    lines.push('', style('bold', titleOf(agreement)), ...agreementLines(agreement));
    lines.push(...disagreementLines(disagreements, [first, second], style));
  }
  for (const recheck of rechecks) {
    lines.push('', style('bold', `${oneLine(recheck.name, 60)}, judged again`), ...recheckLines(recheck));
    lines.push(...disagreementLines(recheck.changes, ['first', 'again'], style));
  }
  return `${lines.join('\n')}\n`;
}

/** What the recheck of a run found, with the changes to read. */
export function renderRechecks(
  id: string,
  rechecks: readonly RecheckResults[],
  options: TerminalOptions = {},
): string {
  const style = styler(options);
  const lines = [style('bold', `Run ${id}, judged again`)];
  for (const recheck of rechecks) {
    lines.push(...recheckLines(recheck), ...disagreementLines(recheck.changes, ['first', 'again'], style));
  }
  return `${lines.join('\n')}\n`;
}

const titleOf = ({ first, second }: AgreementResults) =>
  `Agreement of ${oneLine(first, 40)} and ${oneLine(second, 40)}`;

const listOf = (one: AgreementResults | RecheckResults) =>
  'changes' in one ? one.changes : one.disagreements;

const range = ({ low, high }: Interval) => `[${percent(low)}, ${percent(high)}]`;

function agreementLines(agreement: AgreementResults): string[] {
  const { both, share, shareInterval, kappa, kappaInterval, falseAccept, falseReject } = agreement;
  if (share === null || shareInterval === null) return ['  No candidate has been decided by both.'];
  const within = kappaInterval ? ` [${kappaInterval.low.toFixed(3)}, ${kappaInterval.high.toFixed(3)}]` : '';
  const chance =
    kappa === null ? '; no kappa: one of them always says the same' : `; kappa ${kappa.toFixed(3)}${within}`;
  const lines = [
    `  of ${count(both, 'candidate')} that both decide they agree on ${percent(share)} ${range(shareInterval)}${chance}`,
  ];
  const [first, second] = [oneLine(agreement.first, 24), oneLine(agreement.second, 24)];
  if (falseAccept !== null) {
    const of = agreement.incorrectCorrect + agreement.incorrectIncorrect;
    lines.push(
      `  INCORRECT by ${first}: ${second} accepts ${number(agreement.incorrectCorrect)} of ${number(of)}, ` +
        `${percent(falseAccept.share)} ${range(falseAccept.interval)}`,
    );
  }
  if (falseReject !== null) {
    const of = agreement.correctCorrect + agreement.correctIncorrect;
    lines.push(
      `  CORRECT by ${first}: ${second} rejects ${number(agreement.correctIncorrect)} of ${number(of)}, ` +
        `${percent(falseReject.share)} ${range(falseReject.interval)}`,
    );
  }
  return lines;
}

function recheckLines({ name, rechecked, changed, missing, share, greatestDifference }: RecheckResults) {
  const parts = [`  ${oneLine(name, 60)}: ${number(changed)} of ${count(rechecked, 'verdict')} changed`];
  if (share !== null) parts.push(`${percent(share.estimate)} ${range(share.interval)}`);
  if (greatestDifference !== null)
    parts.push(`scores differ by ${greatestDifference.toPrecision(3)} at most`);
  if (missing > 0) parts.push(`${number(missing)} more have a missing verdict (ERROR)`);
  return [parts.join(', ')];
}

function disagreementLines(
  list: readonly Disagreement[],
  [first, second]: readonly [string, string],
  style: Style,
): string[] {
  const names = [oneLine(first, 24), oneLine(second, 24)];
  const width = Math.max(...names.map((name) => name.length));
  return list.flatMap((one) => [
    '',
    `  problem ${oneLine(one.problem, 60)}, candidate ${one.candidate}`,
    `    ${(names[0] as string).padEnd(width)}  ${summaryOf(one.first, style)}`,
    `    ${(names[1] as string).padEnd(width)}  ${summaryOf(one.second, style)}`,
  ]);
}

function summaryOf({ status, reason, answer, message }: VerdictSummary, style: Style): string {
  const parts = [style(status === 'CORRECT' ? 'green' : 'red', status)];
  if (reason !== '') parts.push(oneLine(reason, 40));
  if (answer !== '') parts.push(`answer ${oneLine(answer, 60)}`);
  if (message !== '') parts.push(`(${oneLine(message, 100)})`);
  return parts.join(' ');
}
