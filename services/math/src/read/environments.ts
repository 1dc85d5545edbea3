/** What stands between \begin and \end: formulas, systems, matrices. */
import type { Expression } from '../expression/index.ts';
import type { Cursor } from './cursor.ts';
import { readItem, readList } from './lists.ts';
import { determinant, maxDeterminant } from './matrix.ts';
import { expressionOf, type Node, nodeOf } from './node.ts';
import { readSum } from './sums.ts';
import { Unreadable } from './unreadable.ts';

export function readEnvironment(at: Cursor, name: string): Node {
  at.skip();
  if (name === 'cases') return readSystem(at);
  if (/^(?:align|aligned|gathered|equation|split|gather|cases|array\*|math)\*?$/.test(name))
    return readLine(at);
  if (/^(?:[pbvBV]?matrix|smallmatrix|array)\*?$/.test(name)) return readMatrix(at, name);
  throw new Unreadable(`unknown environment ${name.slice(0, 40)}`);
}

function readLine(at: Cursor): Node {
  const node = readList(at);
  if (at.is('row')) throw new Unreadable('several lines');
  at.expect('end');
  return node;
}

/** The lines of `cases`: relations that hold together. Anything else there is a function by cases, which is not read. */
export function readSystem(at: Cursor): Node {
  const items: Node[] = [];
  while (!at.is('end')) {
    const item = readItem(at);
    if (item.kind !== 'chain') throw new Unreadable('cases');
    items.push(item);
    if (at.is(',') || at.is(';') || at.is('.')) at.skip();
    if (!at.eat('row') && !at.is('end')) throw new Unreadable('cases');
  }
  at.expect('end');
  return { kind: 'list', items };
}

function readMatrix(at: Cursor, name: string): Node {
  const rows = at.withoutBars(readRows);
  at.expect('end');
  const width = rows[0]?.length;
  if (width === 0 || rows.some((row) => row.length !== width)) throw new Unreadable('a matrix with a gap');
  if (name.startsWith('v')) {
    if (rows.length !== width || width > maxDeterminant) throw new Unreadable('a determinant of this size');
    return nodeOf(determinant(rows));
  }
  return { kind: 'matrix', rows };
}

function readRows(at: Cursor): Expression[][] {
  let row: Expression[] = [];
  const rows = [row];
  while (!at.is('end')) {
    if (at.eat('row')) {
      if (at.is('end')) break;
      row = [];
      rows.push(row);
    } else if (at.isCommand('hline')) at.skip();
    else if (!at.eat('&')) {
      row.push(expressionOf(readSum(at)));
      if (!at.is('&') && !at.is('row') && !at.is('end')) throw new Unreadable('a damaged matrix');
    }
  }
  return rows;
}
