/** What a part of a text looks like as an answer: emphasised, displayed over rows, one of its numbers. */
import type { Extraction } from './extraction.ts';
import { isPlainNumber } from './numbers.ts';
import type { Part } from './parts.ts';
import { mathSegments } from './segments.ts';

/** A part of a sentence as the answer. */
export function fromPart(part: Part): Extraction {
  return part.how === 'formula'
    ? { span: resultRow(part.span), how: 'formula' }
    : { span: part.span, how: 'last number' };
}

/** The last `**…**`, where it is a number or a formula. */
export function lastBold(line: string): string | undefined {
  const end = line.lastIndexOf('**');
  const start = end <= 0 ? -1 : line.lastIndexOf('**', end - 1);
  // 2**3**4 is no emphasis; of several pairs none stands for the whole.
  if (start < 0 || /[A-Za-z\d]/.test(line[start - 1] ?? ' ') || line.indexOf('**') !== start)
    return undefined;
  const span = line.slice(start + 2, end).trim();
  if (/^(?:万|亿|만|억|\s?(?:or|and|times)\b)/.test(line.slice(end + 2))) return undefined;
  const [segment] = mathSegments(span);
  if (segment !== undefined && segment.start === 0 && segment.end === span.length) return segment.inner;
  return isPlainNumber(span) ? span : undefined;
}

/** Without the `**` of emphasis; those of powers stay. */
export function withoutEmphasis(text: string): string {
  return /(?:^|\s)\*\*(?=\S)/.test(text) ? text.replaceAll('**', '') : text;
}

/** Of a calculation over several rows the last one. */
export function resultRow(formula: string): string {
  const aligned = /\\begin\{(aligned|align|split|gathered|array)\*?\}([\s\S]*)\\end\{\1\*?\}\s*$/.exec(
    formula,
  );
  const body = aligned?.[2] ?? formula;
  if (aligned?.[1] === 'array' || /\\begin\{(?:[pbvBV]?matrix|cases|array)/.test(body)) return formula.trim();
  const rows = body.split(/\\\\(?:\[[^\]]{0,10}\])?/).filter((row) => row.trim() !== '');
  const last = rows.at(-1);
  if (last === undefined || (rows.length === 1 && !last.includes('&'))) return formula.trim();
  const continued = /^\s*(?:&\s*)?(?:=|\\approx|&)/.test(last);
  const shown = continued || rows.length === 1 ? last.replace(/^[\s&]*(?:=|\\approx)?/, '') : rows.join(', ');
  return shown.replace(/(?<!\\)&/g, ' ').trim() || formula.trim();
}
