/** What a server answers to a request for completions. */

import { RequestFault } from './fault.ts';
import type { Api } from './forms/form.ts';

export interface Choice {
  /** Its place in the answer, from 0. */
  readonly place: number;
  readonly text: string;
  /** Empty where the server gives none. */
  readonly finishReason: string;
  /** Tokens of the text, where they are known of this choice alone. */
  readonly tokens: number | undefined;
}

export interface Answer {
  /** In order, each place once; at most as many as were asked for. Unfinished ones are left out. */
  readonly choices: readonly Choice[];
  readonly promptTokens: number | undefined;
  /** Of all choices that the server made, together. */
  readonly tokens: number | undefined;
  /** How many choices that are. */
  readonly made: number;
}

/** What servers say of a choice that they gave up themselves: nothing that the model said. */
const unfinished = new Set(['abort', 'error']);

type Fields = Record<string, unknown>;

/** Reads an answer; throws a RequestFault `retry` for what is none. */
export function readAnswer(text: string, api: Api, asked: number): Answer {
  const body = fieldsOf(parse(text));
  const given = Array.isArray(body?.choices) ? (body.choices as unknown[]) : undefined;
  if (given === undefined || given.length === 0) throw new RequestFault('retry', 'an answer without choices');
  const usage = fieldsOf(body?.usage);
  const tokens = countOf(usage?.completion_tokens);
  const places = new Map<number, Choice>();
  for (const [position, value] of given.entries()) {
    const choice = fieldsOf(value);
    const place = countOf(choice?.index) ?? position;
    if (choice === undefined || places.has(place) || place >= asked) continue;
    const finishReason = typeof choice.finish_reason === 'string' ? choice.finish_reason : '';
    if (unfinished.has(finishReason)) continue;
    const counted = tokensListed(choice.logprobs);
    places.set(place, {
      place,
      text: textOf(choice, api),
      finishReason,
      tokens: given.length === 1 ? (tokens ?? counted) : counted,
    });
  }
  if (places.size === 0) throw new RequestFault('retry', 'an answer without a finished choice');
  return {
    choices: [...places.values()].sort((a, b) => a.place - b.place),
    promptTokens: countOf(usage?.prompt_tokens),
    tokens,
    made: given.length,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestFault('retry', 'an answer that is no whole JSON');
  }
}

/** A chat model that only thought, until its tokens ran out, said nothing: that is its answer. */
function textOf(choice: Fields, api: Api): string {
  const text = api === 'chat' ? (fieldsOf(choice.message)?.content ?? '') : choice.text;
  if (typeof text === 'string') return text;
  throw new RequestFault('retry', 'a choice without text');
}

/** Tokens in the log probabilities of a choice, as either API lists them. */
function tokensListed(logprobs: unknown): number | undefined {
  const { tokens, content } = fieldsOf(logprobs) ?? {};
  const list = tokens ?? content;
  return Array.isArray(list) ? list.length : undefined;
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** Undefined for what is no number of tokens: files and verdicts have 32 bits for one. */
function countOf(value: unknown): number | undefined {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32
    ? (value as number)
    : undefined;
}
