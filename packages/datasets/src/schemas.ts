/** The schema of each format, and how rows are told to be of one. */
import { apps, isApps } from './code/apps.ts';
import { codecontests, isCodecontests } from './code/codecontests.ts';
import { humaneval, isHumaneval } from './code/humaneval.ts';
import { judging } from './code/judging.ts';
import { isLivecodebench, livecodebench } from './code/livecodebench.ts';
import { isMbpp, mbpp } from './code/mbpp.ts';
import { isSwebench, swebench } from './code/swebench.ts';
import type { FormatName } from './formats.ts';
import { isMinif2f, minif2f } from './lean/minif2f.ts';
import type { FieldNames } from './names.ts';
import { modelSolutions } from './row.ts';
import type { Schema } from './schema.ts';
import { addSpec, specColumns } from './spec.ts';

const shared: Schema = { columns: specColumns, addSpec };

/** Their tests are those of CodeContests, and no row says how they are to be judged. */
const llmonk: Schema = {
  ...shared,
  addSpec(problem, fields, names) {
    addSpec(problem, fields, names);
    const { programTests, prompt = '' } = problem;
    const question = typeof fields.question === 'string' ? fields.question : prompt;
    if (programTests) {
      problem.programTests = { ...judging(question, programTests.tests ?? []), ...programTests };
    }
  },
};

export const schemas: Record<FormatName, Schema> = {
  gsm8k: { ...shared, samples: modelSolutions },
  math: shared,
  jsonl: shared,
  parquet: shared,
  llmonk,
  codecontests,
  humaneval,
  mbpp,
  apps,
  livecodebench,
  swebench,
  minif2f,
};

/** The most telling first. */
const known: [FormatName, string, (has: (name: string) => boolean) => boolean][] = [
  ['swebench', 'has an `instance_id`, and what SWE-bench has with it', isSwebench],
  ['minif2f', 'has a `formal_statement`', isMinif2f],
  ['humaneval', 'has `prompt`, `entry_point` and `test`', isHumaneval],
  ['mbpp', 'has a `test_list`', isMbpp],
  ['livecodebench', 'has `public_test_cases` or `private_test_cases`', isLivecodebench],
  ['apps', 'has `question` and `input_output`', isApps],
  ['codecontests', 'has the tests of CodeContests', isCodecontests],
];

/** The format whose own fields these are. */
export function formatWith(names: Iterable<string>): { format: FormatName; why: string } | undefined {
  const set = new Set(names);
  const found = known.find(([, , matches]) => matches((name) => set.has(name)));
  return found && { format: found[0], why: found[1] };
}

/** The columns worth reading. */
export function columnsOf(format: FormatName, names: FieldNames): Set<string> {
  return new Set([...Object.values(names).flat(), ...schemas[format].columns]);
}
