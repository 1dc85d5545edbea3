/** How problems of one kind are asked. */
import type { ProblemInit } from '@assay/contract';

export const apis = ['completions', 'chat'] as const;

/** `completions`: a text that the model goes on with. `chat`: turns of a conversation. */
export type Api = (typeof apis)[number];

/** An exemplar: a question with its answer. */
export interface Shot {
  readonly question: string;
  readonly answer: string;
}

export interface Question {
  readonly text: string;
  /** What the prompt has begun of the answer: it is put before what the model writes. */
  readonly lead?: string;
}

export interface Form {
  /** As in the paper, where it has the data set. */
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  /** Strings that end a completion; a chat ends by itself. */
  readonly stop: readonly string[];
  /** Exemplars in a prompt, if nothing else is asked for. */
  readonly shots: number;
  /** Exemplars of our own. */
  readonly own: readonly Shot[];
  /** Says to a chat model what an answer must look like; empty: nothing. */
  readonly instruction: string;
  /** What a problem asks; undefined where it has nothing to ask by. */
  question(problem: ProblemInit, api: Api): Question | undefined;
  /** A question as a text, up to where its answer begins. */
  ask(question: string): string;
  /** What stands between that text and the answer of an exemplar, and behind that answer. */
  readonly gap: string;
  readonly end: string;
  /** An exemplar's answer as a chat model should give it; default: as it is. */
  chatAnswer?(answer: string): string;
  /** The exemplar in a row of a training file; undefined: there is none in it. */
  shotOf(fields: Readonly<Record<string, unknown>>): Shot | undefined;
}

/** The problem's prompt, as it is. */
export function promptOf({ prompt }: ProblemInit): Question | undefined {
  return prompt === undefined || prompt.trim() === '' ? undefined : { text: prompt };
}

/** The first of these fields that is a text with something in it. */
export function textIn(
  fields: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return undefined;
}

export const questionNames = ['question', 'problem', 'prompt', 'description'];

/** A row with a question and a worked answer. */
export function workedShot(fields: Readonly<Record<string, unknown>>): Shot | undefined {
  const question = textIn(fields, questionNames);
  const answer = textIn(fields, ['answer', 'solution', 'gold']);
  return question === undefined || answer === undefined ? undefined : { question, answer };
}
