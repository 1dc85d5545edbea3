/** The same texts through the verifier as the kit runs it: batches, its pool of isolates, its deadlines. */
import type { Problem, VerdictInit } from '@assay/contract';
import { mathVerifier } from '@assay/math';
import type { FuzzOptions, NumberedFinding, Outcome, Slow } from './fuzzing.ts';
import { Inputs } from './inputs.ts';

/** Cases whose texts are candidates for the reference answer of the first of them. */
const casesPerBatch = 8;

/** Wall milliseconds that a candidate may take beyond its deadline: the process is ended and another one takes over. */
const slackMs = 1_000;

/** Judges batches until the time is over. */
export async function fuzzService(options: FuzzOptions): Promise<Outcome> {
  const { seed, seconds, from = 0, deadlineMs = 2_000, onFinding = () => {} } = options;
  const inputs = new Inputs(seed);
  const verifier = mathVerifier();
  await verifier.start?.({ slots: 1, capacity: 1024, maxBatch: 256, candidateTimeoutMs: 30_000 });
  const findings: NumberedFinding[] = [];
  const slowest: Slow[] = [];
  const add = (number: number, property: string, texts: readonly string[], detail: string) => {
    const finding = { number, property, texts, shortest: texts, detail };
    findings.push(finding);
    onFinding(finding);
  };
  const end = performance.now() + 1000 * seconds;
  let number = from;
  for (; performance.now() < end; number += casesPerBatch) {
    const texts = Array.from({ length: casesPerBatch }, (_, at) => inputs.at(number + at).texts).flat();
    const [gold = '', ...others] = texts.map((text) => text.toWellFormed());
    // One that is known to be right tells whether the others do it harm.
    const candidates = [...others, gold].map((text, index) => ({ index, text, tokens: 0 }));
    const start = performance.now();
    const verdicts = await collect(verifier, gold, candidates).catch((error) => String(error));
    const ms = performance.now() - start;
    if (typeof verdicts === 'string') {
      add(number, 'no throw', [gold], verdicts);
      continue;
    }
    slowest.push({ ms, texts: [gold, `a batch of ${candidates.length}`] });
    slowest.sort((a, b) => b.ms - a.ms).splice(10);
    const indexes = new Set(verdicts.map(({ index }) => index));
    if (verdicts.length !== candidates.length || indexes.size !== candidates.length) {
      add(number, 'one verdict each', [gold], `${verdicts.length} of ${candidates.length}`);
    }
    const late = verdicts.filter(({ reason }) => /^verifier_/.test(reason ?? ''));
    for (const { index = 0, reason = '', message = '' } of late) {
      add(number, 'in time', [gold, candidates[index]?.text ?? ''], `${reason}: ${message}`);
    }
    if (ms > candidates.length * (deadlineMs + slackMs))
      add(number, 'the batch ends', [gold], `${ms.toFixed(0)} ms`);
  }
  await verifier.stop?.();
  return { cases: number - from, findings, slowest };
}

async function collect(
  verifier: ReturnType<typeof mathVerifier>,
  gold: string,
  candidates: { index: number; text: string; tokens: number }[],
): Promise<VerdictInit[]> {
  const problem = { id: 'p', mathAnswer: { gold, policy: '' }, spec: 'mathAnswer' } as Problem;
  const fault = verifier.checkProblem?.(problem);
  if (fault !== undefined)
    return candidates.map(({ index }) => ({ index, status: 'ERROR', reason: 'bad_problem' }));
  const context = { signal: new AbortController().signal, log: undefined as never, problemDigest: gold };
  const verdicts: VerdictInit[] = [];
  for await (const some of verifier.verifyBatch?.(problem, candidates, context) ?? []) verdicts.push(...some);
  return verdicts;
}
