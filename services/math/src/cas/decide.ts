/**
 * What a computer algebra system can say of two expressions. It proves nothing by numbers: its quadrature and its
 * sums are off by more than they say, so they may veto what was found in closed form, and decide nothing themselves.
 */
import { ComputeEngine } from '@cortex-js/compute-engine/core';
import { type Ask, type Expression, type Finding, processes, readExpression } from './ask.ts';

type Box = ReturnType<ComputeEngine['box']>;

/** Decimal digits that it calculates with. */
const precision = 30;

/** Closed forms whose values are this far apart, relatively, are different; those nearer than `noise` may be equal. */
const apart = 1e-9;
const noise = 1e-20;

/** How near the numeric value of an integral or a sum must come to its closed form. */
const veto = 1e-5;

const engine = new ComputeEngine();
engine.precision = precision;

/** Decides an Ask. What it throws (an engine's bug) says nothing of the expressions, either. */
export function decide({ gold, answer }: Ask): Finding {
  const [a, b] = [readExpression(gold), readExpression(answer)];
  if (a === undefined || b === undefined) return undecided('more than it may be asked');
  // What it learns of symbols holds for this question only.
  engine.pushScope();
  try {
    return decideBoth(engine.box(a as never), engine.box(b as never));
  } catch (error) {
    return undecided(`it failed: ${String(error).slice(0, 200)}`);
  } finally {
    engine.popScope();
  }
}

function decideBoth(a: Box, b: Box): Finding {
  if (!a.isValid || !b.isValid) return undecided('it cannot read an expression');
  const [x, y] = [a.evaluate(), b.evaluate()];
  const found = same(x, y) ? equal : differ(x, y) ? different : undefined;
  if (found === undefined) return undecided('it finds neither a proof nor a difference');
  return contradicted(a, x) || contradicted(b, y)
    ? undecided('its closed form contradicts its numbers')
    : found;
}

const equal: Finding = { finding: 'equal', rule: 'equal when evaluated' };
const different: Finding = { finding: 'different', rule: 'another value when evaluated' };

function undecided(rule: string): Finding {
  return { finding: 'undecided', rule };
}

/** Identical, or their difference is zero; exactly. */
function same(x: Box, y: Box): boolean {
  if (!exact(x.json) || !exact(y.json)) return false;
  if (x.isSame(y)) return !isNaNOrError(x.json);
  return vanishes(x, y) || vanishes(x.simplify(), y.simplify());
}

function vanishes(x: Box, y: Box): boolean {
  return engine.box(['Subtract', x.json, y.json] as never).simplify().json === 0;
}

/** Two closed forms with values that are plainly apart. */
function differ(x: Box, y: Box): boolean {
  if (!closed(x.json) || !closed(y.json)) return false;
  const [v, w] = [numberOf(x), numberOf(y)];
  if (v === undefined || w === undefined) return false;
  const distance = Math.hypot(v.re - w.re, v.im - w.im);
  return distance > noise && distance > apart * Math.max(Math.hypot(v.re, v.im), Math.hypot(w.re, w.im));
}

/** The numeric value of an integral, a sum, a limit, is another than that of the closed form found for it. */
function contradicted(given: Box, found: Box): boolean {
  if (closed(given.json)) return false;
  const [v, w] = [numberOf(given), numberOf(found)];
  // A value of one alone says nothing: with free variables there are none.
  if (v === undefined || w === undefined) return false;
  return Math.hypot(v.re - w.re, v.im - w.im) > veto * Math.max(1, Math.hypot(w.re, w.im));
}

/** Of what has no free variables, and converges; in doubles. */
function numberOf(box: Box): { re: number; im: number } | undefined {
  const { re, im } = box.N();
  return Number.isFinite(re) && Number.isFinite(im) ? { re, im } : undefined;
}

/** Nothing in it stands for a process. */
function closed(json: unknown): boolean {
  return every(json as Expression, (node) => !Array.isArray(node) || !processes.has(node[0]));
}

/** No decimals, which come of rounding, and no errors. */
function exact(json: unknown): boolean {
  return every(json as Expression, (node) => {
    if (typeof node === 'number') return Number.isInteger(node);
    if (Array.isArray(node)) return node[0] !== 'Measurement' && node[0] !== 'Error';
    return typeof node !== 'object' || !/[.e]/i.test((node as { num: string }).num);
  });
}

function isNaNOrError(json: unknown): boolean {
  return (
    json === 'NaN' ||
    json === 'ComplexInfinity' ||
    (typeof json === 'object' && json !== null && 'num' in json && /nan/i.test(String(json.num)))
  );
}

function every(root: Expression, holds: (node: Expression) => boolean): boolean {
  const open: Expression[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!holds(node)) return false;
    if (Array.isArray(node)) open.push(...(node.slice(1) as Expression[]));
  }
  return true;
}
