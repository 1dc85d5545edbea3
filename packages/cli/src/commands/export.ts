import { type Command, Option } from 'commander';
import { exitCodesHelp } from '../exit.ts';
import type { ExportOptions } from '../export.ts';
import { levelOption, storeOption } from '../options.ts';

/** What there is to export, and what a row of it is; packages/report/src/export has the columns. */
const tables = {
  counts: 'a problem: judged candidates n, successes c by the oracle, missing, tokens',
  candidates: 'a candidate: what the oracle says (correct), its answer class, scores.SELECTOR',
  verdicts: 'a verdict: status, reason, score, answer, message, times',
  problems: 'a problem and verifier: counts, answer classes, the vote',
  curves: 'a k: coverage, majority vote and n@k of each verifier, with intervals',
  selection: 'a k: what each selector and ensemble gets, beside coverage and a random candidate',
  scaling: 'a k: each law fitted to coverage',
  laws: 'a parameter of these laws, with how far they are from what was measured',
  cost: 'a k: coverage against what candidates cost',
  agreements: 'two verifiers: what they say of the same candidates',
  load: 'a verifier: how busy it was, and what it could do',
};

export function addExport(program: Command): void {
  program
    .command('export')
    .description(
      'Write what is known of a run as a table (CSV, JSON Lines, Parquet), or all of it for another store.',
    )
    .argument('<run>', 'id of the run; assay report lists them')
    .addOption(new Option('--what <table>', 'see below').choices(Object.keys(tables)))
    .option('--whole', 'all of the run, as assay import stores it elsewhere')
    .addOption(
      new Option('--format <name>', 'default: by the name of the file, else csv').choices([
        'csv',
        'jsonl',
        'parquet',
      ]),
    )
    .option('--out <file>', 'file to write; default: standard output')
    .addOption(storeOption())
    .addOption(levelOption())
    .addHelpText('after', help)
    .action(async (run: string, options: ExportOptions) => {
      const { exportRun } = await import('../export.ts');
      process.exitCode = await exportRun(run, options);
    });
}

const width = Math.max(...Object.keys(tables).map((name) => name.length));

const help = `
Tables, by what a row is:
${Object.entries(tables)
  .map(([name, about]) => `  ${name.padEnd(width)}  ${about}`)
  .join('\n')}

The tables of counts and of candidates are what the commands read that take tables: assay select candidates.parquet.

CSV is as in RFC 4180; an empty cell is missing. A text in it that begins like a formula (= + - @) and is no number has
an apostrophe in front, so that a spreadsheet does not run what a candidate wrote; JSON Lines and Parquet have all texts
as they are. A file is there whole or not at all.

With --whole the file (JSON Lines; compressed where its name ends in .gz or .zst) has all that the store knows of the run,
and a checksum: assay import makes the same run of it in another store, a SQLite file or a Postgres database.

Examples:
  assay export mine --what counts > counts.csv
  assay export mine --what verdicts --out verdicts.parquet
  assay export mine --what curves --format jsonl
  assay export mine --whole --out mine.jsonl.zst

${exitCodesHelp}`;
