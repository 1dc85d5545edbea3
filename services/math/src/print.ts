/** Answers in one plain spelling, for people: `(x + 1)^2`, `{1, 2}`, `x = 5`. */
import type { Answer, Sequence } from './answer/answer.ts';
import type { Piece } from './answer/ranges.ts';
import type { Expression } from './expression/index.ts';
import { format } from './expression/rational.ts';
import { unknownBase } from './read/build.ts';

/** Most characters; what is longer ends in `…`. */
const maxLength = 300;

/** What an answer was read as. */
export function print(answer: Answer): string {
  const text = printAnswer(answer);
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

function printAnswer(answer: Answer): string {
  switch (answer.kind) {
    case 'value': {
      if (answer.degrees !== undefined) return `${sum(answer.degrees)}°`;
      const base = answer.base === undefined ? '' : ` (written in base ${answer.base})`;
      return `${sum(answer.value)}${answer.percent ? '%' : ''}${answer.units.map((unit) => ` ${unit}`).join('')}${base}`;
    }
    case 'equation':
      return `${answer.left === undefined ? (answer.label?.name ?? '') : sum(answer.left)} = ${printAnswer(answer.right)}`;
    case 'inequality':
      return answer.sides
        .map((side, at) =>
          at === 0 ? sum(side) : `${answer.unequal ? '≠' : answer.closed[at - 1] ? '≤' : '<'} ${sum(side)}`,
        )
        .join(' ');
    case 'range':
      return `${answer.subject === undefined ? '' : `${answer.subject} ∈ `}${answer.pieces.length === 0 ? '∅' : answer.pieces.map(piece).join(' ∪ ')}`;
    case 'list':
    case 'set':
    case 'tuple':
      return sequence(answer);
    case 'matrix':
      return `[${answer.rows.map((row) => row.map(sum).join(', ')).join('; ')}]`;
    case 'ratio':
      return answer.parts.map(sum).join(' : ');
    case 'text':
      return answer.key;
  }
}

function piece({ lo, hi, loClosed, hiClosed }: Piece): string {
  const [from, to] = [sum(lo), sum(hi)];
  return from === to && loClosed && hiClosed
    ? `{${from}}`
    : `${loClosed ? '[' : '('}${from}, ${to}${hiClosed ? ']' : ')'}`;
}

function sequence({ kind, items, open = '', close = '', label }: Sequence): string {
  const inside = items.slice(0, 100).map(printAnswer).join(', ');
  const [before, after] = kind === 'set' ? ['{', '}'] : [open, close];
  return `${label === undefined ? '' : `${label.name} = `}${before}${inside}${after}`;
}

/** Terms. */
function sum(value: Expression): string {
  if (value.op === 'number') return format(value.value);
  if (value.op === 'add') {
    return value.args
      .map((arg, at) => {
        const text = product(arg);
        if (at === 0) return text;
        return text.startsWith('-') ? ` - ${text.slice(1)}` : ` + ${text}`;
      })
      .join('');
  }
  return product(value);
}

function product(value: Expression): string {
  switch (value.op) {
    case 'negate':
      return `-${factor(value.args[0] as Expression)}`;
    case 'multiply':
      if (value.degrees) return `${factor(value.args[0] as Expression)}°`;
      return value.args.map(factor).join('·');
    case 'divide':
      return `${factor(value.args[0] as Expression)}/${factor(value.args[1] as Expression)}`;
    default:
      return factor(value);
  }
}

/** In brackets where it is no single thing. */
function factor(value: Expression): string {
  switch (value.op) {
    case 'number': {
      const text = format(value.value);
      return text.includes('/') || text.startsWith('-') ? bracketed(text) : text;
    }
    case 'symbol':
      return value.name === unknownBase ? '?' : value.name.replace(/^\\/, '');
    case 'constant':
      return { pi: 'π', e: 'e', i: 'i', infinity: '∞' }[value.name];
    case 'power':
      return `${factor(value.args[0] as Expression)}^${factor(value.args[1] as Expression)}`;
    case 'root': {
      const index = value.args[1];
      const square = index?.op === 'number' && index.value.num === 2n && index.value.den === 1n;
      return square ? `√${factor(value.args[0] as Expression)}` : `root(${value.args.map(sum).join(', ')})`;
    }
    case 'factorial':
      return `${factor(value.args[0] as Expression)}!`;
    case 'double_factorial':
      return `${factor(value.args[0] as Expression)}!!`;
    case 'call':
      return `${value.name}(${value.args.map(sum).join(', ')})`;
    case 'sum':
    case 'product':
    case 'integral':
    case 'limit': {
      const bounds = [value.from, value.to].map((bound) => (bound === undefined ? '' : sum(bound)));
      return `${value.op}(${sum(value.body)}, ${value.variable} = ${bounds.join(' … ')})`;
    }
    case 'opaque':
      return value.text;
    default:
      return bracketed(sum(value));
  }
}

function bracketed(text: string): string {
  return `(${text})`;
}
