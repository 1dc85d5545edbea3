/** Regions that tags mark: <answer>, <solution>, <code>, [PYTHON], [BEGIN]. */

export interface Region {
  readonly tag: string;
  readonly start: number;
  readonly text: string;
  readonly end: number;
}

/** Regions that are looked at: each may be as long as the text. */
const most = 4;

const closing: Record<string, string> = { '[PYTHON]': '[/PYTHON]', '[BEGIN]': '[DONE]' };

/** The last regions of a text, the last one first; the end of the text closes what nothing else does. */
export function regionsIn(text: string): Region[] {
  const openings = Array.from(text.matchAll(/<(?:answer|solution|code)>|\[(?:PYTHON|BEGIN)\]/g));
  return openings
    .slice(-most)
    .reverse()
    .map(({ 0: tag, index }) => {
      const from = index + tag.length;
      const close = closing[tag] ?? `</${tag.slice(1)}`;
      const found = text.indexOf(close, from);
      const to = found < 0 ? text.length : found;
      return { tag, start: index, text: text.slice(from, to), end: found < 0 ? to : found + close.length };
    });
}

const thinkingEnds = ['</think>', '</thinking>', '</reasoning>'];

/** A text cut behind the end of a model's thinking; undefined where it did not think, or still does. */
export function afterThinking(text: string): { before: string; after: string } | undefined {
  let cut = -1;
  for (const tag of thinkingEnds) {
    const at = text.lastIndexOf(tag);
    if (at >= 0) cut = Math.max(cut, at + tag.length);
  }
  return cut < 0 ? undefined : { before: text.slice(0, cut), after: text.slice(cut) };
}
