/** From a written answer to a typed one. */

import { fits } from '../expression/index.ts';
import { degrees, number, symbol } from '../read/build.ts';
import { normalise } from '../read/latex.ts';
import { parse } from '../read/parser.ts';
import { tokenize } from '../read/tokens.ts';
import { Unreadable } from '../read/unreadable.ts';
import type { Answer, ReadAnswer, Value } from './answer.ts';
import { expressionsOf } from './contents.ts';
import { equationOf } from './equations.ts';
import { readNote } from './notes.ts';
import { type NumberValue, readNumber, unwrap } from './quantities.ts';
import { reals } from './ranges.ts';
import { textAnswer, withoutMarks } from './text.ts';
import { typed } from './typing.ts';
import { isShortWord, numberOfWords, readChoice, readClock } from './words.ts';

const allReals =
  /^(?:(?:all|any|every|set of|set of all) )?real (?:numbers?|values?)$|^(?:all|set of) reals$/;

/** The end of `3rd`, `27^{\\text{th}}`. */
const ordinal =
  /(?<=^[\s$]{0,9}\d{1,9})\^?\{?(?:\\(?:text|mathrm|textrm)\{)?(?:st|nd|rd|th)\}{0,2}(?=[\s$.]{0,9}$)/;

/** Reads a written answer. Never fails: what is no formula is text, and nothing is taken from inside it. */
export function readAnswer(span: string): ReadAnswer {
  const bare = unwrap(span);
  // Of several signs of equality, and of ≈, the parser knows which side counts.
  const plainNumber =
    !span.includes('≈') && !span.includes('\\approx') && span.indexOf('=') === span.lastIndexOf('=');
  const fast = plainNumber
    ? readNumber(bare.replace(/(?<=\d)(?=m[²³])/, ' ').replace(ordinal, ''))
    : undefined;
  const normal = normalise(span);
  const plain = { bound: [], condition: '', repairs: [], normal };
  if (fast !== undefined && !(fast.units.includes('degree') && fast.units.length > 1)) {
    return { ...plain, answer: fromNumber(fast) };
  }
  const parts = partsOf(bare);
  if (parts !== undefined) return { ...plain, answer: { kind: 'list', items: parts } };
  const word = readWord(withoutMarks(normal));
  if (word !== undefined) return { ...plain, answer: word };
  let repairs: readonly string[] = [];
  let source = span;
  try {
    const split = tokenize(span);
    repairs = split.repairs;
    source = split.source;
    if (split.tokens.length === 0) throw new Unreadable('nothing there');
    const node = parse(split.tokens, split.source);
    const { main, note } =
      node.kind === 'noted' ? { main: node.main, note: node.note } : { main: node, note: '' };
    const answer = typed(main);
    if (!expressionsOf(answer).every(fits)) throw new Unreadable('too deep, or too large');
    return { ...plain, ...readNote(note), repairs, answer };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const text = textAnswer(source);
    return { ...plain, repairs, answer: allReals.test(text.key) ? reals : text, unread: error.message };
  }
}

/** A word for a number, a time of day, a lettered choice. */
function readWord(normal: string): Answer | undefined {
  const [, letter] = /^[({ ]{0,3}([A-J])[).:} ]{0,3}$/.exec(normal) ?? [];
  if (letter !== undefined) return { kind: 'value', value: symbol(letter), units: [] };
  const spoken = numberOfWords(normal.replace(/\.$/, ''));
  if (spoken !== undefined) return { kind: 'value', value: number(spoken), units: [] };
  if (isShortWord(normal.replace(/\.$/, ''))) return textAnswer(normal);
  const clock = readClock(normal);
  if (clock !== undefined)
    return { kind: 'ratio', parts: [number(clock.hours), number(clock.minutes)], clock: clock.text };
  const choice = readChoice(normal);
  if (choice === undefined) return undefined;
  return { ...textAnswer(normal), choice: { letter: choice.letter, said: readAnswer(choice.rest).answer } };
}

const numberings = ['1 2 3 4 5 6', 'a b c d e f', 'i ii iii iv'].map((each) => each.split(' '));

/** `(1) 3; (2) 4`, `(a) … (b) …`: answers to the parts of a question, under their numbers. */
function partsOf(span: string): Answer[] | undefined {
  const pieces = span.length > 2_000 ? [] : span.split(/(?<=^|[\s;,，；。.{}])\(([1-6a-f]|i{1,3}|iv)\)/);
  if (pieces.length < 5 || pieces[0]?.replace(/\\text\{|[\s$]/g, '') !== '') return undefined;
  const parts: Answer[] = [];
  for (let at = 1; at < pieces.length; at += 2) {
    const number = pieces[at] as string;
    if (!numberings.some((each) => each[parts.length] === number)) return undefined;
    const text = (pieces[at + 1] as string).replace(/^[\s}$]+|(?:\\text\{|[\s;,，；。.$])+$/g, '');
    if (text === '') return undefined;
    const { answer } = readAnswer(text);
    if (answer.kind === 'text') return undefined;
    parts.push({
      kind: 'equation',
      left: undefined,
      right: answer,
      label: { name: `part ${parts.length + 1}`, parameters: [] },
      difference: undefined,
    });
  }
  return parts;
}

function fromNumber({ number: exact, units, label, places }: NumberValue): Answer {
  const value = number(exact, places);
  const percent = units.includes('%');
  const isDegrees = units.length === 1 && units[0] === 'degree';
  const answer: Value = isDegrees
    ? { kind: 'value', value: degrees(value), units: [], degrees: value }
    : {
        kind: 'value',
        value,
        units: percent ? units.filter((unit) => unit !== '%') : units,
        ...(percent ? { percent } : {}),
      };
  return label === '' ? answer : equationOf(symbol(label), answer, { name: label, parameters: [] });
}
