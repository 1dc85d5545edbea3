/** What `assay swebench report` prints. */
import type { RunReport } from '@assay/code';
import type { Run } from '@assay/contract';
import { display } from '../paths.ts';
import { table } from '../terminal.ts';
import { type HarnessRun, logsFolder, summaryFile } from './files.ts';

/** What became of one sample of each instance. */
export interface Sample {
  readonly index: number;
  /** Where its files are. */
  readonly at: HarnessRun;
  readonly summary: RunReport;
}

/** Most samples that the table shows. */
const shown = 20;

const columns: readonly (readonly [head: string, count: (summary: RunReport) => number])[] = [
  ['resolved', (summary) => summary.resolved_instances],
  ['unresolved', (summary) => summary.unresolved_instances],
  ['empty', (summary) => summary.empty_patch_instances],
  ['errors', (summary) => summary.error_instances],
  ['infra', (summary) => summary.infra_failure_instances],
  ['incomplete', (summary) => summary.incomplete_ids.length],
];

/** A table of the samples, and where their files are; there is one sample at least. */
export function summaryText(run: Run, instances: number, samples: readonly Sample[]): string {
  const repeated = samples.length > 1;
  const heads = [...(repeated ? ['sample'] : []), ...columns.map(([head]) => head)];
  const rows = samples
    .slice(0, shown)
    .map(({ index, summary }) => [
      ...(repeated ? [String(index).padStart('sample'.length)] : []),
      ...columns.map(([head, count]) => number(count(summary)).padStart(head.length)),
    ]);
  return [
    `Run ${run.id} (${run.state.toLowerCase()}): ${number(instances)} instance${instances === 1 ? '' : 's'}\n\n`,
    table([heads, ...rows]),
    samples.length > shown ? `… and ${number(samples.length - shown)} samples more\n` : '',
    run.state === 'COMPLETE'
      ? ''
      : '\nThe run is not complete: what has no verdict yet counts as incomplete.\n',
    `\nsummary  ${firstAndLast(samples, summaryFile)}\n`,
    `reports  ${firstAndLast(samples, logsFolder)}\n`,
    repeated ? `pass@k   assay report ${run.id}\n` : '',
  ].join('');
}

function firstAndLast(samples: readonly Sample[], pathOf: (at: HarnessRun) => string): string {
  const ends = samples.length > 1 ? [samples[0], samples.at(-1)] : samples;
  return ends.map((sample) => (sample === undefined ? '' : display(pathOf(sample.at)))).join(' … ');
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
