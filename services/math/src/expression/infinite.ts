/** ±infinity, which is equal to itself only. */
import type { Expression } from './expression.ts';
import { traitsOf } from './traits.ts';
import { symbolsOf } from './tree.ts';

/** Whether infinity stands anywhere outside the bounds of sums, integrals and limits. */
export function mentionsInfinity(e: Expression): boolean {
  return traitsOf(e)?.infinite ?? false;
}

/**
 * Sign of a value that is ±infinity: infinity with signs, added to and multiplied by written numbers. Undefined for
 * everything else.
 */
export function infinitySign(e: Expression): 1 | -1 | undefined {
  switch (e.op) {
    case 'constant':
      return e.name === 'infinity' ? 1 : undefined;
    case 'negate': {
      const sign = infinitySign(e.args[0] as Expression);
      return sign && (sign === 1 ? -1 : 1);
    }
    case 'add': {
      let total: 1 | -1 | undefined;
      for (const part of e.args) {
        const sign = infinitySign(part);
        if (sign === undefined && (mentionsInfinity(part) || symbolsOf(part).size > 0)) return undefined;
        if (sign !== undefined && total !== undefined && sign !== total) return undefined;
        total ??= sign;
      }
      return total;
    }
    case 'multiply':
    case 'divide': {
      let total: 1 | -1 = 1;
      let infinite = false;
      for (const [k, part] of e.args.entries()) {
        const sign = infinitySign(part) ?? numberSign(part);
        if (sign === undefined) return undefined;
        if (infinitySign(part) !== undefined) {
          if (e.op === 'divide' && k === 1) return undefined;
          infinite = true;
        }
        total = sign === total ? 1 : -1;
      }
      return infinite ? total : undefined;
    }
    default:
      return undefined;
  }
}

function numberSign(e: Expression): 1 | -1 | undefined {
  if (e.op === 'number') return e.value.num > 0n ? 1 : e.value.num < 0n ? -1 : undefined;
  if (e.op === 'constant') return e.name === 'pi' || e.name === 'e' ? 1 : undefined;
  if (e.op !== 'negate') return undefined;
  const sign = numberSign(e.args[0] as Expression);
  return sign && (sign === 1 ? -1 : 1);
}
