/** What tests of the sampler begin with. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { SampleFile, type SampleRow } from '../file.ts';
import { forms } from '../forms/index.ts';
import { type Asked, Plan } from '../plan.ts';
import { buildPrompt, type Prompt } from '../prompt.ts';
import { Sampler, type SamplerOptions } from '../sampler.ts';
import { ModelServer } from '../server.ts';
import type { Settings } from '../settings.ts';
import { type StandIn, type StandInOptions, startStandIn } from './server.ts';

export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'assay-sampler-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export async function standIn(t: TestContext, options: StandInOptions = {}): Promise<StandIn> {
  const server = await startStandIn(options);
  t.after(() => server.close());
  return server;
}

export function settingsWith(more: Partial<Settings> = {}): Settings {
  const forms = { plain: { temperature: 0.6, topP: 1, maxTokens: 64, stop: [], shots: 0 } };
  return {
    ...{ schema: 'assay.samples/v1', model: 'stand-in', api: 'completions', seed: 7, fewShot: 'none' },
    ...{ forms, body: {}, ...more },
  };
}

/** Problems p0, p1, … with prompts of their own. */
export function problems(count: number, settings = settingsWith()): Asked[] {
  return Array.from({ length: count }, (_, i) => {
    const problem = { id: `p${i}`, prompt: `Question number ${i}?`, mathAnswer: { gold: String(i % 10) } };
    const prompt = buildPrompt(forms.plain, problem, [], settings.api) as Prompt;
    return { problem, form: 'plain', settings: settings.forms.plain as never, prompt };
  });
}

export type DrawOptions = Partial<Omit<SamplerOptions, 'server' | 'file' | 'plan'>> & {
  readonly asked?: readonly Asked[];
  readonly n?: number;
  readonly path: string;
  readonly apiKey?: string;
  readonly answerMs?: number;
  readonly onSampler?: (sampler: Sampler) => void;
};

/** Draws what a file lacks, and closes all. */
export async function drawInto({ url }: { url: string }, options: DrawOptions): Promise<Sampler> {
  const { path, apiKey, answerMs = 5_000, n = 4, settings = settingsWith(), ...rest } = options;
  const { asked = problems(3, settings) } = options;
  const server = new ModelServer({ url, apiKey, waits: { answerMs, idleMs: answerMs } });
  const file = await SampleFile.open(path, settings);
  try {
    const plan = new Plan(asked, n);
    for await (const row of file.rows()) plan.has(row.id, row.index, row.prompt_digest);
    const sampler = new Sampler({
      ...{ server, file, plan, settings, concurrency: 8, batch: 1, retries: 20 },
      ...{ signal: new AbortController().signal, ...rest },
    });
    options.onSampler?.(sampler);
    await sampler.run();
    return sampler;
  } finally {
    await file.close();
    server.close();
  }
}

export function rowsOf(path: string): SampleRow[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as SampleRow);
}
