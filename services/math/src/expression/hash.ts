/** Fixed pseudo-random numbers from text. */

/** 53 bits of the text, the same on every run (cyrb53). Not for security. */
export function hash53(text: string, seed = 0): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let k = 0; k < text.length; k++) {
    const code = text.charCodeAt(k);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  return mix(high, low);
}

/** 106 bits of the text in base 36: `hash53` with the seeds 1 and 2, in one pass. */
export function digest(text: string): string {
  let high1 = 0xdeadbeef ^ 1;
  let low1 = 0x41c6ce57 ^ 1;
  let high2 = 0xdeadbeef ^ 2;
  let low2 = 0x41c6ce57 ^ 2;
  for (let k = 0; k < text.length; k++) {
    const code = text.charCodeAt(k);
    high1 = Math.imul(high1 ^ code, 2654435761);
    low1 = Math.imul(low1 ^ code, 1597334677);
    high2 = Math.imul(high2 ^ code, 2654435761);
    low2 = Math.imul(low2 ^ code, 1597334677);
  }
  return mix(high1, low1).toString(36) + mix(high2, low2).toString(36);
}

function mix(a: number, b: number): number {
  const high = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  const low = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
