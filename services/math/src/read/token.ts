/** What a written answer is split into. */

export interface Token {
  /**
   * `number`, `letter` (one symbol), `word` (a run of letters), `text` (what `\text` holds), `command`, `begin`, `end` (an environment), `row` (`\\`), or
   * the character itself for punctuation. `⦃` and `⦄` are the visible braces `\{` and `\}`; `{` and `}` group.
   */
  readonly type: string;
  readonly text: string;
  /** Offsets in the text that was split. */
  readonly at: number;
  readonly end: number;
  /** White space, or a spacing command, stands before it. */
  readonly spaced: boolean;
  /** Of a number written with thousands separators without spaces (`1,234`): its groups. */
  readonly groups?: readonly string[];
}

/** A token as LaTeX. */
export function writtenAs({ type, text }: Token): string {
  return type === 'command' ? `\\${text}` : text;
}
