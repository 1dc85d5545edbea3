/**
 * Reference answers of all kinds with texts that are equal to them and texts that are not, from a seed. Rewrites keep
 * the answer by an identity, mutations break it by construction; both are checked numerically where they have values.
 */
import { collections } from './collections.ts';
import { checked, Dice, type Draft, type Variant } from './draft.ts';
import { formulas } from './formulas.ts';
import { numbers } from './numbers.ts';
import { quantities } from './quantities.ts';
import { relations } from './relations.ts';
import { respelled, respellings } from './spelling.ts';

export interface Generated {
  readonly kind: string;
  readonly gold: string;
  /** Equal to the reference answer. */
  readonly rewrites: readonly Variant[];
  /** Not equal to it. */
  readonly mutations: readonly Variant[];
}

const generators: readonly ((dice: Dice) => Draft)[] = [
  ...numbers,
  ...formulas,
  ...relations,
  ...collections,
  ...quantities,
];

/** `each` reference answers of every kind; the same for the same seed. */
export function generate(seed: number, each = 10): Generated[] {
  const golds = new Set<string>();
  return generators.flatMap((generator, at) => {
    const dice = new Dice(seed + 7919 * at);
    return Array.from({ length: each }, () => withSpellings(dice, checked(generator(dice)))).filter(
      ({ gold }) => !golds.has(gold) && golds.add(gold) !== undefined,
    );
  });
}

/** Rewrites and mutations as they are, and once more in another spelling; the reference answer in every spelling. */
function withSpellings(dice: Dice, { kind, gold, style = 'latex', rewrites, mutations }: Draft): Generated {
  const twice = (variants: readonly Variant[]) =>
    unique([...variants, ...variants.map((one) => respelled(dice, one, style))], gold);
  return {
    kind,
    gold,
    rewrites: unique([...respellings(gold, style), ...twice(rewrites)], gold),
    mutations: twice(mutations),
  };
}

function unique(variants: readonly Variant[], gold: string): Variant[] {
  const seen = new Set([gold]);
  return variants.filter(({ text }) => !seen.has(text) && seen.add(text) !== undefined);
}
