/** Small behaviour tables, to test with. */
import fc from 'fast-check';
import type { BehaviourTable, Passing } from '../behaviours.ts';

export const sizeOf = ({ classes, unclassed }: BehaviourTable) =>
  classes.reduce((n, { count }) => n + count, unclassed?.count ?? 0);

const quarters = (most: number) =>
  fc
    .tuple(fc.nat(most), fc.nat(most), fc.nat(most), fc.nat(most))
    .map(([a, b, c, d]) => [a % 3, b % 3, c % 3, d % 2] as const);

/** Up to `most` candidates, at least one. */
export function smallTables(most: number): fc.Arbitrary<BehaviourTable> {
  const passing = quarters(11).map(([keptCorrect, keptWrong, right, wrong]): Passing => {
    const kept = keptCorrect + keptWrong;
    return { count: kept + right + wrong, correct: keptCorrect + right, kept, keptCorrect };
  });
  return fc
    .record({ classes: fc.array(passing, { maxLength: 4 }), unclassed: passing })
    .filter((table) => sizeOf(table) > 0 && sizeOf(table) <= most);
}
