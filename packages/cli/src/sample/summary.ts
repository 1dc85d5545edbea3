/** What `assay sample` says at the end, and before it begins. */
import { type Asked, forms, type SetAside, type Settings } from '@assay/sampler';
import { harmless, oneLine } from '../terminal.ts';
import type { SampleOptions } from './options.ts';

export interface Summary {
  readonly schema: 'assay.sampling/v1';
  readonly file: string;
  readonly settings: Settings;
  readonly problems: number;
  /** Samples of each problem, in the end. */
  readonly n: number;
  /** Samples that were there, that were drawn now, and that are not there yet. */
  readonly before: number;
  readonly samples: number;
  readonly missing: number;
  /** Of this call alone, with those of surplus choices. */
  readonly requests: number;
  readonly failed_tries: number;
  readonly prompt_tokens: number;
  readonly tokens: number;
  readonly set_aside: readonly SetAside[];
  readonly run?: string;
  readonly solved?: number;
  /** By stopping early: samples that were not drawn, and their tokens at the mean of those that were. */
  readonly spared_samples?: number;
  readonly spared_tokens?: number;
}

/** On stdout as JSON, or for people where they see progress. */
export function printSummary(summary: Summary, json: boolean, tell: (line: string) => void): void {
  if (json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  const { samples, before, missing, requests, tokens, prompt_tokens: prompts } = summary;
  const parts = [`${number(samples)} samples drawn`];
  if (before > 0) parts.push(`${number(before)} were there`);
  if (missing > 0) parts.push(`${number(missing)} missing`);
  parts.push(
    `${number(requests)} requests`,
    `${number(tokens)} tokens drawn for ${number(prompts)} of prompts`,
  );
  tell(parts.join(' · '));
  const { spared_samples: spared, spared_tokens: sparedTokens = 0, solved = 0 } = summary;
  if (spared !== undefined) {
    const saved = `${number(spared)} samples (about ${number(sparedTokens)} tokens) not asked for`;
    tell(`early stop: ${number(solved)} problems solved, ${saved}`);
    // Nothing in the file tells that how many samples a problem has depends on their verdicts.
    if (spared > 0) tell('from such a file assay run estimates no pass@k: give it --early-stop, too');
  }
  if (summary.set_aside.length > 0)
    tell(`${number(summary.set_aside.length)} problems were set aside; see above`);
}

/** What would be done, with the first prompt. */
export function printPlan(
  settings: Settings,
  asked: readonly Asked[],
  { n, json = false }: SampleOptions,
): void {
  const [first] = asked;
  if (first === undefined) return;
  const { body } = first.prompt;
  if (json) {
    const prompt = { problem: first.problem.id, ...body };
    process.stdout.write(`${JSON.stringify({ settings, problems: asked.length, n, ...prompt }, null, 2)}\n`);
    return;
  }
  const counts = Object.keys(forms).flatMap((form) => {
    const count = asked.filter((each) => each.form === form).length;
    return count > 0 ? [`${number(count)} in the form ${form}`] : [];
  });
  const text =
    'prompt' in body
      ? body.prompt
      : body.messages.map(({ role, content }) => `[${role}]\n${content}\n`).join('\n');
  process.stdout.write(
    `${number(asked.length)} problems, ${number(n)} samples of each: ${counts.join(', ')}\n` +
      `${JSON.stringify(settings, null, 2)}\n\n` +
      `The prompt of ${oneLine(JSON.stringify(first.problem.id))}:\n\n${harmless(text)}\n`,
  );
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
