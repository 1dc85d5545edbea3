import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CappedOutput } from './output.ts';

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)));

test('what fits is kept, else both ends', () => {
  fc.assert(
    fc.property(chunks, fc.integer({ min: 2, max: 60 }), (parts, limit) => {
      const output = new CappedOutput(limit);
      for (const part of parts) output.add(part);
      const all = Buffer.concat(parts);
      const half = Math.floor(limit / 2);
      const kept = output.bytes();
      if (all.length <= 2 * half) {
        assert.deepEqual(kept, all);
        assert.equal(output.cut, 0);
        return;
      }
      assert.equal(output.cut, all.length - 2 * half);
      assert.deepEqual(kept.subarray(0, half), all.subarray(0, half));
      assert.deepEqual(kept.subarray(-half), all.subarray(-half));
      assert.ok(kept.includes(`[${output.cut} bytes left out]`));
    }),
  );
});
