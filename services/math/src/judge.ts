/** All stages in a row: a reference answer and a candidate in, a judgement out. Pure, no I/O, no clock. */
import { compare } from './compare.ts';
import { extract, extractGold } from './extract.ts';
import { read, type Value } from './read.ts';

export interface Judgement {
  readonly status: 'CORRECT' | 'INCORRECT';
  /** `wrong_answer`, `no_answer`, or empty with CORRECT. */
  readonly reason: string;
  /** How the answer was found and what decided: one line. */
  readonly message: string;
  /** The answer as written, at most `maxAnswer` characters. */
  readonly answer: string;
  /** Equal for answers that are equal relative to this reference answer; empty: no answer. */
  readonly answerClass: string;
}

/** Most characters of `answer`. */
export const maxAnswer = 500;

/** Most characters of a class that is written out; longer ones are hashed. */
const maxClass = 200;

/** Reads a reference answer (bare, or a worked solution that ends in one); undefined where it has none. */
export function readGold(gold: string): Value | undefined {
  const found = extractGold(gold);
  if (found === undefined) return undefined;
  const value = read(found.span);
  return value.kind === 'text' && value.text === '' ? undefined : value;
}

/** Judges one candidate. */
export function judgeAgainst(gold: Value, candidate: string): Judgement {
  const found = extract(candidate);
  const value = found && read(found.span);
  if (found === undefined || value === undefined || (value.kind === 'text' && value.text === '')) {
    return {
      status: 'INCORRECT',
      reason: 'no_answer',
      message: 'no final answer was found',
      answer: '',
      answerClass: '',
    };
  }
  const { equal, key, rule } = compare(gold, value);
  return {
    status: equal ? 'CORRECT' : 'INCORRECT',
    reason: equal ? '' : 'wrong_answer',
    message: `found by: ${found.how}; ${rule}`,
    answer: shorten(found.span),
    answerClass:
      key.length <= maxClass ? key : `${key.slice(0, key.indexOf(':'))}#${key.length}-${hash(key)}`,
  };
}

/**
 * Judges one candidate against a reference answer; undefined where the reference answer cannot be read. Runs in the
 * caller's own thread without isolation: for texts that may be hostile, use the service.
 */
export function judge(gold: string, candidate: string): Judgement | undefined {
  const value = readGold(gold);
  return value && judgeAgainst(value, candidate);
}

function shorten(span: string): string {
  return (span.length <= maxAnswer ? span : `${span.slice(0, maxAnswer - 1)}…`).toWellFormed();
}

/** 64 bits of FNV-1a in two halves: names a class; equality is decided before, on the whole key. */
function hash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
    b ^= b >>> 15;
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
