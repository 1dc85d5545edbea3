/**
 * Normalizer `Precompiled`: SentencePiece's rules for characters. The library's is NFKC, which is near it
 * only.
 */

const utf8 = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Longest cluster that is looked up as a whole, in bytes. */
const maxClusterBytes = 5;
const maxKept = 10_000;

/**
 * As `tokenizers` reads the rules (https://docs.rs/spm_precompiled): a short cluster becomes what the
 * shortest rule for its beginning says; where there is none, and of a longer cluster, each character becomes
 * what its rule says.
 *
 * `base64`: number of bytes of a double-array trie (darts-clone's), the trie, and the texts that its values
 * point into.
 */
export function charsmap(base64: string): (text: string) => string {
  const bytes = Buffer.from(base64, 'base64');
  const size = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
  if (size === 0 || size % 4 !== 0 || 4 + size > bytes.length)
    throw new Error('its character map is cut off');
  const trie = Uint32Array.from({ length: size / 4 }, (_, at) => bytes.readUInt32LE(4 + 4 * at));
  const texts = bytes.subarray(4 + size);
  const offset = (unit: number) => (unit >>> 10) << ((unit & 0x200) >>> 6);

  function rule(text: string): string | undefined {
    let at = offset(trie[0] ?? 0);
    for (const byte of utf8.encode(text)) {
      at ^= byte;
      const unit = trie[at];
      if (unit === undefined || byte === 0 || (unit & 0x8000_00ff) !== byte) return undefined;
      at ^= offset(unit);
      if ((unit & 0x100) === 0) continue;
      const start = (trie[at] ?? 0) & 0x7fff_ffff;
      return decoder.decode(texts.subarray(start, texts.indexOf(0, start)));
    }
    return undefined;
  }

  function normal(cluster: string): string {
    const whole = utf8.encode(cluster).length <= maxClusterBytes ? rule(cluster) : undefined;
    return whole ?? Array.from(cluster, (character) => rule(character) ?? character).join('');
  }

  const known = new Map<string, string>();
  return (text) => {
    const made: string[] = [];
    for (const { segment } of clusters.segment(text)) {
      let part = known.get(segment);
      if (part === undefined) {
        part = normal(segment);
        if (known.size >= maxKept) known.clear();
        if (segment.length <= 8) known.set(segment, part);
      }
      made.push(part);
    }
    return made.join('');
  };
}
