/** Splits a written answer (LaTeX, Unicode or plain text) into tokens, after mending what is damaged. */
import { Lexer } from './lexer.ts';
import { type Repair, repair } from './repairs.ts';
import type { Token } from './token.ts';

export interface Tokens {
  readonly tokens: readonly Token[];
  /** The text that the offsets are of. */
  readonly source: string;
  readonly repairs: readonly Repair[];
}

/** Splits; throws Unreadable where there are too many tokens. */
export function tokenize(text: string): Tokens {
  const { source, repairs } = repair(text);
  return { tokens: new Lexer(source).run(), source, repairs };
}
