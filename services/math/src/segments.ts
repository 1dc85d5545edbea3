/** Where mathematics stands in a line of prose. Linear scans. */

export interface Segment {
  /** Offsets of the whole segment, delimiters included. */
  readonly start: number;
  readonly end: number;
  /** What is between the delimiters. */
  readonly inner: string;
}

/** The segments `$…$`, `$$…$$`, `\(…\)` and `\[…\]` of a text, in order. Amounts of money are none. */
export function mathSegments(text: string): Segment[] {
  const found: Segment[] = [];
  const missing = new Set<string>();
  const opener = /\\[([]|\\.|\$\$?/gs;
  for (let match = opener.exec(text); match !== null; match = opener.exec(text)) {
    const open = match[0];
    const close = open === '\\(' ? '\\)' : open === '\\[' ? '\\]' : open;
    if (open.startsWith('\\') && close === open) continue;
    // A closer that is not there once is not looked for again: many openers must not cost a scan each.
    if (missing.has(close)) continue;
    const from = opener.lastIndex;
    const end = open === '$' ? closingDollar(text, from) : text.indexOf(close, from);
    if (end === undefined) continue;
    if (end < 0) {
      missing.add(close);
      continue;
    }
    const inner = text.slice(from, end);
    opener.lastIndex = end + close.length;
    if (inner.trim() !== '') found.push({ start: match.index, end: opener.lastIndex, inner });
  }
  return found;
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
 * Closes `$` by the rule of Pandoc: no space just inside either sign, no digit just after. Undefined where this is
 * an amount of money, -1 where there is no further sign.
 */
function closingDollar(text: string, from: number): number | undefined {
  if (from >= text.length) return -1;
  // Escapes count as they do for openers: a sign that does not close this one is the next opener, so that no stretch
  // is read twice.
  let end = from;
  while (end < text.length && text[end] !== '$') end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length) return -1;
  if (/\s/.test(text[from] as string) !== /\s/.test(text[end - 1] as string)) return undefined;
  return /\d/.test(text[end + 1] ?? '') ? undefined : end;
}
