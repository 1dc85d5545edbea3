/** Conversations as token ids, so that no text of a prompt or response is ever read as a special token. */
import { createHash } from 'node:crypto';
import { messageOf } from '@assay/contract';
import { BackendError, type Encoded, type Encoder, type Item, type Message } from '../types.ts';
import { Neutralizer } from './neutralize.ts';
import { ChatTemplate, type Layout, type Preset, presetTokens, stepsOf, strip } from './template.ts';
import { type AddedToken, parts, Texts, type TokenizerJson } from './text.ts';

export type Truncation = 'refuse' | 'response';

/** A response in steps, each with a tag after it, for a process reward model. */
export interface EncodedSteps extends Encoded {
  /** Positions in `ids` of the tags: one at least. */
  readonly steps: readonly number[];
}

export interface TokenEncoder extends Encoder {
  /**
   * The response's parts between blank lines with a step tag after each (Qwen2.5-Math-PRM's form, its model
   * card). Throws BackendError `too_long` as `encode` does, and where no step is left; `misuse` where no step
   * tag was given.
   */
  encodeSteps(item: Item): EncodedSteps;
}

export interface EncoderParts {
  readonly tokenizer: TokenizerJson;
  /** Texts of special tokens by name, as templates use them: `bos_token` and the like. */
  readonly special: Readonly<Record<string, string>>;
  readonly template: { readonly name: string; readonly preset: Preset | undefined; readonly source: string };
  readonly maxTokens: number;
  readonly truncation: Truncation;
  /** Text or id of the token after each step of a process reward model. */
  readonly stepTag: string | number | undefined;
}

/** Prompts whose ids are kept. */
const maxPrompts = 256;

/** A text longer than this, and than so many characters for each token that the model reads, is refused. */
const mostCharacters = 2 ** 20;
const charactersPerToken = 64;

/** A text that still becomes a special token when it was normalised so many times is refused. */
const mostNormals = 4;

/** Conversations that show what a template writes. */
const usualRoles: readonly (readonly string[])[] = [
  ['user', 'assistant'],
  ['system', 'user', 'assistant'],
  ['user', 'assistant', 'user', 'assistant'],
];

interface Prompt {
  readonly ids: readonly number[];
  /** What the template, and the tokenizer, put after the response. */
  readonly closing: readonly number[];
  readonly strips: Layout['strips'][number];
}

interface Tokens {
  readonly known: ReadonlyMap<string, AddedToken>;
  readonly pattern: RegExp | undefined;
}

/** Throws BackendError `misuse` where tokenizer and template cannot be used. */
export function createEncoder(made: EncoderParts): TokenEncoder {
  return new FolderEncoder(made);
}

class FolderEncoder implements TokenEncoder {
  readonly digest: string;
  readonly template: string;
  readonly #parts: EncoderParts;
  readonly #texts: Texts;
  readonly #chat: ChatTemplate;
  /** Found in template pieces; and those that contents may hold. */
  readonly #all: Tokens;
  readonly #ordinary: Tokens;
  readonly #control: ReadonlySet<number>;
  readonly #opening: readonly number[];
  readonly #ending: readonly number[];
  readonly #stepTag: number | undefined;
  readonly #neutralizer: Neutralizer;
  readonly #prompts = new Map<string, Prompt>();

  constructor(made: EncoderParts) {
    const { tokenizer, template, special } = made;
    this.#parts = made;
    this.template = template.name;
    this.#chat = new ChatTemplate(template.source, special);
    this.#usual();
    const written = usualRoles.flatMap((roles) => this.#pieces(roles));
    const sources = [template.source, ...written].join('\0');
    const named = new Set(Object.values(special));
    this.#all = tokens(tokenizer.added_tokens);
    this.#stepTag = stepTagOf(made.stepTag, tokenizer);
    // Some tokenizers do not call special what their template consists of; nor are line breaks, which it holds
    // as well.
    const control = tokenizer.added_tokens.filter(
      ({ special, content, id }) =>
        special ||
        named.has(content) ||
        id === this.#stepTag ||
        (content.trim() !== '' && sources.includes(content)),
    );
    this.#control = new Set(control.map(({ id }) => id));
    this.#ordinary = tokens(tokenizer.added_tokens.filter(({ id }) => !this.#control.has(id)));
    try {
      this.#texts = new Texts(tokenizer, new Set(control.map(({ content }) => content)));
      [this.#opening, this.#ending] = around(tokenizer);
    } catch (cause) {
      throw new BackendError(
        'misuse',
        `tokenizer.json cannot be used: ${messageOf(cause)}. Save it with a current version of transformers.`,
        { cause },
      );
    }
    const texts = control.map(({ content }) => content);
    const normal = control
      .filter(({ normalized }) => normalized)
      .map(({ content }) => this.#texts.normal(content));
    this.#neutralizer = new Neutralizer([...texts, ...normal]);
    for (const text of template.preset === undefined ? [] : presetTokens[template.preset]) {
      if (this.#all.known.has(text)) continue;
      throw new BackendError(
        'misuse',
        `The tokenizer has no token ${text}, which template ${template.name} needs. Choose another template.`,
      );
    }
    this.digest = digestOf([
      tokenizer,
      template.source,
      special,
      made.maxTokens,
      made.truncation,
      this.#stepTag ?? null,
    ]);
  }

  encode(item: Item): Encoded {
    const prompt = this.#prompt(item);
    const content = this.#content(strip(item.response, prompt.strips), false, this.#most(prompt));
    const { kept, truncated } = this.#fit(prompt, content);
    return { ids: joined(prompt, kept), promptLength: prompt.ids.length, truncated };
  }

  encodeSteps(item: Item): EncodedSteps {
    const tag = this.#stepTag;
    if (tag === undefined) {
      throw new BackendError(
        'misuse',
        'No step tag was given. Name the token that ends a step, such as <extra_0>.',
      );
    }
    const prompt = this.#prompt(item);
    const most = this.#most(prompt);
    const content: number[] = [];
    const tags: number[] = [];
    for (const text of stepsOf(strip(item.response, prompt.strips))) {
      // A tag that is an ordinary word of the model's may stand in a text, where it would be one more step.
      for (const id of this.#content(text, false, most)) if (id !== tag) content.push(id);
      tags.push(content.length);
      content.push(tag);
      if (content.length > most) break;
    }
    const { kept, truncated } = this.#fit(prompt, content);
    const steps = tags.filter((at) => at < kept.length).map((at) => prompt.ids.length + at);
    if (steps.length === 0) throw this.#tooLong('the prompt leaves no room for a step');
    return { ids: joined(prompt, kept), promptLength: prompt.ids.length, truncated, steps };
  }

  neutralize(text: string): string {
    let safe = this.#neutralizer.neutralize(text.toWellFormed());
    // The server's tokenizer normalises, too: `<` and `s>` with a character between them that it drops are `<s>`.
    for (let rest = mostNormals; ; rest--) {
      const normal = this.#texts.normal(safe);
      if (!this.#neutralizer.finds(normal)) return safe;
      if (rest === 0) throw new BackendError('rejected', 'Special tokens of the text cannot be broken up.');
      safe = this.#neutralizer.neutralize(normal);
    }
  }

  #prompt({ messages, promptKey }: Item): Prompt {
    const known = this.#prompts.get(promptKey);
    if (known !== undefined) {
      // What was used last is dropped last.
      this.#prompts.delete(promptKey);
      this.#prompts.set(promptKey, known);
      return known;
    }
    const prompt = this.#encodePrompt(messages);
    this.#prompts.set(promptKey, prompt);
    if (this.#prompts.size > maxPrompts) {
      for (const oldest of this.#prompts.keys()) {
        this.#prompts.delete(oldest);
        break;
      }
    }
    return prompt;
  }

  #encodePrompt(messages: readonly Message[]): Prompt {
    const { pieces, strips } = this.#chat.layout([...messages.map(({ role }) => role), 'assistant']);
    const ids = this.#piece(pieces[0] as string, true);
    if (this.#opening[0] !== undefined && !ids.includes(this.#opening[0])) ids.unshift(...this.#opening);
    let first = pieces[0] === '';
    messages.forEach(({ content }, i) => {
      const text = strip(content, strips[i] as Layout['strips'][number]);
      for (const id of this.#content(text, first, this.#parts.maxTokens)) ids.push(id);
      first &&= text === '';
      for (const id of this.#piece(pieces[i + 1] as string, first)) ids.push(id);
      first &&= pieces[i + 1] === '';
      if (ids.length > this.#parts.maxTokens) throw this.#tooLong('the prompt alone has more');
    });
    if (ids.length === 0) throw new BackendError('rejected', 'The prompt has no tokens.');
    const closing = this.#piece(pieces.at(-1) as string, false);
    // Where no template says how a text ends, the tokenizer does: the [SEP] of BERT's kin.
    if (this.#parts.template.preset === 'plain') closing.push(...this.#ending);
    return { ids, closing, strips: strips.at(-1) as Layout['strips'][number] };
  }

  /** Most ids of a response that have to be known. */
  #most({ ids, closing }: Prompt): number {
    const { maxTokens, truncation } = this.#parts;
    return truncation === 'refuse' ? maxTokens - ids.length - closing.length : Number.POSITIVE_INFINITY;
  }

  /** What of a response's own ids stays. */
  #fit({ ids, closing }: Prompt, content: readonly number[]): { kept: readonly number[]; truncated: number } {
    const { maxTokens, truncation } = this.#parts;
    const room = maxTokens - ids.length - closing.length;
    const truncated = Math.max(0, content.length - room);
    if (truncated > 0 && truncation === 'refuse') throw this.#tooLong('prompt and response have more');
    if (truncated > 0 && room <= 0) throw this.#tooLong('the prompt leaves no room for a response');
    return { kept: truncated > 0 ? content.slice(0, room) : content, truncated };
  }

  /** Template text: every added token is one. */
  #piece(text: string, first: boolean): number[] {
    return this.#encode(text, first, this.#all, Number.POSITIVE_INFINITY);
  }

  /** Plain text. */
  #content(text: string, first: boolean, most: number): number[] {
    const limit = Math.max(mostCharacters, charactersPerToken * this.#parts.maxTokens);
    if (text.length > limit) throw this.#tooLong(`a text has ${text.length} characters`);
    const ids = this.#encode(text.toWellFormed(), first, this.#ordinary, most);
    if (ids.some((id) => this.#control.has(id) && id !== this.#texts.unknown)) {
      throw new BackendError(
        'misuse',
        'The tokenizer makes special tokens of plain text. Choose another backend.',
      );
    }
    return ids;
  }

  #encode(text: string, first: boolean, { known, pattern }: Tokens, most: number): number[] {
    if (pattern === undefined) return this.#texts.encode(text, first, most);
    const ids: number[] = [];
    let start = 0;
    const plain = (end: number, stripsEnd: boolean) => {
      const raw = text.slice(start, Math.max(start, end));
      for (const id of this.#texts.encode(stripsEnd ? trimEnd(raw) : raw, first && start === 0, most))
        ids.push(id);
    };
    for (const { index, 0: content } of text.matchAll(pattern)) {
      const token = known.get(content) as AddedToken;
      plain(index, token.lstrip === true);
      ids.push(token.id);
      start = index + content.length;
      if (token.rstrip) while (whiteSpace.test(text.charAt(start))) start += 1;
      if (ids.length > most) return ids;
    }
    plain(text.length, false);
    return ids;
  }

  #pieces(roles: readonly string[]): readonly string[] {
    try {
      return this.#chat.layout(roles).pieces;
    } catch {
      // Said where it is asked for: many templates take no system prompt.
      return [];
    }
  }

  /** Throws where not even a plain question can be encoded. */
  #usual(): void {
    try {
      this.#chat.layout(['user', 'assistant']);
    } catch (cause) {
      throw new BackendError('misuse', `Template ${this.template} cannot be used. ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  #tooLong(why: string): BackendError {
    return new BackendError('too_long', `The model reads ${this.#parts.maxTokens} tokens: ${why}.`);
  }
}

const joined = ({ ids, closing }: Prompt, content: readonly number[]): number[] =>
  ids.concat(content, closing);

/** The tokenizers' own: that of JavaScript's `trim` is another. */
const whiteSpace = /\p{White_Space}/u;

function trimEnd(text: string): string {
  let end = text.length;
  while (whiteSpace.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** To be found in texts, of tokens that start alike the longest. */
function tokens(list: readonly AddedToken[]): Tokens {
  const known = new Map(list.map((token) => [token.content, token]));
  known.delete('');
  const longestFirst = [...known.keys()]
    .sort((a, b) => b.length - a.length)
    .map((text) => RegExp.escape(text));
  return { known, pattern: known.size === 0 ? undefined : new RegExp(longestFirst.join('|'), 'gu') };
}

function stepTagOf(
  tag: string | number | undefined,
  { added_tokens, model }: TokenizerJson,
): number | undefined {
  if (typeof tag !== 'string') return tag;
  const vocab = model.vocab as Readonly<Record<string, unknown>>;
  const id =
    added_tokens.find(({ content }) => content === tag)?.id ??
    (Object.hasOwn(vocab, tag) ? vocab[tag] : undefined);
  if (typeof id === 'number') return id;
  throw new BackendError(
    'misuse',
    `The tokenizer has no token ${tag}. Name the one that ends a step, such as <extra_0>.`,
  );
}

/** What the tokenizer puts before and after a text on its own. */
function around({ post_processor, added_tokens, model }: TokenizerJson): [number[], number[]] {
  if (post_processor === null) return [[], []];
  const mark = '\ue000';
  const made = parts({ post_processor }).post_processor?.post_process([mark], null, true).tokens ?? [mark];
  const vocab = model.vocab as Readonly<Record<string, number>>;
  const idOf = (token: string): number => {
    const id = added_tokens.find(({ content }) => content === token)?.id ?? vocab[token];
    if (typeof id !== 'number') throw new Error(`its post-processor writes ${token}, which is no token`);
    return id;
  };
  const at = made.indexOf(mark);
  return [made.slice(0, at).map(idOf), made.slice(at + 1).map(idOf)];
}

function digestOf(deciding: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(deciding)).digest('hex').slice(0, 12);
}
