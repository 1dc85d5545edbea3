/** Degrees of angles and temperatures. */
import { add, degrees, divide, number } from './build.ts';
import type { Cursor } from './cursor.ts';
import { expressionOf, type Node, nodeOf } from './node.ts';
import { rationalOf } from './numbers.ts';
import { endsItem } from './stops.ts';

/** Whether a degree sign, which may stand in braces, is so far ahead. */
export function atDegreeSign(at: Cursor, ahead: number): boolean {
  if (isDegreeSign(at, ahead)) return true;
  return at.is('{', ahead) && isDegreeSign(at, ahead + 1) && at.is('}', ahead + 2);
}

function isDegreeSign(at: Cursor, ahead: number): boolean {
  return at.is('°', ahead) || at.isCommand('circ', ahead);
}

/** Takes `°`, `^\circ` or `^{\circ}`, with minutes and seconds; before a scale (°C) it is a unit. */
export function readDegrees(at: Cursor, node: Node): Node {
  if (!at.eat('°')) at.skip(at.is('{', 1) ? 4 : 2);
  const scale = at.peek();
  if (scale?.type === 'letter' && (scale.text === 'C' || scale.text === 'F') && endsItem(at, 1)) {
    at.skip();
    return { kind: 'quantity', value: expressionOf(node), units: [`degree ${scale.text}`] };
  }
  let count = expressionOf(node);
  for (const divisor of [60, 3600]) {
    const part = at.peek();
    if (part?.type !== 'number' || !marksMinutes(at)) break;
    const value = rationalOf(part);
    at.skip();
    const braced = at.eat('^') && at.eat('{');
    while (at.eat("'"));
    if (braced) at.expect('}');
    count = add(count, divide(number(value), number(divisor)));
  }
  return nodeOf(degrees(count));
}

/** 30', 30^', 30^{'} */
function marksMinutes(at: Cursor): boolean {
  if (!at.is('^', 1)) return at.is("'", 1);
  return at.is("'", at.is('{', 2) ? 3 : 2);
}
