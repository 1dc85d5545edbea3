/** An orchestrator over scripted verifiers, in this process; everything is stopped after the test. */
import type { TestContext } from 'node:test';
import type { SubmitChunk } from '@assay/client';
import type { CreateRunRequestInit, RunVerdict } from '@assay/contract';
import type { Report } from '@assay/report';
import { openSqliteStore, type Store } from '@assay/store';
import type { OrchestratorOptions } from '../options.ts';
import { Orchestrator } from '../orchestrator.ts';
import { type Script, ScriptedVerifier } from './scripted-verifier.ts';

/** Quick to lose patience. */
const impatient: Partial<OrchestratorOptions> = {
  stallSlackMs: 2_000,
  unavailableMs: 20_000,
  ejectMinMs: 30,
  ejectMaxMs: 300,
};

export interface Site {
  verifiers: ScriptedVerifier[];
  orchestrator: Orchestrator;
  store: Store;
  /** Submits and waits; answers with the verdicts. */
  run(
    id: string,
    input: Iterable<SubmitChunk>,
    settings?: Partial<CreateRunRequestInit>,
  ): Promise<RunVerdict[]>;
  report(id: string): Promise<Report>;
}

export async function scripted(t: TestContext, ...scripts: Script[]): Promise<ScriptedVerifier[]> {
  const verifiers = await Promise.all(scripts.map((script) => new ScriptedVerifier(script).start()));
  t.after(() => {
    for (const verifier of verifiers) verifier.stop();
  });
  return verifiers;
}

export async function site(
  t: TestContext,
  verifiers: ScriptedVerifier[],
  options: Partial<OrchestratorOptions> = {},
): Promise<Site> {
  const store = openSqliteStore(':memory:');
  const addresses = verifiers.map(({ address }) => address);
  const orchestrator = new Orchestrator(store, addresses, { ...impatient, ...options });
  t.after(async () => {
    await orchestrator.close();
    await store.close();
  });
  return {
    verifiers,
    orchestrator,
    store,
    async run(id, input, settings = {}) {
      await orchestrator.createRun({ id, verifiers: ['scripted'], ...settings });
      const verdicts: RunVerdict[] = [];
      await orchestrator.submit(id, asAsync(input), {
        complete: true,
        onVerdicts: (some) => verdicts.push(...some),
      });
      return verdicts;
    },
    report: async (id) => JSON.parse(await orchestrator.getReport(id)) as Report,
  };
}

async function* asAsync<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** `count` candidates of each problem, in turns of `chunk`; texts are `prefix`, problem and number, every third right. */
export function* texts(
  prefix: string,
  count: number,
  { problems = 1, chunk = count, prompt = '' } = {},
): Generator<SubmitChunk> {
  const all = Array.from({ length: problems }, (_, p) => ({
    id: `p${p}`,
    prompt: `${p}${prompt}`,
    mathAnswer: { gold: '1' },
    spec: 'mathAnswer' as const,
  }));
  for (let from = 0; from < count; from += chunk) {
    for (const [p, problem] of all.entries()) {
      const indices = Array.from({ length: Math.min(chunk, count - from) }, (_, i) => from + i);
      yield {
        problem,
        candidates: indices.map((index) => ({
          index,
          text: `${prefix}${p}/${index} ${index % 3 === 0 ? 'right' : 'wrong'}`,
        })),
      };
    }
  }
}

/** Resolves when the condition holds; it is asked again and again, and the test's own time limit ends the wait. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}
