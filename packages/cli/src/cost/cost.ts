/** What the candidates of runs and of tables from elsewhere cost. */
import { type CountTable, costOf, onSharedProblems, renderCost } from '@assay/report';
import {
  type CostCurve,
  compareCosts,
  type ModelShape,
  modelShape,
  type VerifierCost,
} from '@assay/statistics';
import { exitCodes, usageError } from '../exit.ts';
import { openCountTables } from '../tables.ts';
import { hasColors, oneLine } from '../terminal.ts';
import { type ByTable, byTable } from './by-table.ts';
import { modelOf, pricesOf, tokensOf } from './values.ts';
import { verifierCosts } from './verifiers.ts';

export interface CostFlags {
  store: string;
  level: number;
  model?: string[];
  price?: string[];
  promptTokens?: string[];
  tokens?: string[];
  promptPaid: 'each' | 'once';
  verifierPrice?: number;
  json?: boolean;
}

/** Prints the costs, and answers with the exit code. Errors: those of openCountTables, `usage`. */
export async function cost(args: string[], flags: CostFlags): Promise<number> {
  const opened = await openCountTables(args, flags);
  const names = opened.map(({ name }) => name);
  const options = {
    models: byTable('--model', flags.model ?? [], names, modelOf),
    prices: byTable('--price', flags.price ?? [], names, pricesOf),
    promptTokens: byTable('--prompt-tokens', flags.promptTokens ?? [], names, tokensOf('--prompt-tokens')),
    tokens: byTable('--tokens', flags.tokens ?? [], names, tokensOf('--tokens')),
  };
  const shared = opened.length === 1 ? { tables: opened, left: 0 } : onSharedProblems(opened);
  const notes = [];
  if (shared === null)
    notes.push('The tables share no judged problem: their costs and coverages do not compare.');
  else if (shared.left > 0) {
    notes.push(`Problems that not all tables have judged, left out: ${shared.left}.`);
  }
  const curves = (shared?.tables ?? opened).map((table) => curveOf(table, options, flags));
  const compared = shared === null ? { curves, bestByFlops: [], bestByDollars: [] } : compareCosts(curves);
  const verifiers: VerifierCost[] =
    flags.verifierPrice === undefined ? [] : await verifierCosts(args, flags.store, flags.verifierPrice);
  if (flags.verifierPrice !== undefined && verifiers.length === 0) {
    notes.push('None of these is a stored run: what judging took is not known.');
  }
  const results = { level: flags.level, ...compared, verifiers, notes };
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ schema: 'assay.cost/v1', ...results }, null, 2)}\n`
      : renderCost(results, { color: hasColors(process.stdout) }),
  );
  return opened.some(({ missing }) => missing.some((count) => count > 0))
    ? exitCodes.incomplete
    : exitCodes.ok;
}

interface Options {
  models: ByTable<ModelShape>;
  prices: ByTable<{ prompt: number; completion: number }>;
  promptTokens: ByTable<number>;
  tokens: ByTable<number>;
}

function curveOf(table: CountTable, options: Options, { level, promptPaid }: CostFlags): CostCurve {
  const of = <T>({ own, all }: ByTable<T>) => own.get(table.name) ?? all;
  const { model, note } = modelFor(table, options.models);
  const [prices = null, promptTokens, tokens] = [
    of(options.prices),
    of(options.promptTokens),
    of(options.tokens),
  ];
  if (model === null && prices === null) {
    throw usageError(
      `Neither a model nor prices are known of ${oneLine(table.name)}${note}.`,
      'Give --model NAME (or NAME=PARAMETERS,LAYERS,WIDTH), or --price PROMPT,COMPLETION.',
    );
  }
  // What is given for one table counts more than what it says itself.
  const known = {
    ...table,
    promptTokens: options.promptTokens.own.has(table.name) ? null : table.promptTokens,
    candidateTokens: options.tokens.own.has(table.name) ? null : table.candidateTokens,
  };
  const curve = costOf(known, { model, prices, promptTokens, tokens, level, promptPaid });
  if (curve !== null) return note === '' ? curve : { ...curve, notes: [`No FLOPs${note}.`, ...curve.notes] };
  throw usageError(
    `Tokens of candidates are not counted in ${oneLine(table.name)}.`,
    'Give their mean number with --tokens N, and that of prompts with --prompt-tokens N.',
  );
}

/** The one given for this table, else the one that it names, else the one given for all. */
function modelFor({ name, model }: CountTable, { own, all }: ByTable<ModelShape>) {
  const found = own.get(name) ?? modelShape(model ?? '') ?? all;
  const note =
    found === undefined && model !== null ? `: the shape of ${oneLine(model, 60)} is not known` : '';
  return { model: found ?? null, note };
}
