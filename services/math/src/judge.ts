/** All stages in a row: a reference answer and a candidate in, a judgement out. Pure, no I/O, no clock. */
import type { ReadAnswer } from './answer/answer.ts';
import { readAnswer } from './answer/read.ts';
import { classOf } from './classes.ts';
import { compareAnswers } from './compare/compare.ts';
import type { Comparison } from './compare/comparison.ts';
import type { Expression } from './expression/index.ts';
import { type Extraction, extractAnswer, extractGold, type How } from './extract/index.ts';
import type { Policy } from './policy.ts';
import { print } from './print.ts';

export interface Judgement {
  readonly status: 'CORRECT' | 'INCORRECT' | 'ERROR';
  /** Empty with CORRECT. */
  readonly reason: '' | 'wrong_answer' | 'no_answer' | 'undecided';
  /** How the answer was found, how it was read and what decided: one line. */
  readonly message: string;
  /** The answer as written, at most `maxAnswer` characters. */
  readonly answer: string;
  /** Equal for answers that are exactly equal; empty: no answer. */
  readonly answerClass: string;
  /** With `undecided`: what a computer algebra system may decide. */
  readonly open?: readonly [Expression, Expression];
}

/** Most characters of `answer`. */
export const maxAnswer = 500;

/** A reference answer, read once for all its candidates. */
export interface Gold {
  /** As given, without white space around it. */
  readonly text: string;
  readonly span: string;
  readonly how: How;
  readonly read: ReadAnswer;
  readonly policy: Policy;
  /** Judged before: most samples of a problem end in one of a few answers. */
  readonly judged: Map<string, Explained>;
}

/** A judgement with what led to it. */
export interface Explained {
  readonly judgement: Judgement;
  readonly comparison?: Comparison;
  readonly read?: ReadAnswer;
  readonly how?: string;
  readonly span?: string;
}

/** Reads a reference answer (bare, or a worked solution that ends in one); undefined where it has none. */
export function readGold(gold: string, policy: Policy): Gold | undefined {
  const found = locate(extractGold(gold), gold) ?? locate(extractAnswer(gold), gold);
  return found && { text: gold.trim(), ...found, policy, judged: new Map() };
}

interface Located {
  readonly span: string;
  readonly how: How;
  readonly read: ReadAnswer;
}

/** Longest line that may be one formula from its first to its last character. */
const maxLine = 500;

/**
 * Reads what was found in a text. A line that was searched like prose, but can be read whole, is its own answer: then
 * a bare answer means the same as reference and as candidate.
 */
function locate(found: Extraction | undefined, text: string): Located | undefined {
  const line = text.trim();
  // A box that does not close says that the text breaks off.
  if (found === undefined && line.includes('box')) return undefined;
  if (
    found === undefined ||
    (searched.has(found.how) && found.span !== line && line.length <= maxLine && !line.includes('\n'))
  ) {
    const read = line === '' || line.length > maxLine ? undefined : readAnswer(line);
    if (read !== undefined && read.answer.kind !== 'text') return { span: line, how: 'whole text', read };
  }
  if (found === undefined) return undefined;
  const read = readAnswer(found.span);
  return isNothing(read) ? undefined : { span: found.span, how: found.how, read };
}

/** What was found without a mark. */
const searched = new Set<How>(['last number', 'last line', 'formula', 'choice', 'bold']);

function isNothing({ answer }: ReadAnswer): boolean {
  return answer.kind === 'text' && answer.key === '';
}

/** Judges one candidate. */
export function judgeAgainst(gold: Gold, candidate: string): Judgement {
  return explainAgainst(gold, candidate).judgement;
}

/** Judges one candidate, and keeps what led to the judgement. */
export function explainAgainst(gold: Gold, candidate: string): Explained {
  const extraction = extractAnswer(candidate);
  // What is the reference to the letter is right, whatever is found in it.
  if (candidate.trim() === gold.text) {
    return explained(
      locate(extraction, candidate) ?? gold,
      { outcome: 'equal', rule: 'the same text' },
      gold.policy,
    );
  }
  const key = extraction && keyOf(extraction);
  const known = key === undefined ? undefined : gold.judged.get(key);
  if (known !== undefined) return known;
  const found = locate(extraction, candidate);
  if (found === undefined) return { judgement: noAnswer };
  const result = explained(found, compareAnswers(gold.read, found.read, gold.policy), gold.policy);
  if (key !== undefined && gold.judged.size < maxJudged) gold.judged.set(key, result);
  return result;
}

/** Most spans of a reference answer whose judgement is kept, and the longest. */
const maxJudged = 64;
const maxJudgedSpan = 200;

/** What the judgement depends on; undefined where that is more than a short span: what was found without a mark depends on its line. */
function keyOf({ span, how }: Extraction): string | undefined {
  return searched.has(how) || span.length > maxJudgedSpan ? undefined : `${how}\n${span}`;
}

function explained({ span, how, read }: Located, comparison: Comparison, policy: Policy): Explained {
  const { outcome, open } = comparison;
  const judgement: Judgement = {
    status: ({ equal: 'CORRECT', unequal: 'INCORRECT', undecided: 'ERROR' } as const)[outcome],
    reason: ({ equal: '', unequal: 'wrong_answer', undecided: 'undecided' } as const)[outcome],
    message: messageOf(how, read, comparison, policy),
    answer: shorten(span),
    answerClass: classOf(read),
    ...(open === undefined ? {} : { open }),
  };
  return { judgement, comparison, read, how, span };
}

const noAnswer: Judgement = {
  status: 'INCORRECT',
  reason: 'no_answer',
  message: 'no final answer was found',
  answer: '',
  answerClass: '',
};

function messageOf(how: string, read: ReadAnswer, { rule }: Comparison, policy: Policy): string {
  const parts = [`found by: ${how}`, `read as ${read.answer.kind} ${shortly(print(read.answer))}`, rule];
  if (read.repairs.length > 0) parts.push(`mended: ${read.repairs.join(', ')}`);
  if (policy.name !== 'strict') parts.push(`policy ${policy.name}`);
  return parts.join('; ');
}

/** For a message of one line. */
function shortly(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** Well-formed, and no longer than what verdicts keep. */
export function shorten(span: string): string {
  return (span.length <= maxAnswer ? span : `${span.slice(0, maxAnswer - 1)}…`).toWellFormed();
}
