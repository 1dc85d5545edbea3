/** The options of `assay reward`, and which of them go together. */
import { usageError } from '../exit.ts';

export interface RewardCommand {
  prompt?: string;
  system?: string;
  /** File with problems, in place of a prompt. */
  problem?: string;
  /** Which of them. */
  id?: string;
  model?: string;
  backend?: string;
  url?: string;
  tokenizer?: string;
  template?: string;
  truncation?: string;
  transform?: string;
  json?: boolean;
}

/** Settings of the verifier that have an option. */
const settings = ['model', 'backend', 'url', 'tokenizer', 'template', 'truncation', 'transform'] as const;

/** Error: `usage` where options lack what they need. */
export function checkOptions(response: string, { prompt, problem, id, system }: RewardCommand): void {
  if (prompt === undefined && problem === undefined) {
    throw usageError('Nothing says what is responded to.', 'Give --prompt TEXT or --problem FILE.');
  }
  if (id !== undefined && problem === undefined) {
    throw usageError('--id means nothing without --problem.', 'Add --problem.');
  }
  if ([response, prompt, system, problem].filter((text) => text === '-').length > 1) {
    throw usageError('Standard input can be only one of the texts.', 'Put the other into a file: @FILE');
  }
}

/** The environment, with what the options say. Error: `usage` where nothing says what scores. */
export function environmentOf(options: RewardCommand, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = settings.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [[`ASSAY_REWARD_${name.toUpperCase()}`, value] as const];
  });
  const all = { ...env, ...Object.fromEntries(given) };
  if (!all.ASSAY_REWARD_MODEL && !all.ASSAY_REWARD_URL) {
    throw usageError(
      'Nothing says which model scores.',
      'Give --model FOLDER, or --backend NAME with --url ADDRESS.',
    );
  }
  return all;
}
