/** Equations, and the names that they define. */
import { absolute } from '../expression/bits.ts';
import { compareExpressions, type Expression, enclose, structureOf, symbolsOf } from '../expression/index.ts';
import { negate, subtract, symbol } from '../read/build.ts';
import type { Node } from '../read/node.ts';
import { Unreadable } from '../read/unreadable.ts';
import type { Answer, Label } from './answer.ts';
import { hasUnknownCall, nameOf, nameOfWhole } from './names.ts';
import { typed } from './typing.ts';

/** a = b = c: a name and the last side; of calculations the last side alone. */
export function equalities(sides: readonly Node[]): Answer {
  const first = sides[0] as Node;
  const last = sides.at(-1) as Node;
  const right = typed(last);
  if (first.kind === 'tuple') return tupleEquation(first, last, right);
  const several = severalEquations(sides);
  if (several !== undefined) return several;
  const name = nameOf(first) ?? (right.kind === 'value' ? undefined : nameOfWhole(first));
  const left = first.kind === 'value' ? first.value : undefined;
  if (left !== undefined && symbolsOf(left).size === 0 && !hasUnknownCall(left)) {
    // 2 + 3 = 5; 1 = x
    const other = nameOf(last);
    if (other !== undefined && sides.length === 2 && symbolsOf(valueOfNode(last)).size > 0)
      return equationOf(valueOfNode(last), typed(first), other);
    if (right.kind === 'value' && symbolsOf(right.value).size === 0) {
      if (sides.length === 2 && isFarFrom(left, right.value)) throw new Unreadable('a false equation');
      return right;
    }
  }
  if (left === undefined && name === undefined) throw new Unreadable('an equation of no expressions');
  const moved =
    sides.length === 2 && left !== undefined && right.kind === 'value'
      ? movedOver(left, right.value)
      : undefined;
  if (moved !== undefined) return moved;
  // π r² = π · 4² = 16π: a formula, its numbers, its value.
  const numbers = sides.at(-2) as Node;
  const worked =
    sides.length > 2 &&
    left !== undefined &&
    [numbers, last].every((side) => side.kind === 'value' && symbolsOf(side.value).size === 0);
  return equationOf(left, right, name ?? (worked ? { name: structureOf(left), parameters: [] } : undefined));
}

/** x - 5 = 0 is x = 5. */
function movedOver(left: Expression, right: Expression): Answer | undefined {
  if (left.op !== 'add' || left.args.length !== 2 || right.op !== 'number' || right.value.num !== 0n)
    return undefined;
  const [name, constant] = left.args;
  if (name?.op !== 'symbol' || constant === undefined || symbolsOf(constant).size > 0) return undefined;
  const value = constant.op === 'negate' ? (constant.args[0] as Expression) : negate(constant);
  return equationOf(name, { kind: 'value', value, units: [] }, { name: name.name, parameters: [] });
}

/** Not even roughly equal: no calculation that was rounded. */
function isFarFrom(a: Expression, b: Expression): boolean {
  const [x, y] = [enclose(a, 60), enclose(b, 60)];
  if (x === undefined || y === undefined) return false;
  const [left, right] = [x.lo.num * y.lo.den, y.lo.num * x.lo.den];
  return 10n * absolute(left - right) > absolute(left) + absolute(right);
}

/** x = y = 2, or a line's (x − 1)/2 = y/3 = z: as many equations; undefined for a calculation, of which the ends count. */
function severalEquations(sides: readonly Node[]): Answer | undefined {
  const values = sides.map((side) => (side.kind === 'value' ? side.value : undefined));
  const [first, last] = [values[0], values.at(-1)];
  if (sides.length < 3 || sides.length > 6 || first === undefined || last === undefined) return undefined;
  const isUnknown = (value: Expression | undefined) => value?.op === 'symbol' && /^[a-z]$/.test(value.name);
  const unknowns = values.slice(0, -1);
  if (
    unknowns.every(isUnknown) &&
    symbolsOf(last).size === 0 &&
    new Set(symbolsOf({ op: 'add', args: unknowns as Expression[] })).size === unknowns.length
  )
    return {
      kind: 'list',
      items: sides
        .slice(0, -1)
        .map((side) => equationOf(valueOfNode(side), typed(sides.at(-1) as Node), nameOf(side))),
    };
  if (nameOf(sides[0] as Node) !== undefined || symbolsOf(first).size === 0) return undefined;
  const middles = values.slice(1, -1);
  const own = (value: Expression | undefined) =>
    value === undefined ||
    symbolsOf(value).size === 0 ||
    [first, last].some((end) => compareExpressions(value, end).outcome === 'equal');
  if (middles.some(own)) return undefined;
  return { kind: 'list', items: sides.slice(1).map((side) => equationOf(first, typed(side), undefined)) };
}

function valueOfNode(node: Node): Expression {
  return node.kind === 'value' ? node.value : symbol('?');
}

export function equationOf(left: Expression | undefined, right: Answer, label: Label | undefined): Answer {
  if (right.kind === 'list') {
    if (label === undefined) throw new Unreadable('an equation with several right sides');
    return { ...right, label };
  }
  const difference =
    left !== undefined && right.kind === 'value' && right.units.length === 0 && right.percent === undefined
      ? subtract(left, right.value)
      : undefined;
  const own =
    label !== undefined &&
    difference !== undefined &&
    right.kind === 'value' &&
    label.parameters.length === 0 &&
    symbolsOf(right.value).has(label.name)
      ? undefined
      : label;
  return { kind: 'equation', left, right, label: own, difference };
}

function tupleEquation(first: Extract<Node, { kind: 'tuple' }>, last: Node, right: Answer): Answer {
  const names = first.items.map(nameOf);
  const label = {
    name: `(${names.map((name) => name?.name ?? '?').join(',')})`,
    parameters: names.flatMap((name) => name?.parameters ?? []),
  };
  if (names.includes(undefined)) throw new Unreadable('a tuple of no names');
  const items = last.kind === 'tuple' && last.items.length === first.items.length ? last.items : [];
  const parts = items.flatMap((item, at) => {
    const left = first.items[at];
    const part = equationOf(left?.kind === 'value' ? left.value : undefined, typed(item), names[at]);
    return part.kind === 'equation' ? [part] : [];
  });
  if (right.kind === 'list') return { ...right, label };
  return {
    kind: 'equation',
    left: undefined,
    right,
    label,
    difference: undefined,
    ...(parts.length === items.length && items.length > 0 ? { parts } : {}),
  };
}
