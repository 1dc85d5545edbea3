/** The list of runs. */
import type { Run } from '@assay/contract';
import { table } from './terminal.ts';

/** On stdout: a table for people, or JSON. */
export function listRuns(runs: readonly Run[], json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(runs, null, 2)}\n`);
  else if (runs.length === 0) process.stdout.write('There are no runs yet.\n');
  else process.stdout.write(runsTable(runs));
}

export function runsTable(runs: readonly Run[]): string {
  const rows = runs.map(({ id, state, createdMs, verifiers, labels }) => [
    id,
    state.toLowerCase(),
    new Date(createdMs).toISOString().slice(0, 16).replace('T', ' '),
    verifiers.join(', '),
    labels.samples ?? '',
  ]);
  return table([['run', 'state', 'created (UTC)', 'verifiers', 'samples'], ...rows]);
}
