/** What the computer algebra system is asked, what it answers, and which questions it may see at all. */

/** Two expressions in MathJSON, as texts. */
export interface Ask {
  readonly gold: string;
  readonly answer: string;
}

export interface Finding {
  readonly finding: 'equal' | 'different' | 'undecided';
  /** Why: one line. */
  readonly rule: string;
}

/** MathJSON, so far as it may be used here: numbers, symbols, functions. */
export type Expression = number | string | { readonly num: string } | readonly [string, ...Expression[]];

const maxLength = 20_000;
const maxNodes = 500;
const maxDepth = 60;
const maxDigits = 200;

const symbol = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;
const decimal = /^[-+]?\d{1,200}(?:\.\d{1,200})?(?:e[-+]?\d{1,3})?$/i;

const names = (text: string) => text.trim().split(/\s+/);

/** Functions without effects, which end for arguments of a moderate size. */
const functions = new Set(
  names(`
    Add Subtract Multiply Divide Rational Negate Power Root Sqrt Square Exp Ln Log Lb Abs Sign Floor Ceil Round Mod
    Max Min GCD LCM Factorial Factorial2 Binomial Gamma GammaLn Digamma Beta Zeta Erf Erfc LambertW
    Sin Cos Tan Cot Sec Csc Arcsin Arccos Arctan Arccot Arcsec Arccsc
    Sinh Cosh Tanh Coth Sech Csch Arsinh Arcosh Artanh Arcoth Arsech Arcsch
    Complex Real Imaginary Conjugate Sum Product Integrate Limit D Function Limits Tuple Delimiter
  `),
);

/** Functions that stand for a process: left over by an evaluation, they say that it did not come to an end. */
export const processes: ReadonlySet<string> = new Set(
  names('Sum Product Integrate Limit D Block Measurement Error'),
);

/** Reads one expression; undefined where it is more than may be asked. */
export function readExpression(text: string): Expression | undefined {
  if (text.length > maxLength) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return allowed(value) ? value : undefined;
}

function allowed(root: unknown): root is Expression {
  let level: unknown[] = [root];
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth++) {
    nodes += level.length;
    if (depth > maxDepth || nodes > maxNodes) return false;
    const next: unknown[] = [];
    for (const node of level) {
      if (Array.isArray(node)) {
        if (!functions.has(String(node[0]))) return false;
        for (let at = 1; at < node.length; at++) next.push(node[at]);
      } else if (typeof node === 'object' && node !== null) {
        const { num } = node as { num?: unknown };
        if (typeof num !== 'string' || num.length > maxDigits || !decimal.test(num)) return false;
      } else if (typeof node === 'string') {
        if (!symbol.test(node)) return false;
      } else if (typeof node !== 'number' || !Number.isFinite(node)) return false;
    }
    level = next;
  }
  return true;
}
