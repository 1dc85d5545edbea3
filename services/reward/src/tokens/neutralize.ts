import { BackendError } from '../types.ts';

/** For servers that read text: breaks what they would take for special tokens. */
export class Neutralizer {
  readonly #texts: readonly string[];
  readonly #pattern: RegExp | undefined;
  readonly #breaker: string;

  constructor(texts: readonly string[]) {
    this.#texts = [...new Set(texts)].filter((text) => text !== '').sort((a, b) => b.length - a.length);
    const any = this.#texts.map((text) => RegExp.escape(text)).join('|');
    this.#pattern = any === '' ? undefined : new RegExp(any, 'u');
    // What no special token holds can make no other one of the halves. A space comes first: some tokenizers
    // drop others.
    const breaker = [' ', '_', '~', '\u200b'].find(
      (mark) => !this.#texts.some((text) => text.includes(mark)),
    );
    if (breaker === undefined) {
      throw new BackendError(
        'misuse',
        'The special tokens of this tokenizer cannot be broken up. Send token ids.',
      );
    }
    this.#breaker = breaker;
  }

  /** Whether a special token's text stands in it. */
  finds(text: string): boolean {
    return this.#pattern?.test(text) === true;
  }

  /**
   * The text with a space (or another character that is in no special token) after each special token's first
   * character.
   */
  neutralize(text: string): string {
    const pattern = this.#pattern;
    if (pattern === undefined) return text;
    const made: string[] = [];
    let rest = text;
    for (let match = pattern.exec(rest); match !== null; match = pattern.exec(rest)) {
      const [first] = match[0] as unknown as [string];
      // One of a single character cannot be broken: it goes.
      const whole = match[0].length === first.length;
      made.push(rest.slice(0, match.index), whole ? '' : first, this.#breaker);
      rest = rest.slice(match.index + first.length);
    }
    made.push(rest);
    return made.join('');
  }
}
