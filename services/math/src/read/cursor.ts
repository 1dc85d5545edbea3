/** Where in the tokens the parser is, and what is open around that place. */
import type { Expression } from '../expression/index.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** Deepest nesting. Each level takes a dozen frames of the stack. */
const maxDepth = 150;

/** Most operations of those that nest from the left, in all of an answer. */
const maxLinks = 500;

/**
 * A place in the tokens. What fails throws Unreadable, and nothing is read after that: what is counted up on the way in
 * is counted down on the way out only, without `finally`.
 */
export class Cursor {
  /** What the tokens' offsets are of. */
  readonly source: string;
  /** Tokens that were read, and those that were not: the next one is the last of these. */
  readonly #behind: Token[] = [];
  readonly #ahead: Token[];
  #depth = 0;
  #links = 0;

  /** Bars that are open: the next bar closes. */
  bars = 0;
  /** Inside a set's first part a bar separates. */
  barSeparates = 0;
  /** Inside the conditions of a set, membership is one of them. */
  conditions = 0;
  /** The list that is read joins its items with `or`. */
  alternatives = false;
  /** Inside an integral, `d x` ends the integrand. */
  integrals = 0;
  /** Indices of the sums that are open. */
  readonly bound: string[] = [];
  /** The product that was made last, with its factors. */
  product: { readonly value: Expression; readonly args: Expression[] } | undefined;

  constructor(tokens: readonly Token[], source: string) {
    this.#ahead = tokens.toReversed();
    this.source = source;
  }

  /** How many tokens were read. */
  get position(): number {
    return this.#behind.length;
  }

  /** The token that was read last. */
  get previous(): Token | undefined {
    return this.#behind.at(-1);
  }

  /** The token that was read at a position. */
  tokenAt(position: number): Token | undefined {
    return this.#behind[position];
  }

  peek(ahead = 0): Token | undefined {
    const index = this.#ahead.length - 1 - ahead;
    return index < 0 ? undefined : this.#ahead[index];
  }

  is(type: string, ahead = 0): boolean {
    return this.peek(ahead)?.type === type;
  }

  isCommand(name: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.type === 'command' && token.text === name;
  }

  /** The next tokens, at most so many. */
  upcoming(count: number): Token[] {
    return this.#ahead.slice(-count).reverse();
  }

  skip(count = 1): void {
    for (let left = count; left > 0; left--) {
      const token = this.#ahead.pop();
      if (token === undefined) return;
      this.#behind.push(token);
    }
  }

  skipAll(): void {
    this.skip(this.#ahead.length);
  }

  /** Reads the next token where it is of that type. */
  eat(type: string): boolean {
    if (!this.is(type)) return false;
    this.skip();
    return true;
  }

  expect(type: string): void {
    if (!this.eat(type))
      throw new Unreadable(`expected ${type} instead of ${JSON.stringify(this.peek()?.text ?? 'the end')}`);
  }

  /** Puts tokens in the place of the next one. */
  replace(...tokens: readonly Token[]): void {
    this.#ahead.pop();
    this.#ahead.push(...tokens.toReversed());
  }

  /** Counts what makes the tree deeper without recursion here: 1/1/1/…, 5!!!!… */
  link(): void {
    if (++this.#links > maxLinks) throw new Unreadable('too deep');
  }

  /** Counts a level of recursion. */
  nested<T>(read: (at: Cursor) => T): T {
    if (++this.#depth > maxDepth) throw new Unreadable('too deep');
    const result = read(this);
    this.#depth--;
    return result;
  }

  /** Reads what stands in brackets: bars outside it are not closed there. */
  withoutBars<T>(read: (at: Cursor) => T): T {
    const { bars, barSeparates } = this;
    this.bars = 0;
    this.barSeparates = 0;
    const result = read(this);
    this.bars = bars;
    this.barSeparates = barSeparates;
    return result;
  }
}
