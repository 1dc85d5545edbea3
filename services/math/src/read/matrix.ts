/** Arithmetic of matrices that are written out. */
import type { Expression } from '../expression/expression.ts';
import { add, multiply, negate } from './build.ts';
import type { Matrix } from './node.ts';
import { Unreadable } from './unreadable.ts';

const maxEntries = 400;

export function addMatrices(a: Matrix, b: Matrix, sign: 1 | -1): Matrix {
  if (a.rows.length !== b.rows.length || a.rows[0]?.length !== b.rows[0]?.length)
    throw new Unreadable('a sum of matrices of two shapes');
  const rows = a.rows.map((row, i) =>
    row.map((entry, j) => {
      const other = b.rows[i]?.[j] as Expression;
      return add(entry, sign === 1 ? other : negate(other));
    }),
  );
  return { kind: 'matrix', rows };
}

export function multiplyMatrices(a: Matrix, b: Matrix): Matrix {
  const [inner, columns] = [a.rows[0]?.length ?? 0, b.rows[0]?.length ?? 0];
  if (inner !== b.rows.length || a.rows.length * columns * inner > maxEntries)
    throw new Unreadable('a product of matrices');
  const rows = a.rows.map((row) =>
    Array.from({ length: columns }, (_, j) =>
      add(...row.map((entry, k) => multiply(entry, b.rows[k]?.[j] as Expression))),
    ),
  );
  return { kind: 'matrix', rows };
}

export function scaleMatrix(factor: Expression, matrix: Matrix): Matrix {
  return { kind: 'matrix', rows: matrix.rows.map((row) => row.map((entry) => multiply(factor, entry))) };
}

/** Largest determinant that is written out, in rows. */
export const maxDeterminant = 4;

/** The determinant of a small square matrix, by its first row (Laplace). */
export function determinant(rows: readonly (readonly Expression[])[]): Expression {
  const [first = []] = rows;
  if (rows.length === 1) return first[0] as Expression;
  return add(
    ...first.map((entry, at) => {
      const minor = determinant(rows.slice(1).map((row) => row.filter((_, column) => column !== at)));
      const product = multiply(entry, minor);
      return at % 2 === 0 ? product : negate(product);
    }),
  );
}
