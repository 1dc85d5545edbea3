/** A stand-in for a tokenizer and its template: a token for each character, and a few special ones. */
import type { TokenEncoder } from '../../tokens/index.ts';
import { BackendError, type Encoded, type Item } from '../../types.ts';

export const bos = 1;
export const stepTag = 5;
const roles: Readonly<Record<string, number>> = { system: 2, user: 2, assistant: 3 };
const end = 4;

/** Special tokens as they are written in texts. */
export const specials: Readonly<Record<string, number>> = {
  '<s>': bos,
  '<|user|>': 2,
  '<|assistant|>': 3,
  '<|end|>': end,
  '<extra_0>': stepTag,
};

const special = /<s>|<\|user\|>|<\|assistant\|>|<\|end\|>|<extra_0>/g;

/** As servers that read text do: what looks like a special token is one. */
export function tokenize(text: string): number[] {
  const ids: number[] = [];
  let at = 0;
  for (const match of text.matchAll(special)) {
    ids.push(...plain(text.slice(at, match.index)), specials[match[0]] as number);
    at = match.index + match[0].length;
  }
  return [...ids, ...plain(text.slice(at))];
}

function plain(text: string): number[] {
  return Array.from(text, (character) => 100 + (character.codePointAt(0) as number));
}

/** Refuses items of more than `maxTokens`. */
export function standInEncoder(maxTokens = Number.POSITIVE_INFINITY): TokenEncoder {
  function encoded({ messages }: Item, response: readonly number[]): Encoded {
    const prompt = messages.flatMap(({ role, content }) => [roles[role] ?? 2, ...plain(content), end]);
    const ids = [bos, ...prompt, 3, ...response, end];
    if (ids.length > maxTokens) throw new BackendError('too_long', `${ids.length} tokens`);
    return { ids, promptLength: prompt.length + 2, truncated: 0 };
  }
  return {
    digest: '0123456789ab',
    template: 'stand-in',
    encode: (item) => encoded(item, plain(item.response)),
    encodeSteps(item) {
      const steps = item.response.split(/\n{2,}/);
      const one = encoded(
        item,
        steps.flatMap((step) => [...plain(step), stepTag]),
      );
      return { ...one, steps: one.ids.flatMap((id, at) => (id === stepTag ? [at] : [])) };
    },
    neutralize: (text) => text.replace(special, (token) => `${token[0]} ${token.slice(1)}`),
  };
}

/** The stand-in model: a score between -8 and 8 of all ids and their order. */
export function modelScore(ids: readonly number[]): number {
  let state = 2166136261;
  for (const id of ids) state = Math.imul(state ^ id, 16777619) >>> 0;
  // Else the last ids hardly move the upper bits.
  state = Math.imul(state ^ (state >>> 15), 0x85ebca6b);
  state = (state ^ (state >>> 13)) >>> 0;
  return (state / 2 ** 32) * 16 - 8;
}
