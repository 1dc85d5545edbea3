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
  return found && { text: gold.trim(), ...found, policy };
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
  const known = extraction && recall(gold, extraction);
  const found = known ?? locate(extraction, candidate);
  // What is the reference to the letter is right, whatever is found in it.
  const same = candidate.trim() === gold.text;
  if (found === undefined && !same) return { judgement: noAnswer };
  const { span, how, read } = found ?? gold;
  const comparison: Comparison = same
    ? { outcome: 'equal', rule: 'the same text' }
    : (known?.comparison ?? compareAnswers(gold.read, read, gold.policy));
  if (!same && known === undefined && extraction !== undefined)
    remember(gold, extraction, { span, how, read, comparison });
  const reason = ({ equal: '', unequal: 'wrong_answer', undecided: 'undecided' } as const)[
    comparison.outcome
  ];
  const status = ({ equal: 'CORRECT', unequal: 'INCORRECT', undecided: 'ERROR' } as const)[
    comparison.outcome
  ];
  const judgement: Judgement = {
    status,
    reason,
    message: messageOf(how, read, comparison, gold.policy),
    answer: shorten(span),
    answerClass: classOf(read),
    ...(comparison.open === undefined ? {} : { open: comparison.open }),
  };
  return { judgement, comparison, read, how, span };
}

/** A span as it was judged before: most samples of a problem end in one of a few answers. */
interface Known extends Located {
  readonly comparison: Comparison;
}

const knownSpans = new WeakMap<Gold, Map<string, Known>>();

/** Most spans of a reference answer that are remembered, and the longest. */
const maxKnown = 64;
const maxKnownSpan = 200;

function recall(gold: Gold, { span, how }: Extraction): Known | undefined {
  // What was found without a mark depends on its line, too.
  if (searched.has(how)) return undefined;
  const known = knownSpans.get(gold)?.get(span);
  return known && (known.how === how ? known : { ...known, how });
}

function remember(gold: Gold, { span, how }: Extraction, known: Known): void {
  if (searched.has(how) || span.length > maxKnownSpan) return;
  let spans = knownSpans.get(gold);
  if (spans === undefined) {
    spans = new Map();
    knownSpans.set(gold, spans);
  }
  if (spans.size < maxKnown) spans.set(span, known);
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
