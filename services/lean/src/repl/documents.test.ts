import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Cut, DocumentReader } from './documents.ts';

/** All that a reader makes of the chunks. */
function cuts(chunks: readonly Uint8Array[], maxBytes = Number.POSITIVE_INFINITY): Cut[] {
  const reader = new DocumentReader();
  const found: Cut[] = [];
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk));
    for (let cut = reader.next(maxBytes); cut !== undefined; cut = reader.next(maxBytes)) {
      found.push(cut);
      if (cut.kind !== 'document') return found;
    }
  }
  return found;
}

/** As Lean prints it: over several lines. */
const printed = (value: unknown) => `${JSON.stringify(value, null, 1)}\n\n`;

test('documents are the same wherever the chunks are cut', () => {
  const value = fc.oneof(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), fc.jsonValue());
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 4 }),
      fc.array(fc.nat(200), { maxLength: 12 }),
      (values, sizes) => {
        const bytes = Buffer.from(values.map(printed).join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const size of [...sizes, bytes.length]) {
          if (at < bytes.length) chunks.push(bytes.subarray(at, at + size + 1));
          at += size + 1;
        }
        const read = cuts(chunks).map((cut) => (cut.kind === 'document' ? cut.value : cut));
        assert.deepEqual(read, JSON.parse(JSON.stringify(values)));
      },
    ),
  );
});

test('one byte at a time', () => {
  const bytes = Buffer.from(printed({ a: '\n\n', b: 'ℕ' }) + printed([]));
  const read = cuts([...bytes].map((byte) => Uint8Array.of(byte)));
  assert.deepEqual(
    read.map((cut) => cut.kind === 'document' && cut.value),
    [{ a: '\n\n', b: 'ℕ' }, []],
  );
});

test('what is not one document is garbage', () => {
  const kinds = (text: string | Uint8Array) => cuts([Buffer.from(text)]).map(({ kind }) => kind);
  assert.deepEqual(kinds('{}\n{}\n\n'), ['garbage']);
  assert.deepEqual(kinds('\n{}\n\n'), ['garbage']);
  assert.deepEqual(kinds('{}\n\n\n{}\n\n'), ['document', 'garbage']);
  assert.deepEqual(kinds('{"a": \n\n1}\n\n'), ['garbage']);
  assert.deepEqual(kinds(Buffer.from('{"a": "\xff"}\n\n', 'latin1')), ['garbage']);
});

test('a document that has not ended is seen as pending', () => {
  const reader = new DocumentReader();
  assert.equal(reader.pending, '');
  reader.push(Buffer.from('{}\n\n{"a'));
  assert.equal(reader.next(100)?.kind, 'document');
  assert.equal(reader.next(100), undefined);
  assert.equal(reader.pending, '"{\\"a"');
});

test('a document may have so many bytes, its end among them, whether it has ended or not', () => {
  const bytes = Buffer.from('{"a": 1}\n\n');
  assert.equal(cuts([bytes], 10)[0]?.kind, 'document');
  assert.deepEqual(cuts([bytes], 9), [{ kind: 'long', bytes: 10 }]);
  assert.deepEqual(cuts([bytes.subarray(0, 9)], 8), [{ kind: 'long', bytes: 9 }]);
});

test('each byte is looked at once: 64 MiB in small chunks', () => {
  // Quadratic work would not end within the test's time.
  const reader = new DocumentReader();
  reader.push(Buffer.from('"'));
  for (let i = 0; i < 2 ** 15; i++) {
    reader.push(Buffer.alloc(2 ** 11, 'x'));
    assert.equal(reader.next(2 ** 30), undefined);
  }
  reader.push(Buffer.from('"\n\n'));
  assert.equal(reader.next(2 ** 30)?.kind, 'document');
});
