/** Numbers that follow from a seed and a name, the same everywhere and always. */
import { createHash } from 'node:crypto';

/** Seeds of one problem begin below this, so that none passes 2^31, with up to 2^30 samples. */
const bases = 2 ** 30;

/**
 * The seed of a problem's sample: a base that follows from (seed, problem), plus the index. No two samples of a problem
 * have the same. vLLM and llama.cpp give choice j of a request the request's seed plus j, so that a request for several
 * choices in a row draws what as many single requests would draw.
 */
export function seedOf(seed: number, problem: string, index: number): number {
  return (wordOf(`${seed}\0${problem}`) % bases) + index;
}

/** `count` different whole numbers in [0, bound), in the order in which they are drawn. */
export function draw(seed: number, name: string, count: number, bound: number): number[] {
  const drawn = new Set<number>();
  for (let turn = 0; drawn.size < Math.min(count, bound); turn++) {
    drawn.add(wordOf(`${seed}\0${name}\0${turn}`) % bound);
  }
  return [...drawn];
}

/** 48 bits of a SHA-256. */
function wordOf(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6);
}
