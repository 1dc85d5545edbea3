/** Pairs per second of our judgement as a plain function call, in a process of its own: JSON in, one number out. */
import { text } from 'node:stream/consumers';
import { verify } from '@assay/math/verify';

interface Work {
  readonly pairs: readonly { gold: string; answer: string }[];
  readonly preset: string;
  readonly seconds: number;
}

const { pairs, preset, seconds } = JSON.parse(await text(process.stdin)) as Work;

/** Pairs per second of whole passes, for at least so long. */
function rate(leastSeconds: number): number {
  const start = performance.now();
  for (let passes = 1; ; passes++) {
    for (const { gold, answer } of pairs) verify(gold, answer, preset);
    const passed = (performance.now() - start) / 1000;
    if (passed >= leastSeconds) return (passes * pairs.length) / passed;
  }
}

rate(seconds / 2);
console.log(rate(seconds));
