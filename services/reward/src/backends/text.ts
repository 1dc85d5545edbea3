/** Items as text, for servers that read no token ids. */
import type { Encoder, Message } from '../types.ts';

/** Texts that tokenizers commonly hold for special tokens. A lone `<b>` or `[x]` is none of them. */
const special =
  /<[|｜][^\s<>]{1,64}?[|｜]>|<\/?s>|<(?:pad|unk|mask|bos|eos|cls|sep|extra_\d+|(?:start|end)_of_turn)>|\[(?:CLS|SEP|PAD|MASK|UNK|BOS|EOS|INST|\/INST)\]/gi;

/** Characters that some tokenizers drop. */
const ignored = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}]|[^\P{Cc}\t\n\r]/gu;

/** Breaks up what may be a special token's text. Exact with the encoder of the model, else by common forms. */
export function neutralizer(encoder: Encoder | undefined): (text: string) => string {
  if (encoder !== undefined) return (text) => encoder.neutralize(text);
  return (text) => {
    const safe = broken(text);
    // Most tokenizers that normalise do so by these rules, or by some of them. Marks go first: a long row of them
    // would be put in order in quadratic time.
    const normal = safe.replace(ignored, '').normalize('NFKD').replace(ignored, '');
    return normal.search(special) < 0 ? safe : broken(normal);
  };
}

function broken(text: string): string {
  return text.replace(special, (token) => `${token[0]} ${token.slice(1)}`);
}

/** A single message as it is; several with their roles. */
export function promptText(messages: readonly Message[]): string {
  if (messages.length === 1) return (messages[0] as Message).content;
  return messages.map(({ role, content }) => `${role}: ${content}`).join('\n\n');
}
