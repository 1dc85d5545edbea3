/** Stands for the stages: does what it is told. */
import { serve } from './loop.ts';

let heads = 0;
let calls = 0;

function obey(item: string): unknown {
  calls++;
  const [order, number] = item.split(' ');
  if (order === 'spin') {
    const until = Date.now() + Number(number);
    while (Date.now() < until);
    return 'spun';
  }
  if (order === 'long') return 'x'.repeat(Number(number));
  switch (item) {
    case 'loop':
      for (;;);
    case 'native':
      return (2n ** (2n ** 28n)).toString().length;
    case 'bomb': {
      const kept: unknown[] = [];
      for (;;) kept.push(new Array(1e6).fill(kept.length));
    }
    case 'deep':
      return 1 + Number(obey('deep'));
    case 'throw':
      throw new Error('thrown inside');
    case 'calls':
      return calls;
    case 'heads':
      return heads;
    case 'globals':
      return Object.getOwnPropertyNames(globalThis).join();
    default:
      return item;
  }
}

serve((head) => {
  heads++;
  if (head === 'loop' || head === 'throw') obey(head);
  return (item) => JSON.stringify(item === 'head' ? head : obey(item));
});
