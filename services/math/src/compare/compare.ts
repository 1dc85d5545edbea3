/** Whether two answers say the same under a policy. First by their keys (exact equality), then by type with the conversions
 * that mathematicians make without a word, then by the policy's conventions; `rule` says what decided. Symmetric, but for the
 * rounding of a reference that is written as a decimal. */
import type { Answer, ReadAnswer } from '../answer/answer.ts';
import { isConstant, writtenIn } from '../answer/contents.ts';
import { keyOfAnswer } from '../classes.ts';
import type { Policy } from '../policy.ts';
import { type Comparison, type Context, equal, unequal } from './comparison.ts';
import { withEquation } from './equations.ts';
import { asVector, withMatrix, withRatio } from './matrices.ts';
import { asSequence, compareSequences, decimalComma, isSequence, ordered } from './sequences.ts';
import { withInequality, withRange } from './sets.ts';
import { compareValues } from './values.ts';
import { spelledOut, withChoice, withText } from './words.ts';

/** Compares a reference answer with an answer, notes and all. */
export function compareAnswers(gold: ReadAnswer, answer: ReadAnswer, policy: Policy): Comparison {
  const [conditionA, conditionB] = [gold.condition, answer.condition];
  // `<` and `>`, ℤ and ℕ are all that is known of some: they are compared with each other only.
  if (
    conditionA !== '' &&
    conditionB !== '' &&
    conditionA !== conditionB &&
    conditionKind(conditionA) === conditionKind(conditionB)
  ) {
    return unequal('another condition');
  }
  if ((gold.cases ?? false) !== (answer.cases ?? false)) return unequal('another answer in some cases');
  const bound = new Set([...gold.bound, ...answer.bound]);
  const result = compare(gold.answer, answer.answer, {
    policy,
    bound,
    counted: (gold.counts ?? false) || (answer.counts ?? false),
    reference: new Set(writtenIn(gold.answer)),
  });
  // What no rule can compare is still equal to itself.
  return result.outcome === 'unequal' && gold.normal === answer.normal ? equal('written alike') : result;
}

function conditionKind(condition: string): string {
  return /^[<>]$/.test(condition) ? 'direction' : /^[ℤℕ]$/.test(condition) ? 'set' : 'text';
}

/** The rule that found two answers equal by their keys. */
const sameRule: Record<Answer['kind'], string> = {
  value: 'equal values',
  equation: 'equal equations',
  inequality: 'equal inequalities',
  range: 'equal sets of reals',
  list: 'equal lists',
  set: 'equal sets',
  tuple: 'equal tuples',
  matrix: 'equal matrices',
  ratio: 'equal ratios',
  text: 'equal texts',
};

export function compare(a: Answer, b: Answer, context: Context): Comparison {
  const { policy } = context;
  // Keys see symbols at positive values only: x and |x| share one.
  const inOrder = policy.order === 'lists' && a.kind === 'list' && b.kind === 'list';
  if (!inOrder && isConstant(a) && isConstant(b) && keyOfAnswer(a) === keyOfAnswer(b)) {
    if (a.kind === 'text' && b.kind === 'text' && policy.case === 'kept' && a.exactKey !== b.exactKey)
      return unequal('another case');
    return equal(sameRule[a.kind]);
  }
  return dispatch(a, b, context);
}

function dispatch(a: Answer, b: Answer, context: Context): Comparison {
  if (a.kind === 'equation' || b.kind === 'equation') return withEquation(a, b, context);
  if (a.kind === 'text' || b.kind === 'text') {
    const words = withText(a, b);
    return words.outcome === 'equal' ? words : (withChoice(a, b, context) ?? words);
  }
  const [vectorA, vectorB] = [asVector(a), asVector(b)];
  if (vectorA !== undefined && vectorB !== undefined && (vectorA !== a || vectorB !== b)) {
    const result = ordered(vectorA.items, vectorB.items, context, 'equal vectors');
    if (result.outcome === 'equal' || a.kind !== 'value' || b.kind !== 'value') return result;
  }
  if (a.kind === 'value' && b.kind === 'value') return compareValues(a, b, context);
  if (a.kind === 'range' || b.kind === 'range') return withRange(a, b, context);
  if (a.kind === 'inequality' || b.kind === 'inequality') return withInequality(a, b, context);
  if (a.kind === 'matrix' || b.kind === 'matrix') return withMatrix(a, b, context);
  if (a.kind === 'ratio' || b.kind === 'ratio') return withRatio(a, b, context);
  const [x, y] = [spelledOut(a, b) ?? asSequence(a), spelledOut(b, a) ?? asSequence(b)];
  if (isSequence(a) || isSequence(b)) {
    // 1,22 is 1.22 where the policy says so.
    if (context.policy.comma === 'either') {
      const commas = decimalComma(a, b) ?? decimalComma(b, a);
      if (commas !== undefined) return commas;
    }
    return compareSequences(x, y, context);
  }
  return unequal('another kind of answer');
}
