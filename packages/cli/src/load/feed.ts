/** Candidates to load a verifier with: read once, all different, given out in their order and then again. */
import type { VerifierBatch } from '@assay/client';
import { normalizeText, problemCodec, problemDigest } from '@assay/contract';
import { problemKind } from '@assay/verifier-kit';
import { usageError } from '../exit.ts';
import type { Samples } from '../samples.ts';

/** Characters of candidates, and candidates, that are kept. */
const maxChars = 256 * 1024 * 1024;
const maxCandidates = 1_000_000;

export class Feed {
  /** Different candidates. */
  readonly distinct: number;
  /** The input has more than could be kept. */
  readonly cut: boolean;
  /** Candidates that were given out. */
  given = 0;
  readonly #portions: readonly VerifierBatch[];
  #portion = 0;
  #at = 0;

  private constructor(portions: readonly VerifierBatch[], cut: boolean) {
    this.#portions = portions;
    this.distinct = portions.reduce((sum, { texts }) => sum + texts.length, 0);
    this.cut = cut;
  }

  /**
   * Reads samples of these kinds of problem.
   * Error: `usage` where there is none.
   */
  static async read(
    samples: Samples,
    {
      kinds,
      normalization,
    }: { kinds: readonly string[]; normalization: Parameters<typeof normalizeText>[1] },
  ): Promise<Feed> {
    const portions = new Map<string, VerifierBatch & { seen: Set<string> }>();
    const others = new Set<string>();
    let [chars, count] = [0, 0];
    let cut = false;
    for await (const { problem, candidates } of samples) {
      const digest = problemDigest(problem);
      let portion = portions.get(digest);
      if (portion === undefined) {
        const wire = problemCodec.serialize(problem);
        const kind = problemKind(problemCodec.deserialize(wire)) ?? 'none';
        if (!kinds.includes(kind)) {
          others.add(kind);
          continue;
        }
        portion = { problem, digest, bytes: wire.length, texts: [], seen: new Set() };
        portions.set(digest, portion);
      }
      for (const { text = '' } of candidates) {
        const normal = normalizeText(text, normalization);
        if (portion.seen.has(normal)) continue;
        portion.seen.add(normal);
        portion.texts.push(normal);
        chars += normal.length;
        count++;
      }
      cut = chars > maxChars || count > maxCandidates;
      if (cut) break;
    }
    const filled = [...portions.values()].filter(({ texts }) => texts.length > 0);
    if (filled.length === 0) {
      throw usageError(
        others.size > 0
          ? `The verifier judges ${kinds.join(', ')}, and the samples have problems of the kind ${[...others].join(', ')}.`
          : 'The samples have no candidate.',
        'Give samples that it can judge; --format says how to read them.',
      );
    }
    return new Feed(
      filled.map(({ seen: _, ...portion }) => portion),
      cut,
    );
  }

  /** The next candidates of one problem: at most `most`, and about `chars` characters, but at least one. */
  next(most: number, chars: number): VerifierBatch {
    const portion = this.#portions[this.#portion] as VerifierBatch;
    const texts: string[] = [];
    for (let left = chars; texts.length < most && this.#at < portion.texts.length; this.#at++) {
      const text = portion.texts[this.#at] as string;
      left -= text.length;
      if (texts.length > 0 && left < 0) break;
      texts.push(text);
    }
    this.given += texts.length;
    if (this.#at === portion.texts.length) {
      this.#portion = (this.#portion + 1) % this.#portions.length;
      this.#at = 0;
    }
    return { ...portion, texts };
  }
}
