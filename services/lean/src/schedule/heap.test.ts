import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Heap, type Ranked } from './heap.ts';

test('whatever comes, moves and leaves: the first is the lowest, of equals the earlier', () => {
  const step = fc.record({
    what: fc.constantFrom('put', 'put', 'move', 'remove'),
    rank: fc.integer({ min: 0, max: 9 }),
    pick: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new Heap<Ranked>();
      const inside: Ranked[] = [];
      for (const [order, { what, rank, pick }] of steps.entries()) {
        const item = inside[pick % inside.length];
        if (what === 'put' || item === undefined) {
          inside.push({ rank, order, at: -1 });
          heap.put(inside.at(-1) as Ranked);
        } else if (what === 'move') {
          item.rank = rank;
          heap.put(item);
        } else {
          heap.remove(item);
          heap.remove(item);
          inside.splice(inside.indexOf(item), 1);
        }
        const [first] = inside.toSorted((a, b) => a.rank - b.rank || a.order - b.order);
        assert.equal(heap.first, first);
        assert.equal(heap.size, inside.length);
      }
    }),
  );
});
