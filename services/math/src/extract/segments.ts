/** Where mathematics stands in prose. Linear scans. */

export interface Segment {
  /** Offsets of the whole segment, delimiters included. */
  readonly start: number;
  readonly end: number;
  /** What is between the delimiters. */
  readonly inner: string;
  /** `\[…\]`, `$$…$$` or an environment: stands on its own. */
  readonly display: boolean;
}

/** What opens a segment; escapes are matched so that they are passed over. */
const opener =
  /\\begin\{(equation|align|aligned|gather|gathered|multline|eqnarray|displaymath|math|flalign|alignat)(\*?)\}|\\[([]|\\.|\$\$?/gs;

/**
 * The segments `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and the environments of displayed formulas of a text, in order. Amounts
 * of money are none.
 */
export function mathSegments(text: string): Segment[] {
  if (!text.includes('$') && !text.includes('\\')) return [];
  const found: Segment[] = [];
  const missing = new Set<string>();
  const pattern = new RegExp(opener);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const open = match[0];
    const close = closerOf(open, match[1], match[2]);
    // A closer that is not there once is not looked for again: many openers must not cost a scan each.
    if (close === undefined || missing.has(close)) continue;
    const from = pattern.lastIndex;
    const end = open === '$' ? closingDollar(text, from) : text.indexOf(close, from);
    if (end === undefined) continue;
    if (end < 0) {
      missing.add(close);
      continue;
    }
    const inner = text.slice(from, end);
    pattern.lastIndex = end + close.length;
    const display = open !== '$' && open !== '\\(';
    if (inner.trim() !== '') found.push({ start: match.index, end: pattern.lastIndex, inner, display });
  }
  return found;
}

function closerOf(
  open: string,
  environment: string | undefined,
  star: string | undefined,
): string | undefined {
  if (environment !== undefined) return `\\end{${environment}${star ?? ''}}`;
  if (open === '\\(') return '\\)';
  if (open === '\\[') return '\\]';
  return open.startsWith('\\') ? undefined : open;
}

/** The text without the delimiters of its `$…$` segments. */
export function withoutDollars(text: string): string {
  if (text.indexOf('$') === text.lastIndexOf('$')) return text;
  let at = 0;
  let out = '';
  for (const { start, end, inner } of mathSegments(text)) {
    out += text.slice(at, start) + inner;
    at = end;
  }
  return out + text.slice(at);
}

/**
 * Closes `$`. Undefined where this is an amount of money, -1 where there is no further sign. A sign that does not close
 * this one is the next opener, so that no stretch is read twice.
 */
function closingDollar(text: string, from: number): number | undefined {
  if (from >= text.length) return -1;
  let end = from;
  while (end < text.length && text[end] !== '$') end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length) return -1;
  const inner = text.slice(from, end);
  if (inner.trim() === '') return undefined;
  const spaced = /^\s|\s$/.test(inner);
  const digitAfter = /\d/.test(text[end + 1] ?? '');
  const signs = /[\\^_={}<>]/.test(inner);
  // Commands and the names in \text{…} are no prose.
  const words = /\p{L}{2}/u.test(inner) ? (withoutCommands(inner).match(/\p{L}{2,}/gu) ?? []) : [];
  if (digitAfter && (!signs || /\s$/.test(inner))) return undefined;
  if (words.length === 0) return !/[^\s.,;:?!]/.test(inner) ? undefined : end;
  const prose = words.filter((word) => word !== 'and' && word !== 'or').length;
  if (signs) {
    const lopsided = spaced && /^\s/.test(inner) !== /\s$/.test(inner);
    return lopsided || prose > 4 || (prose > 0 && (digitAfter || inner.includes('\n'))) ? undefined : end;
  }
  // `$125 miles$`, `$5 or 6$`; but `$18 per day and $…` and ` and ` between two formulas are prose.
  if (!/\d/.test(inner)) return prose > 0 && !spaced && prose <= 2 ? end : undefined;
  return !spaced && prose <= 1 ? end : undefined;
}

/** Up to 400 characters of a formula with its commands blanked out, `\text{…}` with what is in it. */
function withoutCommands(inner: string): string {
  return inner
    .slice(0, 400)
    .replace(
      /\\(?:text|textbf|textit|textrm|textnormal|mathrm|mathbf|operatorname|mbox)\s?\*?\{[^{}]*\}/g,
      ' ',
    )
    .replace(/\\[a-zA-Z]+/g, ' ');
}
