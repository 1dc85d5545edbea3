/** Where exemplars come from: our own, or drawn from a training file; never a problem that is asked. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AssayError, type ProblemInit } from '@assay/contract';
import { readTableRows } from '@assay/datasets';
import type { Form, Shot } from './forms/form.ts';
import { type FormName, forms } from './forms/index.ts';
import { draw } from './seeds.ts';

export interface FewShot {
  /** `own`, `none`, or the SHA-256 of the training file. */
  readonly name: string;
  /** The exemplars of one problem. */
  shots(form: FormName, problem: ProblemInit): readonly Shot[];
}

export interface FewShotOptions {
  /** `own`, `none`, or a training file: JSON Lines, JSON, Parquet or CSV. */
  readonly source: string;
  /** Exemplars in a prompt; default: as the form has it. */
  readonly shots: number | undefined;
  /** Decides what is drawn from a training file. */
  readonly seed: number;
  /** Each problem that will be asked, with its form. */
  readonly asked: readonly { readonly problem: ProblemInit; readonly form: FormName }[];
}

/**
 * Errors: `few_shot_leak` where an exemplar asks what a problem asks, `few_shot` where there are too few, and those of
 * readTableRows.
 */
export async function openFewShot(options: FewShotOptions): Promise<FewShot> {
  const { source, shots, seed, asked } = options;
  if (source === 'none' || shots === 0) return { name: 'none', shots: () => [] };
  const used = new Set(asked.map(({ form }) => form));
  const pools = new Map<FormName, readonly Shot[]>();
  const rows = source === 'own' ? [] : await rowsOf(source);
  for (const name of used) {
    const form: Form = forms[name];
    const wanted = shots ?? form.shots;
    if (wanted === 0) continue;
    const pool = source === 'own' ? form.own : rows.flatMap((row) => form.shotOf(row) ?? []);
    if (pool.length < wanted) throw tooFew(name, source, pool.length, wanted);
    pools.set(name, pool);
  }
  if (pools.size === 0) return { name: 'none', shots: () => [] };
  refuseLeaks(pools, options);
  const count = (form: FormName) => shots ?? forms[form].shots;
  if (source === 'own') {
    return { name: source, shots: (form) => pools.get(form)?.slice(0, count(form)) ?? [] };
  }
  return {
    name: await digestOf(source),
    shots(form, { id = '' }) {
      const pool = pools.get(form) ?? [];
      return draw(seed, `few-shot\0${id}`, count(form), pool.length).map((i) => pool[i] as Shot);
    },
  };
}

async function rowsOf(path: string): Promise<Readonly<Record<string, unknown>>[]> {
  const rows: Readonly<Record<string, unknown>>[] = [];
  for await (const { fields } of readTableRows([path])) rows.push(fields);
  return rows;
}

function refuseLeaks(pools: ReadonlyMap<FormName, readonly Shot[]>, { source, asked }: FewShotOptions): void {
  const known = new Set([...pools.values()].flat().map(({ question }) => key(question)));
  for (const { problem, form } of asked) {
    if (!pools.has(form)) continue;
    const questions = (['completions', 'chat'] as const).map(
      (api) => forms[form].question(problem, api)?.text,
    );
    if (!questions.some((question) => question !== undefined && known.has(key(question)))) continue;
    throw new AssayError(
      'few_shot_leak',
      `Problem ${JSON.stringify(problem.id)} is among the exemplars (${source}): its answer would be in the prompt.`,
      { mend: 'Leave it out of one of the two, or name another file with --few-shot (none: no exemplars).' },
    );
  }
}

/** Equal for questions that differ in nothing but letters' case, white space, headers and names of theorems. */
function key(question: string): string {
  const text = question.replace(
    /^[\s\S]*?\b(?:theorem|lemma)\s+[^\s({[:]+(?=[\s\S]*:=\s*by\s*\(?\s*$)/,
    'theorem ',
  );
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
}

function tooFew(form: FormName, source: string, found: number, wanted: number): AssayError {
  const own = source === 'own';
  return new AssayError(
    'few_shot',
    own
      ? `There are ${found} exemplars of our own for the form ${form}, and ${wanted} are wanted.`
      : `${source} has ${found} rows that are exemplars for the form ${form}, and ${wanted} are wanted.`,
    {
      mend: own
        ? 'Name a training file with --few-shot FILE, or fewer with --shots.'
        : 'A row has a question (`question`, `problem`, `prompt`, `description`, `formal_statement`) and its worked answer ' +
          '(`answer`, `solution`, `solutions`, `proof`).',
    },
  );
}

async function digestOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}
