/** The checker as a library: no service, no isolation. For texts that may be hostile, use the service. */
import { AssayError } from '@assay/contract';
import type { ReadAnswer } from './answer/answer.ts';
import { explainAgainst, readGold, shorten } from './judge.ts';
import { parsePolicy, policyMend, presets, settings } from './policy.ts';
import { print } from './print.ts';

/** How a text was understood. */
export interface Reading {
  /** The answer as written. */
  readonly span: string;
  /** What marked it: `box`, `answer phrase`, … */
  readonly how: string;
  /** `value`, `equation`, `inequality`, `range`, `list`, `set`, `tuple`, `matrix`, `ratio` or `text`. */
  readonly kind: string;
  /** What it was read as, in one plain spelling. */
  readonly normal: string;
  /** What was mended in the writing. */
  readonly repairs: readonly string[];
  /** Why it was read as text. */
  readonly unread?: string;
}

export interface Verification {
  readonly outcome: 'equal' | 'unequal' | 'undecided';
  readonly reason: '' | 'wrong_answer' | 'no_answer' | 'undecided';
  /** What decided, for people. */
  readonly rule: string;
  readonly gold: Reading;
  /** Absent: no answer was found. */
  readonly answer?: Reading;
  /** Equal for answers that are exactly equal, whatever the policy; empty: no answer. */
  readonly answerClass: string;
  /** The policy in one spelling. */
  readonly policy: string;
}

export interface PolicyDescription {
  readonly preset: string;
  readonly settings: readonly {
    readonly name: string;
    readonly value: string;
    readonly values: readonly string[];
    readonly meaning: string;
  }[];
}

/**
 * Whether `answer` (a bare answer, or a text that ends in one) says the same as the reference `gold` under a policy: a preset
 * (`strict`, `math-verify`, `qwen`) or one with settings (`strict,rounding=none`).
 * Throws AssayError `bad_policy`, and `bad_gold` for a reference without an answer.
 */
export function verify(gold: string, answer: string, policy = 'strict'): Verification {
  const parsed = parsePolicy(policy);
  if ('error' in parsed) throw new AssayError('bad_policy', parsed.error, { mend: policyMend });
  const reference = readGold(gold, parsed);
  if (reference === undefined) {
    throw new AssayError('bad_gold', 'the reference answer has no final answer', {
      mend: 'Give the bare answer, or a solution that ends in one (\\boxed{…}, #### …, "the answer is …").',
    });
  }
  const { judgement, comparison, read, how, span } = explainAgainst(reference, answer);
  const said = read === undefined ? undefined : readingOf(read, span ?? '', how ?? '');
  return {
    outcome: comparison?.outcome ?? 'unequal',
    reason: judgement.reason,
    rule: comparison?.rule ?? judgement.message,
    gold: readingOf(reference.read, reference.span, reference.how),
    ...(said === undefined ? {} : { answer: said }),
    answerClass: judgement.answerClass,
    policy: parsed.name,
  };
}

function readingOf(read: ReadAnswer, span: string, how: string): Reading {
  return {
    span: shorten(span),
    how,
    kind: read.answer.kind,
    normal: print(read.answer),
    repairs: read.repairs,
    ...(read.unread === undefined ? {} : { unread: read.unread }),
  };
}

/** All presets with their settings. */
export function describePolicies(): PolicyDescription[] {
  return Object.entries(presets).map(([preset, policy]) => ({
    preset,
    settings: settings.map(({ name, values, meaning }) => ({
      name,
      value: String(policy[name]),
      values,
      meaning,
    })),
  }));
}
