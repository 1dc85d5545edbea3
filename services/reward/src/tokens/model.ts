/**
 * What makes ids of words: the models of a `tokenizer.json`. Time is linear in the text, but for a logarithm.
 */
import type { Tokenizer } from '@huggingface/tokenizers';

/** Ids of one pre-token. */
export type Model = (word: string) => readonly number[];

export interface BpeJson {
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly (string | readonly [string, string])[];
  readonly unk_token?: string | null;
  readonly fuse_unk?: boolean;
  readonly byte_fallback?: boolean;
  readonly ignore_merges?: boolean;
  readonly continuing_subword_prefix?: string | null;
  readonly end_of_word_suffix?: string | null;
}

export interface UnigramJson {
  readonly vocab: readonly (readonly [string, number])[];
  readonly unk_id?: number | null;
  readonly byte_fallback?: boolean;
}

const utf8 = new TextEncoder();

const byteName = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/** Ids of a text's UTF-8 bytes, where the vocabulary has all of them. */
function byteIds(text: string, vocab: ReadonlyMap<string, number>): number[] | undefined {
  const ids: number[] = [];
  for (const byte of utf8.encode(text)) {
    const id = vocab.get(byteName(byte));
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}

/** Lowest number first. */
class Heap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((items[above] as number) <= item) break;
      items[at] = items[above] as number;
      at = above;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && (items[below + 1] as number) < (items[below] as number)) below += 1;
      if ((items[below] as number) >= last) break;
      items[at] = items[below] as number;
      at = below;
    }
    items[at] = last;
    return first;
  }
}

/** Above every position in a word, so that rank * span + position orders by rank, then from the left. */
const span = 2 ** 32;
/** Above every id: a pair of ids is one number. */
const idSpan = 2 ** 24;

/**
 * Byte pair encoding: of all neighbours that may merge, those of the lowest rank do, the leftmost first.
 * Ours, since the library's takes tens of times as long. `closed`: tokens that no text may become.
 */
export function bpe(json: BpeJson, closed: ReadonlySet<string>): Model {
  const prefix = json.continuing_subword_prefix ?? '';
  const suffix = json.end_of_word_suffix ?? '';
  const ids = new Map(Object.entries(json.vocab));
  const unknown = json.unk_token == null ? undefined : ids.get(json.unk_token);
  const rules = new Map<number, { readonly rank: number; readonly id: number }>();
  json.merges.forEach((merge, rank) => {
    const at = typeof merge === 'string' ? merge.indexOf(' ') : 0;
    const [left, right] = typeof merge === 'string' ? [merge.slice(0, at), merge.slice(at + 1)] : merge;
    const made = left + right.slice(prefix.length);
    const [leftId, rightId, id] = [ids.get(left), ids.get(right), ids.get(made)];
    if (leftId === undefined || rightId === undefined || id === undefined || closed.has(made)) return;
    rules.set(leftId * idSpan + rightId, { rank, id });
  });
  const symbols = new Map(ids);
  for (const token of closed) symbols.delete(token);

  function start(word: string): number[] {
    const made: number[] = [];
    const characters = [...word];
    let unknownBefore = false;
    for (const [at, character] of characters.entries()) {
      const name = `${at > 0 ? prefix : ''}${character}${at === characters.length - 1 ? suffix : ''}`;
      const id = symbols.get(name);
      const bytes = id === undefined && json.byte_fallback ? byteIds(name, ids) : undefined;
      if (id !== undefined) made.push(id);
      else if (bytes !== undefined) made.push(...bytes);
      else if (unknown !== undefined && !(json.fuse_unk && unknownBefore)) made.push(unknown);
      unknownBefore = id === undefined && bytes === undefined;
    }
    return made;
  }

  return (word) => {
    const whole = json.ignore_merges ? symbols.get(word) : undefined;
    if (whole !== undefined) return [whole];
    const made = start(word);
    const count = made.length;
    const next = Int32Array.from(made, (_, at) => at + 1);
    const before = Int32Array.from(made, (_, at) => at - 1);
    const heap = new Heap();
    const rule = (at: number) => {
      const right = next[at] as number;
      return right < count ? rules.get((made[at] as number) * idSpan + (made[right] as number)) : undefined;
    };
    const offer = (at: number) => {
      const found = rule(at);
      if (found !== undefined) heap.push(found.rank * span + at);
    };
    for (let at = 0; at < count; at++) offer(at);
    for (let top = heap.pop(); top !== undefined; top = heap.pop()) {
      const at = top % span;
      const found = rule(at);
      // What was offered may have merged since: then another rank is at its place, or none.
      if (found === undefined || found.rank !== Math.floor(top / span)) continue;
      const right = next[at] as number;
      made[at] = found.id;
      made[right] = -1;
      next[at] = next[right] as number;
      if ((next[at] as number) < count) before[next[at] as number] = at;
      if ((before[at] as number) >= 0) offer(before[at] as number);
      offer(at);
    }
    return made.filter((id) => id >= 0);
  };
}

interface Node {
  readonly next: Map<number, Node>;
  /** Of the piece that ends here; -1: none. */
  id: number;
}

/**
 * The likeliest pieces (of equally likely ones the longest last), after SentencePiece's unigram model. Ours,
 * since the library's cannot keep text from becoming a control token, fall back to bytes, or take long texts.
 */
export function unigram(json: UnigramJson, closed: ReadonlySet<string>): Model {
  const unknown = json.unk_id ?? undefined;
  const root: Node = { next: new Map(), id: -1 };
  const ids = new Map(json.vocab.map(([piece], id) => [piece, id]));
  const lowest = json.vocab.reduce((least, [, score]) => Math.min(least, score), Infinity);
  for (const [piece, id] of ids) {
    if (closed.has(piece) || piece === '') continue;
    let node = root;
    for (let at = 0; at < piece.length; at++) {
      const unit = piece.charCodeAt(at);
      let child = node.next.get(unit);
      if (child === undefined) {
        child = { next: new Map(), id: -1 };
        node.next.set(unit, child);
      }
      node = child;
    }
    node.id = id;
  }

  return (word) => {
    const scores = new Float64Array(word.length + 1).fill(-Infinity);
    const from = new Int32Array(word.length + 1);
    const chosen = new Int32Array(word.length + 1);
    scores[0] = 0;
    const reach = (start: number, end: number, score: number, id: number) => {
      const total = (scores[start] as number) + score;
      if (total <= (scores[end] as number)) return;
      scores[end] = total;
      from[end] = start;
      chosen[end] = id;
    };
    for (let start = 0; start < word.length; ) {
      const width = (word.codePointAt(start) as number) > 0xffff ? 2 : 1;
      let single = false;
      let node = root.next.get(word.charCodeAt(start));
      for (let end = start + 1; node !== undefined; end++) {
        if (node.id >= 0) {
          reach(start, end, json.vocab[node.id]?.[1] ?? 0, node.id);
          single ||= end === start + width;
        }
        node = end >= word.length ? undefined : node.next.get(word.charCodeAt(end));
      }
      if (!single) reach(start, start + width, lowest - 10, -1);
      start += width;
    }
    const made: number[] = [];
    // From the end; unknown ones in a row are one.
    for (let end = word.length; end > 0; ) {
      let start = from[end] as number;
      const id = chosen[end] as number;
      if (id < 0) while (start > 0 && (chosen[start] as number) < 0) start = from[start] as number;
      const bytes = id < 0 && json.byte_fallback ? byteIds(word.slice(start, end), ids) : undefined;
      if (id >= 0) made.push(id);
      else if (bytes !== undefined) for (const byte of bytes.reverse()) made.push(byte);
      else if (unknown !== undefined) made.push(unknown);
      end = start;
    }
    return made.reverse();
  };
}

/** What of the library's models is used: its type allows for more. */
type LibraryModel = ((words: string[]) => string[]) & {
  readonly tokens_to_ids: ReadonlyMap<string, number>;
};

/** Any other model, by the library. */
export function other(library: Tokenizer, unknown: number | undefined): Model {
  const model = library.model as unknown as LibraryModel;
  return (word) => model([word]).flatMap((token) => model.tokens_to_ids.get(token) ?? unknown ?? []);
}
