/** Decimals whose last digits repeat for ever: 0.\overline{3}, 0.1(6), 0.333…, as exact values. */
import { divide, type Rational, whole } from '../expression/rational.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** Most digits of a period, and before it. */
const maxPeriod = 100;

/** Most last digits that a period is looked for in. */
const maxShown = 60;

/** The value where the digits that were just read repeat, or more of them after these do. */
export function readRepeating(at: Cursor, { text }: Token): Rational | undefined {
  const next = at.peek();
  const dot = text.indexOf('.');
  if (dot >= 0) {
    if (atLine(at)) return repeating(text, readLined(at));
    if (next?.type === '(') return readBracketed(at, text, 0);
    if (next?.type !== '…') return undefined;
    const period = periodOf(text.slice(dot + 1));
    if (period === undefined) throw new Unreadable('digits that go on unknown');
    at.skip();
    return repeating(text.slice(0, text.length - 2 * period.length), period);
  }
  // Before the line or the bracket the point is a token of its own.
  if (next?.type !== '.') return undefined;
  if (at.is('command', 1) && !next.spaced) {
    at.skip();
    if (!atLine(at)) throw new Unreadable('a point without digits');
    return repeating(`${text}.`, readLined(at));
  }
  return readBracketed(at, `${text}.`, 1);
}

/** Takes `(3)`, which is so far ahead. */
function readBracketed(at: Cursor, head: string, ahead: number): Rational | undefined {
  const period = at.peek(ahead + 1);
  if (!at.is('(', ahead) || period?.type !== 'number' || !at.is(')', ahead + 2)) return undefined;
  if (at.peek()?.spaced || !/^\d+$/.test(period.text)) return undefined;
  at.skip(ahead + 3);
  return repeating(head, period.text);
}

function atLine(at: Cursor): boolean {
  return at.isCommand('overline') || at.isCommand('dot') || at.isCommand('bar');
}

/** Takes \overline{16}, \dot{1}\dot{6}. */
function readLined(at: Cursor): string {
  let digits = '';
  while (atLine(at)) {
    at.skip();
    const braced = at.eat('{');
    const token = at.peek();
    if (token?.type !== 'number' || !/^\d+$/.test(token.text)) throw new Unreadable('no digits to repeat');
    at.skip();
    if (braced) at.expect('}');
    digits += token.text;
  }
  return digits;
}

/** head + period / (10^n - 1) at the head's last place, for a period of n digits. */
function repeating(head: string, period: string): Rational {
  if (period.length > maxPeriod || head.length > maxPeriod)
    throw new Unreadable('too many digits that repeat');
  const places = head.length - head.indexOf('.') - 1;
  const nines = 10n ** BigInt(period.length) - 1n;
  const start = BigInt(head.replace('.', '') || '0');
  return divide(whole(start * nines + BigInt(period)), whole(nines * 10n ** BigInt(places))) as Rational;
}

/** The shortest period that stands at least twice (of one digit: three times) at the end of the digits. */
function periodOf(digits: string): string | undefined {
  const used = digits.slice(-maxShown);
  for (let length = 1; 2 * length <= used.length; length++) {
    const period = used.slice(-length);
    if (used.endsWith(period.repeat(length === 1 ? 3 : 2))) return period;
  }
  return undefined;
}
