import type { Command } from 'commander';
import { usageError } from '../exit.ts';
import { jsonOption, levelOption, orchestratorOption, storeOption } from '../options.ts';

interface Options {
  store: string;
  orchestrator?: string;
  level: number;
  json?: boolean;
  out?: string;
  problem?: string;
}

export function addReport(program: Command): void {
  program
    .command('report')
    .description('Print the report on a run, or list the runs.')
    .argument('[run]', 'id of the run; default: list the runs')
    .addOption(storeOption())
    .addOption(orchestratorOption())
    .addOption(levelOption())
    .addOption(jsonOption('print'))
    .option('--problem <id>', "only this problem: its answer classes, and the vote's choice")
    .option('--out <file>', 'write the report into this file (JSON), too')
    .action(async (id: string | undefined, options: Options) => {
      const [{ withOrchestrator }, { listRuns }, { printProblem, printReport, writeReport }] =
        await Promise.all([import('../open.ts'), import('../runs.ts'), import('../report.ts')]);
      await withOrchestrator(options, async (api) => {
        if (id === undefined && options.problem !== undefined) {
          throw usageError('--problem needs the id of its run.', 'List the runs with: assay report');
        }
        if (id === undefined) return listRuns(await api.listRuns(), options.json ?? false);
        const report = JSON.parse(await api.getReport(id, { level: options.level }));
        if (options.out !== undefined) await writeReport(report, options.out);
        const json = options.json ?? false;
        if (options.problem === undefined) printReport(report, json);
        else printProblem(report, options.problem, json);
      });
    });
}
