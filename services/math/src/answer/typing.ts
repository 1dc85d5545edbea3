/** From what was parsed to a typed answer. */
import type { Expression } from '../expression/index.ts';
import { degrees, symbol } from '../read/build.ts';
import type { Node } from '../read/node.ts';
import type { Answer, Ratio, Value } from './answer.ts';
import { reals } from './ranges.ts';
import { chainAnswer } from './relations.ts';
import { listAnswer, tupleAnswer } from './sequences.ts';
import { builder, operation } from './sets.ts';
import { expandSigns } from './signs.ts';
import { textAnswer } from './text.ts';

export function typed(node: Node): Answer {
  switch (node.kind) {
    case 'value':
      return fromAlternatives(expandSigns(node.value).map(valueAnswer));
    case 'quantity': {
      const percent = node.units.includes('%');
      const units = node.units.filter((unit) => unit !== '%');
      return fromAlternatives(
        expandSigns(node.value).map((value) =>
          units.length === 1 && units[0] === 'degree' && !percent
            ? { kind: 'value', value: degrees(value), units: [], degrees: value }
            : { kind: 'value', value, units, ...(percent ? { percent } : {}) },
        ),
      );
    }
    case 'based':
      return { kind: 'value', value: node.value, units: [], base: node.base };
    case 'ratio':
      return ratio(node.parts, node.text);
    case 'text':
      return textAnswer(node.text);
    case 'matrix':
      return { kind: 'matrix', rows: node.rows };
    case 'numbers':
      if (node.name === 'R') return reals;
      return { kind: 'value', value: symbol(`set ${node.name}`), units: [] };
    case 'noted':
      return typed(node.main);
    case 'list':
      return listAnswer(node.items, node.alternatives);
    case 'set':
      return { kind: 'set', items: node.items.flatMap((item) => flat(typed(item))) };
    case 'tuple':
      return tupleAnswer(node);
    case 'operation':
      return operation(node);
    case 'builder':
      return builder(node);
    case 'chain':
      return chainAnswer(node);
  }
}

function valueAnswer(value: Expression): Value {
  if (value.op === 'multiply' && value.degrees)
    return { kind: 'value', value, units: [], degrees: value.args[0] as Expression };
  return { kind: 'value', value, units: [] };
}

/** `12:30`. */
const clockPattern = /^\s*(?:[01]?\d|2[0-3])\s*:\s*[0-5]\d(?:\s*:\s*[0-5]\d)?\s*$/;

function ratio(parts: readonly Expression[], text: string): Ratio {
  const clock = clockPattern.test(text);
  return {
    kind: 'ratio',
    parts,
    ...(clock ? { clock: text.replace(/\s+/g, '').replace(/^0(?=\d)/, '') } : {}),
  };
}

/** One answer, or the list of all that its signs stand for. */
export function fromAlternatives(values: readonly Answer[]): Answer {
  return values.length === 1 ? (values[0] as Answer) : { kind: 'list', items: values };
}

export function flat(answer: Answer): readonly Answer[] {
  return answer.kind === 'list' && answer.label === undefined ? answer.items : [answer];
}
