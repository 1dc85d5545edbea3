import { type Command, Option } from 'commander';
import { usageError } from '../exit.ts';
import {
  addSecurity,
  collect,
  jsonOption,
  levelOption,
  orchestratorOption,
  storeOption,
} from '../options.ts';

interface Options {
  store: string;
  orchestrator?: string[];
  level: number;
  json?: boolean;
  out?: string;
  problem?: string;
  disagreements?: boolean;
  html?: string;
  details?: 'all' | 'some' | 'none';
  samples?: string[];
}

export function addReport(program: Command): void {
  const command = program
    .command('report')
    .description('Print the report on a run, or list the runs.')
    .argument('[run]', 'id of the run; default: list the runs')
    .addOption(storeOption())
    .addOption(orchestratorOption())
    .addOption(levelOption())
    .addOption(jsonOption('print'))
    .option('--problem <id>', "only this problem: its answer classes, and the vote's choice")
    .addOption(
      new Option(
        '--disagreements',
        'only candidates to read of which verdicts differ: of two verifiers, or when judged again',
      ).conflicts('problem'),
    )
    .option('--out <file>', 'write the report into this file (JSON), too')
    .option('--html <file>', 'write it as a page, too: one file that needs no network')
    .addOption(
      new Option('--details <which>', 'candidates to show in the page; all: in a folder beside it').choices([
        'all',
        'some',
        'none',
      ]),
    )
    .option('--samples <file>', 'where their texts are, if not where the run had them; repeatable', collect)
    .action(async (id: string | undefined, options: Options) => {
      const [
        { withOrchestrator },
        { listRuns },
        { printDisagreements, printProblem, printReport, writeReport },
      ] = await Promise.all([import('../open.ts'), import('../runs.ts'), import('../report.ts')]);
      await withOrchestrator(options, async (api) => {
        const part = options.problem !== undefined ? '--problem' : options.disagreements && '--disagreements';
        if (id === undefined && part) {
          throw usageError(`${part} needs the id of its run.`, 'List the runs with: assay report');
        }
        if (id === undefined) return listRuns(await api.listRuns(), options.json ?? false);
        const report = JSON.parse(await api.getReport(id, { level: options.level }));
        if (options.out !== undefined) await writeReport(report, options.out);
        if (options.html !== undefined) {
          const { writeHtml } = await import('../html/write.ts');
          await writeHtml(report, { ...options, file: options.html });
        }
        const json = options.json ?? false;
        if (options.disagreements) printDisagreements(report, json);
        else if (options.problem === undefined) printReport(report, json);
        else printProblem(report, options.problem, json);
      });
    });
  addSecurity(command, 'orchestrator');
}
