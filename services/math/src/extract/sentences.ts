/** Sentences: where they end, outside of formulas. */
import { mathSegments, type Segment } from './segments.ts';

export interface Sentence {
  readonly start: number;
  readonly end: number;
}

/** A stop followed by white space, a line's end, or a stop of another script. */
const stop = /\n|[.?](?=["'”’)*_`]{0,3}(?:\s|$))|[。！？।॥۔]/g;
/** Abbreviations whose stop ends no sentence. */
const abbreviation =
  /(?:^|[\s(])(?:approx|ca|i\.e|e\.g|vs|resp|sq|cu|eq|fig|Rs|z\.B|bzw|aprox|env|Mr|Mrs|Ms|Dr|St)$/i;

/**
 * Offsets of the sentences of a text, in order, none of them empty; formulas are not cut. With `itemized`, a number at
 * the start of a line (`2. …`) is that of a list item and no sentence.
 */
export function sentences(
  text: string,
  formulas: readonly Segment[] = mathSegments(text),
  itemized = true,
): Sentence[] {
  const found: Sentence[] = [];
  const pattern = new RegExp(stop);
  let start = 0;
  let next = 0;
  const push = (end: number): void => {
    if (text.slice(start, end).trim() !== '') found.push({ start, end });
  };
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const at = match.index;
    while ((formulas[next]?.end ?? Number.POSITIVE_INFINITY) <= at) next++;
    const formula = formulas[next];
    if (formula !== undefined && formula.start < at) {
      pattern.lastIndex = formula.end;
      continue;
    }
    if (match[0] === '.' && isNoStop(text, start, at, itemized)) continue;
    push(match[0] === '\n' ? at : at + 1);
    start = at + 1;
  }
  push(text.length);
  return found;
}

/** `approx. 5`, and the number of a list item. */
function isNoStop(text: string, start: number, at: number, itemized: boolean): boolean {
  if (abbreviation.test(text.slice(Math.max(start, at - 12), at))) return true;
  const begun = itemized && at - start <= 4 && (start === 0 || text[start - 1] === '\n');
  return (
    begun && /^[\s*#-]*\d{1,2}$/.test(text.slice(start, at)) && /^\.[ \t]+\S/.test(text.slice(at, at + 4))
  );
}
