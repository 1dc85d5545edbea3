/** The prompt of a problem: exemplars, then its question. */
import { hash } from 'node:crypto';
import type { ProblemInit } from '@assay/contract';
import type { Api, Form, Shot } from './forms/form.ts';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface Prompt {
  /** What a request has of it. */
  readonly body: { readonly prompt: string } | { readonly messages: readonly Message[] };
  /** Put before what the model writes. */
  readonly lead: string;
  /** 16 hex digits: of which prompt a sample is. */
  readonly digest: string;
}

/** Undefined where the problem has nothing to ask by. */
export function buildPrompt(
  form: Form,
  problem: ProblemInit,
  shots: readonly Shot[],
  api: Api,
): Prompt | undefined {
  const question = form.question(problem, api);
  if (question === undefined) return undefined;
  const body =
    api === 'chat'
      ? { messages: turns(form, shots, question.text) }
      : { prompt: text(form, shots, question.text) };
  const lead = api === 'chat' ? '' : (question.lead ?? '');
  return { body, lead, digest: hash('sha256', JSON.stringify([body, lead]), 'hex').slice(0, 16) };
}

function text({ ask, gap, end }: Form, shots: readonly Shot[], question: string): string {
  const before = shots.map((shot) => `${ask(shot.question)}${gap}${shot.answer}${end}`);
  return `${before.join('')}${ask(question)}`;
}

function turns({ instruction, chatAnswer }: Form, shots: readonly Shot[], question: string): Message[] {
  return [
    ...(instruction === '' ? [] : [{ role: 'system', content: instruction } as const]),
    ...shots.flatMap((shot): Message[] => [
      { role: 'user', content: shot.question },
      { role: 'assistant', content: chatAnswer?.(shot.answer) ?? shot.answer },
    ]),
    { role: 'user', content: question },
  ];
}
