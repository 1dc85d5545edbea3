/** Sampling, from problems to a file of candidates, and on to their verdicts. */
import { type Api, type Asked, ModelServer, Plan, SampleFile, Sampler, type Settings } from '@assay/sampler';
import { BadRows } from '../bad-rows.ts';
import { exitCodes, usageError } from '../exit.ts';
import { catchInterrupts } from '../interrupt.ts';
import { display } from '../paths.ts';
import { ProgressLine } from '../progress.ts';
import { oneLine } from '../terminal.ts';
import { chunksOf, Judging } from './judging.ts';
import { modelOf, type SampleOptions, serverOf } from './options.ts';
import { askedOf, defaultOut, fewShotOf, readProblems, settingsOf } from './problems.ts';
import { SamplingProgress } from './progress.ts';
import { printPlan, printSummary, type Summary } from './summary.ts';

/** Samples, and answers with the exit code. */
export async function sample(paths: string[], options: SampleOptions): Promise<number> {
  const { verifier: [oracle, ...others] = [], earlyStop = false, quiet = false } = options;
  if (earlyStop && oracle === undefined) {
    throw usageError('--early-stop needs somebody to say what is solved.', 'Add --verifier NAME.');
  }
  const server = new ModelServer(serverOf(options, process.env));
  const interrupts = catchInterrupts();
  const progress = new ProgressLine();
  const say = (line: string) => progress.note(line);
  const tell = quiet ? () => {} : say;
  const badRows = new BadRows(say);
  try {
    const { asked, settings } = await prepare(paths, options, server, badRows, interrupts.signal);
    if (options.dryRun) {
      printPlan(settings, asked, options);
      return exitCodes.ok;
    }
    const out = options.out ?? defaultOut(paths, settings.model);
    const job = { asked, settings, server, out, paths, options, say, tell, progress };
    const judges = oracle === undefined ? undefined : ([oracle, ...others] as [string, ...string[]]);
    const { summary, missing } = await drawAll(job, judges, interrupts.signal);
    progress.stop();
    if (badRows.summary !== undefined) say(badRows.summary);
    printSummary(summary, options.json ?? false, tell);
    if (summary.samples === 0 && asked.length === summary.set_aside.length) return exitCodes.failed;
    return missing || badRows.count > 0 || summary.set_aside.length > 0 ? exitCodes.incomplete : exitCodes.ok;
  } catch (error) {
    if (!interrupts.signal.aborted) throw error;
    progress.stop();
    say('stopped: the samples so far are kept, and the same command goes on');
    return interrupts.exitCode;
  } finally {
    progress.stop();
    interrupts.dispose();
    server.close();
  }
}

/** What is asked, and how; the server is asked what is left open. */
async function prepare(
  paths: string[],
  options: SampleOptions,
  server: ModelServer,
  badRows: BadRows,
  signal: AbortSignal,
): Promise<{ asked: Asked[]; settings: Settings }> {
  const sources = await readProblems(paths, options, badRows);
  const fewShot = await fewShotOf(options, sources);
  const { body, dryRun = false } = options;
  const model = modelOf(options) ?? (dryRun ? 'MODEL' : await onlyModel(server, signal));
  let { api }: { api: Api | 'auto' } = options;
  if (api === 'auto') api = dryRun ? 'completions' : await server.probe(model, body, signal);
  const chosen = api;
  const used = [...new Set(sources.map(({ form }) => form))].sort();
  const each = new Map(used.map((form) => [form, settingsOf(form, options, fewShot, chosen)]));
  const settings: Settings = {
    schema: 'assay.samples/v1',
    model,
    api,
    ...(options.seed !== 'none' && { seed: options.seed }),
    fewShot: fewShot.name,
    forms: Object.fromEntries(each),
    body,
    ...(options.earlyStop && { earlyStop: true }),
  };
  return { asked: askedOf(sources, each, fewShot, api), settings };
}

async function onlyModel(server: ModelServer, signal: AbortSignal): Promise<string> {
  const models = await server.models(signal);
  const [model] = models;
  if (model !== undefined && models.length === 1) return model;
  const some = models.slice(0, 10).join(', ');
  throw usageError(`${server.url} serves ${models.length} models: ${some}`, 'Name one with --model NAME.');
}

interface Job {
  asked: Asked[];
  settings: Settings;
  server: ModelServer;
  out: string;
  paths: string[];
  options: SampleOptions;
  say: (line: string) => void;
  tell: (line: string) => void;
  progress: ProgressLine;
}

async function drawAll(
  job: Job,
  judges: [string, ...string[]] | undefined,
  signal: AbortSignal,
): Promise<{ summary: Summary; missing: boolean }> {
  const { asked, settings, out, options, tell } = job;
  const file = await SampleFile.open(out, settings);
  try {
    const plan = new Plan(asked, options.n);
    let before = 0;
    let rows = 0;
    for await (const row of file.rows()) {
      rows++;
      if (plan.has(row.id, row.index, row.prompt_digest)) before++;
    }
    const all = asked.length * options.n;
    const there = before > 0 ? `, ${before.toLocaleString('en-US')} of them there already` : '';
    tell(
      `${settings.model} (${settings.api}): ${all.toLocaleString('en-US')} samples${there}; into ${display(out)}`,
    );
    const judging =
      judges && (await Judging.open(out, job.paths, judges, settings.model, options, job.say, signal));
    try {
      const drawn = await draw(job, { file, plan, before, rows, judging }, signal);
      if (plan.missing === 0 && before === rows) await file.endEarlyStop();
      return drawn;
    } finally {
      await judging?.close();
    }
  } finally {
    await file.close();
  }
}

interface Open {
  file: SampleFile;
  plan: Plan;
  /** Samples of use, and rows, that were there. */
  before: number;
  rows: number;
  judging: Judging | undefined;
}

async function draw(
  { asked, settings, server, out, options, say, tell, progress }: Job,
  { file, plan, before, rows, judging }: Open,
  signal: AbortSignal,
): Promise<{ summary: Summary; missing: boolean }> {
  const { concurrency, batch, rate, retries, countTokens = false, earlyStop = false } = options;
  const sampler = new Sampler({
    ...{ server, file, plan, settings, concurrency, batch, rate, retries, countTokens },
    inTurns: earlyStop,
    onRows: (one, some) => judging?.give(one, some),
    onNote: (text) => say(oneLine(text, 600)),
    signal: judging === undefined ? signal : AbortSignal.any([signal, judging.failed.signal]),
  });
  const { counts } = sampler;
  const line = new SamplingProgress();
  const read = async () =>
    line.line({
      ...{ done: before + counts.samples, all: asked.length * options.n },
      ...{ tokens: counts.tokens, retries: counts.retries },
      ...(judging !== undefined && { verdicts: judging.verdicts, solved: judging.solved.size }),
    });
  if (!options.quiet) progress.startLine(read);
  if (judging !== undefined) {
    const earlier = judging.submit(chunksOf(file.rows(), asked, options.n, rows));
    // Known successes first: they need no more samples.
    if (earlyStop) {
      await earlier;
      judging.onSolved((id) => sampler.solve(id));
    }
    judging.begin();
    const drawn = sampler.run().then(() => judging.end());
    await Promise.all([earlier, drawn]).finally(() => drawn.catch(() => {}));
  } else {
    await sampler.run();
  }
  progress.stop();
  const { setAside } = sampler;
  const missing = (await judging?.conclude(setAside.length === 0, options, tell)) ?? false;
  const notAsked = [...(judging?.solved ?? [])].reduce((sum, id) => sum + plan.missingOf(id), 0);
  const mean = counts.samples > 0 ? counts.tokens / counts.samples : 0;
  const summary: Summary = {
    ...{ schema: 'assay.sampling/v1', file: out, settings, problems: asked.length, n: options.n },
    ...{ before, samples: counts.samples, missing: plan.missing, requests: counts.requests },
    ...{ failed_tries: counts.retries, prompt_tokens: counts.promptTokens, tokens: counts.tokens },
    set_aside: setAside,
    ...(judging !== undefined && {
      run: judging.id,
      solved: judging.solved.size,
      ...(earlyStop && { spared_samples: notAsked, spared_tokens: Math.round(notAsked * mean) }),
    }),
  };
  return { summary, missing };
}
