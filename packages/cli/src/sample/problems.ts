/** Which problems are sampled, how, and with which prompts. */
import { basename } from 'node:path';
import { AssayError, type ProblemInit } from '@assay/contract';
import { readSamples } from '@assay/datasets';
import {
  type Api,
  type Asked,
  buildPrompt,
  type FewShot,
  type Form,
  type FormName,
  type FormSettings,
  formOf,
  forms,
  openFewShot,
} from '@assay/sampler';
import type { BadRows } from '../bad-rows.ts';
import { unusableInput, usageError } from '../exit.ts';
import type { SampleOptions } from './options.ts';

export interface Source {
  readonly problem: Asked['problem'];
  readonly form: FormName;
}

/** The problems of files; samples in them are passed over. Error: `no_samples` where there are none. */
export async function readProblems(
  paths: readonly string[],
  { form }: SampleOptions,
  badRows: BadRows,
): Promise<Source[]> {
  const problems = new Map<string, ProblemInit>();
  try {
    for await (const { problem } of readSamples([...paths], { onBadRow: (row) => badRows.add(row) })) {
      problems.set(problem.id as string, problem);
    }
  } catch (error) {
    throw unusableInput(error);
  }
  if (problems.size === 0) {
    throw new AssayError('no_samples', `There is no problem in ${paths.join(', ')}.`, {
      mend: 'assay run --help describes the formats.',
    });
  }
  return [...problems].map(([id, problem]) => ({
    problem: Object.assign(problem, { id }),
    form: (form as FormName | undefined) ?? formOf(problem),
  }));
}

/** Errors: those of openFewShot, as ones of unusable input. */
export function fewShotOf(
  { fewShot, shots, seed }: SampleOptions,
  sources: readonly Source[],
): Promise<FewShot> {
  const options = { source: fewShot, shots, seed: seed === 'none' ? 0 : seed, asked: sources };
  return openFewShot(options).catch((error: unknown) => {
    throw unusableInput(error);
  });
}

/** How problems of a form are sampled: as the form says, where no option says otherwise. */
export function settingsOf(name: FormName, options: SampleOptions, fewShot: FewShot, api: Api): FormSettings {
  const form: Form = forms[name];
  return {
    temperature: options.temperature ?? form.temperature,
    topP: options.topP ?? form.topP,
    maxTokens: options.maxTokens ?? form.maxTokens,
    stop: options.stop?.filter((text) => text !== '') ?? (api === 'chat' ? [] : form.stop),
    shots: fewShot.name === 'none' ? 0 : (options.shots ?? form.shots),
  };
}

/** The problems with their prompts. Error: `usage` where one has nothing to ask by. */
export function askedOf(
  sources: readonly Source[],
  settings: ReadonlyMap<FormName, FormSettings>,
  fewShot: FewShot,
  api: Api,
): Asked[] {
  return sources.map(({ problem, form }) => {
    const shots = fewShot.shots(form, problem);
    const own = stopsOf(problem, api);
    const prompt = buildPrompt(forms[form], problem, shots, api);
    if (prompt === undefined) {
      throw usageError(
        `Problem ${JSON.stringify(problem.id)} has no prompt.`,
        'Give each problem a `prompt` (or `question`, `problem`): what the model is asked.',
      );
    }
    const given = settings.get(form) as FormSettings;
    return {
      problem,
      form,
      prompt,
      settings: own.length > 0 && given.stop.length === 0 ? { ...given, stop: own } : given,
    };
  });
}

/** Where a completion of a function ends (HumanEval). */
function stopsOf({ programTests }: ProblemInit, api: Api): readonly string[] {
  return api === 'chat' ? [] : (programTests?.stopSequences ?? []);
}

/** `<problems>.<model>.jsonl` */
export function defaultOut(paths: readonly string[], model: string): string {
  const stem = basename(paths[0] ?? '').replace(/(\.(jsonl|ndjson|json|parquet|ya?ml|gz|zst))+$/i, '');
  const name = (text: string) => text.replace(/[^A-Za-z0-9._-]+/g, '_').slice(-80);
  return `${name(stem) || 'problems'}.${name(model)}.jsonl`;
}
