/** What numbers in a normal form are made of: signs, digits, exponents, currencies. */
import { currencies } from '../units/units.ts';

/** Reads a normal form from left to right. */
export class NumberCursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Takes `token`, where asked for after white space; false, and nothing taken, where it is not next. */
  eat(token: string, afterSpaces = false): boolean {
    const start = this.at;
    if (afterSpaces) this.spaces();
    if (this.text.startsWith(token, this.at)) {
      this.at += token.length;
      return true;
    }
    this.at = start;
    return false;
  }

  spaces(): void {
    while (this.text[this.at] === ' ') this.at++;
  }

  /** True where a minus was taken. */
  sign(): boolean {
    const negative = this.eat('-');
    if (!negative) this.eat('+');
    this.spaces();
    return negative;
  }

  currency(): string | undefined {
    const found = currencies.find(([sign]) => this.text.startsWith(sign, this.at));
    this.at += found?.[0].length ?? 0;
    return found?.[1];
  }

  digits(): string {
    const start = this.at;
    while (isDigit(this.text.charCodeAt(this.at))) this.at++;
    return this.text.slice(start, this.at);
  }

  /** `12`, `1,234.5`, `1 234`, `.5`; undefined where there is none. */
  numeral(): { digits: string; fraction: string } | undefined {
    const first = this.digits();
    const groups = [first];
    const separator = this.text[this.at];
    if (
      (separator === ',' || separator === ' ') &&
      first.length >= 1 &&
      first.length <= 3 &&
      first[0] !== '0'
    ) {
      while (this.text[this.at] === separator && this.#groupAt(this.at + 1)) {
        groups.push(this.text.slice(this.at + 1, this.at + 4));
        this.at += 4;
      }
    }
    let fraction = '';
    if (this.text[this.at] === '.') {
      this.at++;
      fraction = this.digits();
    }
    if (first === '' && fraction === '') return undefined;
    return { digits: groups.join(''), fraction };
  }

  /** Exactly three digits. */
  #groupAt(at: number): boolean {
    return (
      isDigit(this.text.charCodeAt(at)) &&
      isDigit(this.text.charCodeAt(at + 1)) &&
      isDigit(this.text.charCodeAt(at + 2)) &&
      !isDigit(this.text.charCodeAt(at + 3)) &&
      this.text[at + 3] !== '/'
    );
  }

  /** `e3`, `*10^{3}`; undefined, and nothing taken, where there is none. */
  exponent(): number | undefined {
    const start = this.at;
    const letter = this.eat('e') || this.eat('E');
    const power = !letter && this.eat('*', true) && this.eat('10^{', true);
    const value = letter || power ? this.signedDigits(letter ? '' : '}') : undefined;
    if (value === undefined) this.at = start;
    return value;
  }

  /** An integer, and what must come after it. */
  signedDigits(end: string): number | undefined {
    const negative = this.sign();
    const digits = this.digits();
    if (digits === '' || !this.eat(end)) return undefined;
    return negative ? -Number(digits) : Number(digits);
  }

  rest(): string {
    return this.text.slice(this.at);
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
