import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Multiplexed } from './multiplexed.ts';

const pieces = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), fc.uint8Array({ maxLength: 40 })));

test('both streams come out, however they are cut', () => {
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 30 }), (written, size) => {
      const bytes = Buffer.concat(
        written.flatMap(([stream, body]) => {
          const head = Buffer.alloc(8);
          head[0] = stream;
          head.writeUInt32BE(body.length, 4);
          return [head, Buffer.from(body)];
        }),
      );
      const multiplexed = new Multiplexed();
      const read: Record<number, Buffer[]> = { 1: [], 2: [] };
      for (let at = 0; at < bytes.length; at += size) {
        for (const { stream, body } of multiplexed.push(bytes.subarray(at, at + size)))
          read[stream]?.push(body);
      }
      for (const stream of [1, 2]) {
        const expected = written.filter(([own]) => own === stream).map(([, body]) => body);
        assert.deepEqual(Buffer.concat(read[stream] ?? []), Buffer.concat(expected));
      }
    }),
  );
});
