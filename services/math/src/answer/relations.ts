/** Chains of relations: which of them are equations, bounds of one unknown, or elements of a set. */
import { type Expression, symbolsOf } from '../expression/index.ts';
import type { Chain, Node, Relation } from '../read/node.ts';
import { Unreadable } from '../read/unreadable.ts';
import type { Answer } from './answer.ts';
import { equalities } from './equations.ts';
import { inequality } from './inequality.ts';
import { nameOf } from './names.ts';
import { complement, point, range } from './ranges.ts';
import { asRange } from './sets.ts';
import { flat, typed } from './typing.ts';

const rising = new Set<Relation>(['<', '≤']);

const falling = new Set<Relation>(['>', '≥']);

export function chainAnswer(chain: Chain): Answer {
  // What follows ≈ only says it again, less exactly; unless it is all that is said.
  const about = chain.relations.indexOf('≈');
  if (about >= 0) {
    const left = chain.sides[0] as Node;
    const named =
      about === 0 && left.kind === 'value' && symbolsOf(left.value).size > 0 && chain.sides.length === 2;
    return named
      ? chainAnswer({ ...chain, relations: ['='] })
      : chainAnswer({
          kind: 'chain',
          sides: chain.sides.slice(0, about + 1),
          relations: chain.relations.slice(0, about),
        });
  }
  if (chain.relations.length === 0) return typed(chain.sides[0] as Node);
  if (chain.relations.every((relation) => relation === '=')) return equalities(chain.sides);
  if (chain.relations.length === 1) {
    const [left, right] = chain.sides as [Node, Node];
    switch (chain.relations[0]) {
      case '∈':
        return membership(left, typed(right));
      case '∉': {
        const set = asRange(typed(right));
        const outside = set && complement(set);
        if (outside === undefined) throw new Unreadable('outside of no set of reals');
        return membership(left, outside);
      }
      case '≠':
        return apart(left, right);
      case '∼':
      case '∝':
      case '→':
      case '≡':
        throw new Unreadable(`the relation ${chain.relations[0]}`);
    }
  }
  const [up, down] = [
    chain.relations.every((each) => rising.has(each)),
    chain.relations.every((each) => falling.has(each)),
  ];
  // `x = 2y < 5`, `f(x) = x > 0`.
  if (!up && !down) throw new Unreadable('different relations in one chain');
  const sides = chain.sides.map((side) => oneValue(typed(side)));
  const closed = chain.relations.map((relation) => relation === '≤' || relation === '≥');
  return inequality(up ? sides : sides.reverse(), up ? closed : closed.reverse());
}

function oneValue(answer: Answer): Expression {
  if (answer.kind === 'value' && answer.percent === undefined) return answer.value;
  throw new Unreadable(`a ${answer.kind} in a relation`);
}

function membership(left: Node, right: Answer): Answer {
  const name = nameOf(left);
  const set = right.kind === 'set' ? undefined : asRange(right);
  if (name === undefined) throw new Unreadable('an element without name');
  if (set !== undefined) return { ...set, subject: name.name };
  if (right.kind === 'set') return { ...right, label: name };
  throw new Unreadable('an element of no set');
}

function apart(left: Node, right: Node): Answer {
  const other = typed(right);
  const a = oneValue(typed(left));
  const points = flat(other).map(oneValue);
  const name = a.op === 'symbol' && points.every((each) => symbolsOf(each).size === 0) ? a.name : undefined;
  const outside = name === undefined ? undefined : complement(range(points.map(point)));
  if (outside !== undefined) return { ...outside, subject: name as string };
  return { kind: 'inequality', sides: [a, oneValue(other)], closed: [false], unequal: true };
}
