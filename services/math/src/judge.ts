/** All stages in a row: a reference answer and a candidate in, a judgement out. Pure, no I/O, no clock. */
import { type ReadAnswer, readAnswer } from './answer.ts';
import { classOf } from './classes.ts';
import { type Comparison, compareAnswers } from './compare.ts';
import type { Expression } from './expression/index.ts';
import { extractAnswer, extractGold } from './extract/index.ts';
import type { Policy } from './policy.ts';
import { print } from './print.ts';

export interface Judgement {
  readonly status: 'CORRECT' | 'INCORRECT' | 'ERROR';
  /** `wrong_answer`, `no_answer`, `undecided`, or empty with CORRECT. */
  readonly reason: string;
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
  readonly span: string;
  readonly how: string;
  readonly read: ReadAnswer;
  readonly policy: Policy;
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
  const found = extractGold(gold);
  if (found === undefined) return undefined;
  const read = readAnswer(found.span);
  return isNothing(read) ? undefined : { span: found.span, how: found.how, read, policy };
}

function isNothing({ answer }: ReadAnswer): boolean {
  return answer.kind === 'text' && answer.key === '';
}

/** Judges one candidate. */
export function judgeAgainst(gold: Gold, candidate: string): Judgement {
  return explainAgainst(gold, candidate).judgement;
}

/** Judges one candidate, and keeps what led to the judgement. */
export function explainAgainst(gold: Gold, candidate: string): Explained {
  const found = extractAnswer(candidate);
  const read = found && readAnswer(found.span);
  if (found === undefined || read === undefined || isNothing(read)) return { judgement: noAnswer };
  const comparison = compareAnswers(gold.read, read, gold.policy);
  const reason = { equal: '', unequal: 'wrong_answer', undecided: 'undecided' }[comparison.outcome];
  const status = ({ equal: 'CORRECT', unequal: 'INCORRECT', undecided: 'ERROR' } as const)[
    comparison.outcome
  ];
  const judgement: Judgement = {
    status,
    reason,
    message: messageOf(found.how, read, comparison, gold.policy),
    answer: shorten(found.span),
    answerClass: classOf(read),
    ...(comparison.open === undefined ? {} : { open: comparison.open }),
  };
  return { judgement, comparison, read, how: found.how, span: found.span };
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
