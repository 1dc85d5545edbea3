/** The way an expression is written, as text. */

import type { Expression } from './expression.ts';
import { digest } from './hash.ts';
import { fits } from './tree.ts';

/** Longer texts are hashed, so that a tree costs no more than its nodes. */
const maxText = 400;

/** Names of calls whose arguments may change places. */
const symmetric = new Set(['gcd', 'lcm', 'min', 'max']);

/**
 * Canonical text of what is written: arguments that commute are sorted, nested sums and products flattened, bound
 * variables renamed by their depth. Within the limits of a tree equal texts mean equal expressions, not the reverse;
 * all that is larger has the one text 'large', which says nothing.
 */
export function structureOf(e: Expression): string {
  return fits(e) ? write(e, new Map()) : 'large';
}

function write(e: Expression, bound: ReadonlyMap<string, string>): string {
  const text = writeNode(e, bound);
  return text.length > maxText ? `#${digest(text)}` : text;
}

function writeNode(e: Expression, bound: ReadonlyMap<string, string>): string {
  switch (e.op) {
    case 'number':
      return `${e.value.num.toString(16)}/${e.value.den.toString(16)}`;
    case 'symbol':
      return bound.get(e.name) ?? `\`${e.name}\``;
    case 'constant':
      return `:${e.name}`;
    case 'add':
    case 'multiply': {
      if (e.args.length === 1) return write(e.args[0] as Expression, bound);
      const parts: string[] = [];
      for (const part of e.args) {
        if (part.op === e.op) for (const inner of part.args) parts.push(write(inner, bound));
        else parts.push(write(part, bound));
      }
      return `${e.op}(${parts.sort().join(',')})`;
    }
    case 'call': {
      const parts = e.args.map((part) => write(part, bound));
      if (symmetric.has(e.name)) parts.sort();
      return `\`${e.name}\`(${parts.join(',')})`;
    }
    case 'opaque':
      return `?${JSON.stringify(e.text)}(${e.args.map((part) => write(part, bound)).join(',')})`;
    case 'sum':
    case 'product':
    case 'integral':
    case 'limit': {
      const from = e.from ? write(e.from, bound) : '';
      const to = e.to ? write(e.to, bound) : '';
      // An integral without bounds is a function of its variable: it keeps the name.
      const free = e.op === 'integral' && !e.from && !e.to;
      const inner = free ? bound : new Map(bound).set(e.variable, `\\${bound.size}`);
      const variable = free ? `\`${e.variable}\`` : '';
      return `${e.op}(${variable},${from},${to},${write(e.body, inner)})`;
    }
    default:
      return `${e.op}(${e.args.map((part) => write(part, bound)).join(',')})`;
  }
}
