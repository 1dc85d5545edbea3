/** What the left side of an equation names. */
import { type Expression, structureOf } from '../expression/index.ts';
import type { Node } from '../read/node.ts';
import type { Label } from './answer.ts';

export function hasUnknownCall(value: Expression): boolean {
  if (value.op === 'call' && unknownCall(value.name)) return true;
  return 'args' in value && value.args.some(hasUnknownCall);
}

function unknownCall(name: string): boolean {
  return /^(?:[A-Za-z]|\\)(?:[_'{^].*)?$/.test(name);
}

/** Names of what is no number: A ∩ B, a column of unknowns, A⁻¹. */
export function nameOfWhole(node: Node): Label | undefined {
  if (node.kind === 'operation') {
    const [left, right] = [
      nameOf(node.left) ?? nameOfWhole(node.left),
      nameOf(node.right) ?? nameOfWhole(node.right),
    ];
    return left && right && { name: `(${left.name} ${node.op} ${right.name})`, parameters: [] };
  }
  if (node.kind === 'matrix' && node.rows.every((row) => row.every((entry) => entry.op === 'symbol')))
    return { name: node.rows.map((row) => row.map(structureOf).join(' ')).join(';'), parameters: [] };
  if (node.kind !== 'value' || node.value.op !== 'power' || node.value.args[0]?.op !== 'symbol')
    return undefined;
  return { name: structureOf(node.value), parameters: [] };
}

/** The name that the left side of an equation is, if it is one. */
export function nameOf(node: Node): Label | undefined {
  if (node.kind === 'ratio') {
    return node.parts.every((part) => isName(part))
      ? { name: node.parts.map(structureOf).join(':'), parameters: [] }
      : undefined;
  }
  if (node.kind !== 'value') return undefined;
  const { value } = node;
  if (value.op === 'symbol') return { name: value.name, parameters: [] };
  if (value.op === 'constant' && (value.name === 'e' || value.name === 'i'))
    return { name: value.name, parameters: [] };
  if (value.op === 'call' && unknownCall(value.name)) {
    const parameters = value.args.flatMap((arg) => (arg.op === 'symbol' ? [arg.name] : []));
    // f(2) = 3 names a value, f(x) = … a function.
    return parameters.length === value.args.length
      ? { name: value.name, parameters }
      : { name: structureOf(value), parameters: [] };
  }
  return isName(value) ? { name: structureOf(value), parameters: [] } : undefined;
}

/** Lengths, areas, ratios of them: AB, |AB|, AB/CD, ∠ABC, sin θ. */
export function isName(value: Expression): boolean {
  switch (value.op) {
    case 'symbol':
      return true;
    case 'multiply':
      // m∠A measures an angle.
      return value.args.every(
        (arg, at) =>
          arg.op === 'symbol' &&
          (/^(?:[A-Z\\]|angle |triangle |vec )/.test(arg.name) ||
            (at === 0 && arg.name === 'm' && value.args.length > 1)),
      );
    case 'divide':
      return value.args.every((arg) => isName(arg) || isDifferential(arg));
    case 'call':
      return (
        value.args.every((arg) => isName(arg)) && (value.name !== 'abs' || value.args[0]?.op === 'multiply')
      );
    default:
      return false;
  }
}

/** The `dy` of dy/dx. */
function isDifferential(value: Expression): boolean {
  const [d, name] = value.op === 'multiply' && value.args.length === 2 ? value.args : [];
  return d?.op === 'symbol' && d.name === 'd' && name?.op === 'symbol';
}
