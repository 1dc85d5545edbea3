/** Thousands of pairs whose equality is known by construction. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seed } from '../support/random.ts';
import { type Checked, check } from './checker.ts';
import type { Variant } from './draft.ts';
import { type Generated, generate } from './generate.ts';

const generated = generate(seed);

/** Most failures that are printed. */
const shown = 60;

interface Failure {
  readonly kind: string;
  readonly outcome: string;
  readonly line: string;
}

const seen = new Map<Variant, Checked>();

/** Judged once for all tests. */
function found(gold: string, variant: Variant): Checked {
  const known = seen.get(variant) ?? check(gold, variant.text);
  seen.set(variant, known);
  return known;
}

/** Variants for which something is wrong, and how many there are. */
function failures(
  variantsOf: 'rewrites' | 'mutations',
  isRight: (own: Checked, ofGold: Checked, variant: Variant) => boolean,
): [Failure[], number] {
  let pairs = 0;
  const failed = generated.flatMap(({ kind, gold, [variantsOf]: variants }: Generated) => {
    const ofGold = check(gold, gold);
    return variants.flatMap((variant) => {
      const { how, text } = variant;
      pairs++;
      const own = found(gold, variant);
      if (isRight(own, ofGold, variant)) return [];
      const { outcome, reason, rule, answerClass } = own;
      const line = `${kind} (${how}): ${gold}  |  ${JSON.stringify(text)}  →  ${outcome} ${reason} (${rule})`;
      return [{ kind, outcome, line: `${line}; ${answerClass}, not ${ofGold.answerClass}` }];
    });
  });
  return [failed, pairs];
}

function told(failed: readonly Failure[], pairs: number): string {
  const kinds = [...Map.groupBy(failed, ({ kind }) => kind)].map(([kind, own]) => `${kind}: ${own.length}`);
  const lines = failed.slice(0, shown).map(({ line }) => line);
  const more = failed.length > shown ? [`… and ${failed.length - shown} more`] : [];
  const head = `${failed.length} of ${pairs} pairs (ASSAY_TEST_SEED=${seed}); ${kinds.join(', ')}`;
  return [head, ...lines, ...more].join('\n');
}

test('there are enough reference answers', () => {
  assert.ok(generated.length >= 400, `${generated.length}`);
  const kinds = new Set(generated.map(({ kind }) => kind));
  assert.ok(kinds.size >= 45, `${kinds.size}`);
});

test('rewrites are equal', (t) => {
  const [failed, pairs] = failures('rewrites', ({ outcome }) => outcome === 'equal');
  t.diagnostic(`${pairs} pairs`);
  assert.equal(failed.length, 0, told(failed, pairs));
});

test('mutations are not', (t) => {
  const [failed, pairs] = failures('mutations', ({ outcome }) => outcome === 'unequal');
  t.diagnostic(`${pairs} pairs, ${failed.length} not found unequal`);
  const equal = failed.filter(({ outcome }) => outcome === 'equal');
  const others = failed.filter(({ outcome }) => outcome !== 'equal');
  assert.ok(failed.length <= pairs / 1_000, told([...equal, ...others], pairs));
});

test('rewrites have the class of the reference answer', () => {
  const [failed, pairs] = failures('rewrites', (own, ofGold, { converted }) => {
    return converted === true || own.answerClass === ofGold.answerClass;
  });
  assert.equal(failed.length, 0, told(failed, pairs));
});

test('mutations have another class', () => {
  const [failed, pairs] = failures('mutations', (own, ofGold) => own.answerClass !== ofGold.answerClass);
  assert.equal(failed.length, 0, told(failed, pairs));
});
