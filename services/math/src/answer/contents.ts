/** The expressions that answers are made of. */

import { type Expression, symbolsOf } from '../expression/index.ts';
import type { Answer, Equation } from './answer.ts';

/** What `isConstant` found before. */
const constants = new WeakMap<Answer, boolean>();

/** Whether there is no symbol in it. */
export function isConstant(answer: Answer): boolean {
  const known = constants.get(answer);
  if (known !== undefined) return known;
  const result = expressionsOf(answer).every((value) => symbolsOf(value).size === 0);
  constants.set(answer, result);
  return result;
}

/** x = 5: a name and a value without unknowns. */
export function isSolution({ left, right }: Equation): boolean {
  return left?.op === 'symbol' && right.kind === 'value' && symbolsOf(right.value).size === 0;
}

/** The expressions of an answer as they are written. */
export function writtenIn(answer: Answer): readonly Expression[] {
  if (answer.kind === 'equation') return writtenIn(answer.right);
  return 'items' in answer ? answer.items.flatMap(writtenIn) : expressionsOf(answer);
}

/** All expressions of an answer. */
export function expressionsOf(answer: Answer): readonly Expression[] {
  switch (answer.kind) {
    case 'value':
      return [answer.value];
    case 'equation':
      return answer.difference === undefined ? expressionsOf(answer.right) : [answer.difference];
    case 'inequality':
      return answer.sides;
    case 'range':
      return answer.pieces.flatMap(({ lo, hi }) => [lo, hi]);
    case 'list':
    case 'set':
    case 'tuple':
      return answer.items.flatMap(expressionsOf);
    case 'matrix':
      return answer.rows.flat();
    case 'ratio':
      return answer.parts;
    case 'text':
      return [];
  }
}
