/** The report for people, as plain text. */
import { agreementSections } from './agreement-lines.ts';
import { costLines } from './cost-lines.ts';
import {
  count,
  milliseconds,
  number,
  oneLine,
  percent,
  styler,
  type TerminalOptions,
  table,
} from './format.ts';
import { curvePlot, growthLines } from './growth-lines.ts';
import { loadLines } from './load-lines.ts';
import { gainLines } from './optimal-lines.ts';
import type { Report, Results, VerifierResults } from './report.ts';
import { selectionLines } from './selection.ts';
import { selectorSections } from './selector-lines.ts';
import { errorLines, voteLines } from './vote.ts';

/** Renders the report as lines of at most about 100 columns. */
export function renderReport(report: Report, options: TerminalOptions = {}): string {
  const style = styler(options);
  const { run, results, operations } = report;
  const lines: string[] = [];
  const title = (text: string) => lines.push('', style('bold', text));

  lines.push(
    style('bold', `Run ${run.id}`) +
      ` (${run.state.toLowerCase()}): ${count(results.problems, 'problem')}` +
      (results.empty > 0 ? `, ${results.empty} of them without candidates` : ''),
  );
  for (const [i, verifier] of results.verifiers.entries()) {
    title(`Verdicts by ${verifier.name}${i === 0 && results.verifiers.length > 1 ? ' (oracle)' : ''}`);
    lines.push(...verdictLines(verifier));
    for (const line of errorLines(verifier)) lines.push(style('yellow', line));
    if (verifier.coverage !== null) lines.push('', ...rateTable(verifier, results.level));
    const curves = i === 0 ? curvePlot(results) : [];
    if (curves.length > 0) lines.push('', ...curves);
    const growth = verifier.scaling === null ? [] : growthLines(verifier.scaling, run.id);
    if (growth.length > 0) lines.push('', ...growth);
    const selection = selectionLines(verifier, results.level);
    if (selection.length > 0) lines.push('', ...selection);
    const votes = voteLines(verifier);
    if (votes.length > 0) lines.push('', ...votes);
    for (const note of verifier.notes) lines.push(style('yellow', `  note: ${note}`));
  }
  lines.push(...selectorSections(results, style));
  if (results.optimal !== null && results.optimal.points.length > 0) {
    title('Best strategy by difficulty');
    lines.push(...gainLines(results.optimal, results.level), `  more: assay optimal ${run.id}`);
  }
  lines.push(...agreementSections(results, style));
  if (results.cost !== null) {
    title('Cost of the candidates');
    lines.push(...costLines(results.cost, results.level));
    for (const note of results.cost.notes) lines.push(style('yellow', `  note: ${oneLine(note)}`));
  } else if (run.labels.model !== undefined || run.labels.price !== undefined) {
    title('Cost of the candidates');
    lines.push(`  not known from the samples; more: assay cost ${run.id} --tokens N`);
  }

  title('How the verdicts came about');
  if (run.labels.imported !== undefined) {
    lines.push(`  imported from ${oneLine(run.labels.imported, 80)}`);
    return `${lines.join('\n')}\n`;
  }
  const seconds = operations.activeMs / 1000;
  for (const verifier of operations.verifiers) {
    const all = verifier.judged + verifier.shared;
    const share = all === 0 ? 0 : verifier.shared / all;
    const rate = seconds > 0 ? `, ${number(all / seconds)}/s` : '';
    lines.push(
      `  ${verifier.name}: ${number(verifier.judged)} judged, ${number(verifier.shared)} shared with identical ` +
        `candidates (${percent(share)}), in ${seconds.toFixed(1)} s${rate}`,
    );
    const cells = verifier.replicas.map((replica) => [
      replica.replica || '(none)',
      number(replica.judgements),
      milliseconds(replica.serviceUs / Math.max(1, replica.judgements)),
      milliseconds(replica.maxServiceUs),
      milliseconds(replica.queueUs / Math.max(1, replica.judgements)),
    ]);
    if (cells.length > 0)
      lines.push(...table(['replica', 'judged', 'mean time', 'longest', 'mean queue'], cells));
    for (const fault of verifier.faults) {
      lines.push(
        style(
          'yellow',
          `  fault: ${fault.replica} ${fault.kind} × ${fault.count}, last: ${oneLine(fault.detail)}`,
        ),
      );
    }
  }
  const load = loadLines(operations);
  if (load.length > 0) lines.push('', ...load);
  return `${lines.join('\n')}\n`;
}

/** Renders what selectors get, as the report does. */
export function renderSelection(
  results: Pick<Results, 'selectors' | 'ensembles' | 'level'>,
  options: TerminalOptions = {},
): string {
  return selectorSections(results, styler(options))
    .slice(1)
    .map((line) => `${line}\n`)
    .join('');
}

function verdictLines(verifier: VerifierResults): string[] {
  const { candidates, correct, incorrect, scored, error, skipped, solved } = verifier;
  const share = (part: number) => `${number(part)} (${percent(candidates === 0 ? 0 : part / candidates)})`;
  const decides = scored === 0 || correct + incorrect > 0;
  const parts = decides ? [`${share(correct)} correct`, `${share(incorrect)} incorrect`] : [];
  if (scored > 0) parts.push(`${share(scored)} scored`);
  if (error > 0) parts.push(`${share(error)} missing (ERROR)`);
  if (skipped > 0) parts.push(`${share(skipped)} skipped`);
  const lines = [`  ${count(candidates, 'candidate')}: ${parts.join(', ')}`];
  const reasons = verifier.reasons.map(({ status, reason, count: n }) => {
    return `${reason} ${number(n)}${status === 'ERROR' ? ' (ERROR)' : ''}`;
  });
  if (reasons.length > 0) lines.push(`  reasons: ${reasons.join(', ')}`);
  if (solved === null) return lines;
  const open = solved.open > 0 ? `; ${solved.open} more are open, as verdicts are missing` : '';
  lines.push(
    `  solved: ${solved.problems} of ${count(solved.of, 'problem')}, ${percent(solved.share)} ` +
      `[${percent(solved.interval.low)}, ${percent(solved.interval.high)}]${open}`,
  );
  return lines;
}

function rateTable(verifier: VerifierResults, level: number): string[] {
  const { coverage, majority, error } = verifier;
  if (coverage === null) return [];
  const header = ['k', 'coverage', `${percent(level, 0)} interval`];
  if (error > 0) header.push('range with ERRORs');
  if (majority !== null) header.push('majority vote', `${percent(level, 0)} interval`);
  const votes = new Map(majority?.points.map((point) => [point.k, point]));
  const cells = coverage.table.points.map(({ k, judged, low, high }) => {
    const row = [number(k), judged === null ? '' : percent(judged.estimate)];
    row.push(judged === null ? '' : `[${percent(judged.bootstrap.low)}, ${percent(judged.bootstrap.high)}]`);
    if (error > 0) row.push(`[${percent(low)}, ${percent(high)}]`);
    const vote = votes.get(k);
    if (majority !== null) {
      row.push(
        vote === undefined ? '' : `${percent(vote.estimate)}${vote.method === 'exact' ? '' : ' ~'}`,
        vote === undefined ? '' : `[${percent(vote.bootstrap.low)}, ${percent(vote.bootstrap.high)}]`,
      );
    }
    return row;
  });
  const lines = table(header, cells);
  lines.push('  intervals: percentile bootstrap over problems');
  if (majority !== null) {
    const resampled = majority.points.some((point) => point.method === 'resampled');
    lines.push(
      '  vote: largest answer class, ties uniformly at random in expectation' +
        (resampled ? `; ~: from ${majority.subsets} random subsets a problem` : ''),
    );
  }
  return lines;
}
