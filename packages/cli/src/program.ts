/** The command line: its commands, and what becomes of what they throw. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addBench } from './commands/bench.ts';
import { addCode } from './commands/code.ts';
import { addCompare } from './commands/compare.ts';
import { addConformance } from './commands/conformance.ts';
import { addCost } from './commands/cost.ts';
import { addDatasets } from './commands/datasets.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExport } from './commands/export.ts';
import { addGateway } from './commands/gateway.ts';
import { addImport } from './commands/import.ts';
import { addLean } from './commands/lean.ts';
import { addMath } from './commands/math.ts';
import { addNewVerifier } from './commands/new-verifier.ts';
import { addOptimal } from './commands/optimal.ts';
import { addRecheck } from './commands/recheck.ts';
import { addReport } from './commands/report.ts';
import { addReward } from './commands/reward.ts';
import { addRun } from './commands/run.ts';
import { addSample } from './commands/sample.ts';
import { addScaling } from './commands/scaling.ts';
import { addSelect } from './commands/select.ts';
import { addServe } from './commands/serve.ts';
import { addSwebench } from './commands/swebench.ts';
import { addToken } from './commands/token.ts';
import { addVerifiers } from './commands/verifiers.ts';
import { exitCodeOf, exitCodes, exitCodesHelp } from './exit.ts';
import { errorText } from './terminal.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** In the order of the help. */
const commands = [
  addSample,
  addRun,
  addReport,
  addScaling,
  addCost,
  addSelect,
  addOptimal,
  addCompare,
  addRecheck,
  addImport,
  addExport,
  addDatasets,
  addMath,
  addCode,
  addLean,
  addReward,
  addSwebench,
  addServe,
  addToken,
  addGateway,
  addVerifiers,
  addConformance,
  addNewVerifier,
  addBench,
  addDoctor,
];

function createProgram(): Command {
  const program = new Command('assay')
    .description('Judge the samples of language models, and turn verdicts into success rates.')
    .version(version)
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(assay COMMAND --help tells more)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'error [usage]: ')) })
    .hook('preAction', (_, command) => {
      if ([program, command].some((each) => each.opts<{ color: boolean }>().color === false)) {
        process.env.NO_COLOR = '1';
      }
    })
    .addHelpText(
      'after',
      `
Examples:
  assay doctor
  assay sample problems.jsonl --url http://localhost:8000/v1 -n 100 --out samples.jsonl
  assay run samples.jsonl --problems problems.jsonl --verifier math
  assay report
  assay report samples-1a2b3c4d --html report.html
  assay scaling samples-1a2b3c4d
  assay math '\\frac{3}{4}' 0.75
  assay code main.cpp --tests tests/
  assay lean proof.lean --problem minif2f.jsonl --id aime_1983_p2
  assay reward @answer.txt --prompt @question.txt --model examples/reward
  assay new-verifier mine

${exitCodesHelp}

In a clone of the repository, ./assay test runs every check and test.

Environment: ASSAY_STORE where the store is; ASSAY_DEBUG=1 stacks of errors and logs of verifiers; NO_COLOR=1.`,
    );
  for (const add of commands) add(program);
  for (const each of withSubcommands(program)) each.option('--no-color', 'no colours');
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** Runs a command line and answers with the exit code; errors are told on stderr. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(argv, { from: 'user' });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    process.stderr.write(errorText(error));
    return exitCodeOf(error);
  }
}
