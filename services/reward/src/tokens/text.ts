/**
 * Texts as ids: the parts of a `tokenizer.json` by @huggingface/tokenizers, with what has to be otherwise.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { charsmap } from './charsmap.ts';
import { type BpeJson, bpe, type Model, other, type UnigramJson, unigram } from './model.ts';

interface Part {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** What is read of a `tokenizer.json`. */
export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: Part | null;
  readonly pre_tokenizer: Part | null;
  readonly post_processor: Part | null;
  readonly model: Part & { readonly vocab: unknown };
}

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
  readonly normalized?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
}

/** Words whose ids are kept, and the longest of them. */
const maxWords = 50_000;
const maxKept = 64;

/**
 * Tokenises pieces of a conversation, each by itself. Only the first gets what the tokenizer puts before a
 * text (`▁` or a space), for they are one text: elsewhere it would be a space that nobody wrote. That is what
 * transformers does with `legacy=False`.
 */
export class Texts {
  readonly #normalize: (text: string) => string;
  readonly #split: (text: string) => readonly string[];
  readonly #model: Model;
  readonly #words = new Map<string, readonly number[]>();
  /** Put before the first text, as it is and once it is normalised. */
  readonly #prepend: string = '';
  readonly #leading: RegExp | undefined;
  readonly #bytes: boolean;
  /** Id of what the model does not know. */
  readonly unknown: number | undefined;

  /**
   * `closed`: names of tokens that the model makes of no text. Throws Error where a part of the tokenizer is
   * not supported.
   */
  constructor(json: TokenizerJson, closed: ReadonlySet<string>) {
    const normalizers = flat(json.normalizer, 'normalizers');
    if (normalizers[0]?.type === 'Prepend') this.#prepend = String(normalizers.shift()?.prepend);
    const steps = normalizers.map(normalizerOf);
    this.#normalize = (text) => steps.reduce((normal, step) => step(normal), text);

    const splitters = flat(json.pre_tokenizer, 'pretokenizers');
    const [first, last] = [splitters[0], splitters.at(-1)];
    if (first?.type === 'Metaspace') {
      const scheme = first.prepend_scheme ?? (first.add_prefix_space === false ? 'never' : 'always');
      if (scheme !== 'never') this.#leading = /^[ ▁]/;
      splitters[0] = { ...first, prepend_scheme: 'never' };
    }
    this.#bytes = last?.type === 'ByteLevel';
    if (last !== undefined && this.#bytes) {
      if (last.add_prefix_space === true && first === last) this.#leading = /^ /;
      // The model makes bytes of words itself: fewer have to be made.
      splitters.splice(-1, 1, ...(last.use_regex === false ? [] : [splitAt(byteLevelPattern)]));
    }
    const pretokenizers = splitters.flatMap(mended);
    const split = parts({ pre_tokenizer: { type: 'Sequence', pretokenizers } }).pre_tokenizer;
    this.#split = split === null ? (text) => [text] : (text) => split(text);
    const { unk_id, unk_token, vocab } = json.model;
    const known = vocab as Readonly<Record<string, number>>;
    this.unknown = typeof unk_id === 'number' ? unk_id : known[String(unk_token)];
    this.#model = modelOf(json.model, closed, this.unknown);
  }

  /** What the model sees of a text. */
  normal(text: string): string {
    return this.#normalize(text);
  }

  /** Ids; a few more than `most` at least where there are more. `first`: nothing stands before the text. */
  encode(text: string, first: boolean, most = Number.POSITIVE_INFINITY): number[] {
    if (text === '') return [];
    const normal = this.#normalize(first ? this.#prepend + text : text);
    if (normal === '') return [];
    const whole = first && this.#leading?.test(normal) === false ? ` ${normal}` : normal;
    const ids: number[] = [];
    for (const word of this.#split(whole)) {
      for (const id of this.#word(word)) ids.push(id);
      if (ids.length > most) break;
    }
    return ids;
  }

  #word(word: string): readonly number[] {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const ids = this.#model(this.#bytes ? byteCharacters(word) : word);
    if (word.length > maxKept) return ids;
    if (this.#words.size >= maxWords) this.#words.clear();
    this.#words.set(word, ids);
    return ids;
  }
}

function modelOf(
  json: Part & { readonly vocab: unknown },
  closed: ReadonlySet<string>,
  unknown?: number,
): Model {
  if (json.type === 'BPE') return bpe(json as unknown as BpeJson, closed);
  if (json.type === 'Unigram') return unigram(json as unknown as UnigramJson, closed);
  const vocab = Object.entries(json.vocab as Readonly<Record<string, number>>);
  const open = vocab.filter(([token]) => !closed.has(token) || token === json.unk_token);
  return other(parts({ model: { ...json, vocab: Object.fromEntries(open) } }), unknown);
}

/** The library's tokenizer with some parts of one. */
export function parts(some: Readonly<Record<string, unknown>>): Tokenizer {
  const none = {
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    added_tokens: [],
  };
  return new Tokenizer({ ...none, model: { type: 'WordPiece', vocab: {}, unk_token: '' }, ...some }, {});
}

/** A part that is a sequence, as its parts. */
function flat(part: Part | null | undefined, name: string): Part[] {
  if (part == null) return [];
  return part.type === 'Sequence' ? (part[name] as Part[]).flatMap((each) => flat(each, name)) : [part];
}

/** Character of each byte, by GPT-2's table: bytes that are no visible character are those from U+0100 on. */
const byteTable: readonly string[] = (() => {
  const visible = (byte: number) =>
    (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte <= 0xff && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(visible(byte) ? byte : next++));
})();

const utf8 = new TextEncoder();

function byteCharacters(word: string): string {
  let characters = '';
  for (const byte of utf8.encode(word)) characters += byteTable[byte];
  return characters;
}

/** That of pre-tokenizer `ByteLevel`, from GPT-2. */
const byteLevelPattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const punctuation = '[\\p{P}!-/:-@\\[-`{-~]';

/** Matches are words, and so is what is between them. */
const splitAt = (pattern: string): Part => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
});

/** Matches are words, and nothing else is. */
const onlyMatches = (pattern: string): Part => ({ ...splitAt(pattern), behavior: 'Removed', invert: true });

/**
 * The pre-tokenizer as one that the library does as the original does: its own white space, digits and word
 * characters are those of JavaScript, and some options it does not know.
 */
function mended(part: Part): Part[] {
  switch (part.type) {
    case 'Whitespace':
      return [onlyMatches('\\w+|[^\\w\\s]+')];
    case 'WhitespaceSplit':
      return [onlyMatches('\\S+')];
    case 'BertPreTokenizer':
      return [onlyMatches('\\S+'), splitAt(punctuation)];
    case 'Digits':
      return [splitAt(part.individual_digits ? '\\p{N}' : '\\p{N}+')];
    case 'Punctuation':
      if (!['Isolated', 'Contiguous', undefined].includes(part.behavior as string)) throw unsupported(part);
      return [splitAt(part.behavior === 'Contiguous' ? `${punctuation}+` : punctuation)];
    case 'Metaspace':
      return part.split === false ? [part] : [part, splitAt('▁[^▁]*')];
    case 'Split': {
      // Gemma's: its normalizer has replaced all spaces.
      const idle = (part.pattern as { String?: string }).String === ' ';
      const known = part.behavior === 'Isolated' || part.behavior === 'Removed';
      if (!known && !idle) throw unsupported(part);
      return [part];
    }
    default:
      return [part];
  }
}

function unsupported(part: Part): Error {
  return new Error(`${part.type} with behavior ${part.behavior} is not supported`);
}

function normalizerOf(part: Part): (text: string) => string {
  if (part.type === 'BertNormalizer') return (text) => bertNormal(text, part);
  if (part.type === 'Lowercase') return lower;
  if (part.type === 'Precompiled') return charsmap(String(part.precompiled_charsmap));
  const { normalizer } = parts({ normalizer: part });
  const normalize = (text: string) => normalizer?.normalize(text) ?? text;
  return /^NFK?[CD]$/.test(part.type) ? inParts(normalize) : normalize;
}

/**
 * Of marks in a row, so many are put in order at once: some rows take quadratic time, and no writing has more
 * than a few.
 */
const manyMarks = /\p{M}{256}/gu;

function inParts(normalize: (text: string) => string): (text: string) => string {
  return (text) => {
    let [normal, start] = ['', 0];
    for (const { index, 0: marks } of text.matchAll(manyMarks)) {
      const end = index + marks.length;
      normal += normalize(text.slice(start, end));
      start = end;
    }
    return normal + normalize(text.slice(start));
  };
}

const nfd = inParts((text) => text.normalize('NFD'));

/** Character by character: that of a text would know a last sigma. */
function lower(text: string): string {
  return text.replace(/Σ/g, 'σ').toLowerCase();
}

const ideograph = new RegExp(
  '[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}' +
    '\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]',
  'gu',
);

/** The library's knows no ideographs beyond U+FFFF. */
function bertNormal(text: string, options: Part): string {
  let normal = text;
  if (options.clean_text) {
    normal = normal.replace(/[^\P{C}\p{Cn}\t\n\r]|\ufffd/gu, '').replace(/\p{White_Space}/gu, ' ');
  }
  if (options.handle_chinese_chars) normal = normal.replace(ideograph, ' $& ');
  if (options.strip_accents ?? options.lowercase) normal = nfd(normal).replace(/\p{Mn}/gu, '');
  return options.lowercase ? lower(normal) : normal;
}
