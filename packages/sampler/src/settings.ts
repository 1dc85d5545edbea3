/** What a file of samples was drawn with: kept beside it, so that it never mixes two models or two temperatures. */
import { readFile } from 'node:fs/promises';
import { AssayError, messageOf } from '@assay/contract';
import { replaceFile } from '@assay/datasets';
import type { Api } from './forms/form.ts';
import type { FormName } from './forms/index.ts';

/** How problems of one form are sampled. */
export interface FormSettings {
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly shots: number;
}

export interface Settings {
  readonly schema: 'assay.samples/v1';
  readonly model: string;
  readonly api: Api;
  /** Undefined: the server draws as it likes. */
  readonly seed?: number;
  /** As in FewShot.name. */
  readonly fewShot: string;
  readonly forms: { readonly [Form in FormName]?: FormSettings };
  /** Further fields of each request. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Problems were asked no more once they were solved, and not all of them since: the file's counts estimate no rate. */
  readonly earlyStop?: true;
}

export function settingsPath(samples: string): string {
  return `${samples}.settings`;
}

/** Undefined where there are none. Error: `samples_settings` where they cannot be read. */
export async function readSettings(samples: string): Promise<Settings | undefined> {
  const path = settingsPath(samples);
  try {
    const settings = JSON.parse(await readFile(path, 'utf8')) as Settings;
    if (settings.schema === 'assay.samples/v1' && settings.forms instanceof Object) return settings;
    throw new Error(`its schema is ${JSON.stringify(settings.schema)}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AssayError('samples_settings', `${path} cannot be read: ${messageOf(error)}`, {
      mend: 'Write the samples to another file with --out.',
    });
  }
}

/** Forms that a file has had before stay known. */
export async function writeSettings(samples: string, settings: Settings): Promise<void> {
  await replaceFile(settingsPath(samples), `${JSON.stringify(settings, null, 2)}\n`);
}

/** The settings for both, where they agree. Error: `samples_differ`, which names what differs. */
export function joinSettings(samples: string, before: Settings, now: Settings): Settings {
  const apart = { forms: {}, earlyStop: before.earlyStop ?? now.earlyStop };
  const differences = [...differing('', { ...before, ...apart }, { ...now, ...apart })];
  for (const [form, settings] of Object.entries(now.forms)) {
    const earlier = before.forms[form as FormName];
    if (earlier !== undefined) differences.push(...differing(`${form} `, earlier, settings));
  }
  if (differences.length > 0) {
    throw new AssayError(
      'samples_differ',
      `${samples} was drawn with other settings: ${differences.join('; ')}.`,
      {
        mend: 'Give the settings that it was begun with, or another file with --out.',
      },
    );
  }
  return {
    ...now,
    forms: { ...before.forms, ...now.forms },
    ...((before.earlyStop ?? now.earlyStop) && { earlyStop: true }),
  };
}

function* differing(of: string, before: object, now: object): Generator<string> {
  const [old, own] = [before, now].map((each) => new Map<string, unknown>(Object.entries(each)));
  for (const name of new Set([...(old?.keys() ?? []), ...(own?.keys() ?? [])])) {
    const [was, is] = [old?.get(name), own?.get(name)].map((value) => JSON.stringify(value) ?? 'none');
    if (was !== is) yield `${of}${name} ${was}, now ${is}`;
  }
}
