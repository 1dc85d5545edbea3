import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  FrameReader,
  getFrame,
  loadFrame,
  memoryFrame,
  type Program,
  parseFile,
  parsePing,
  parseResults,
  runFrame,
} from './protocol.ts';

const frameOf = (kind: string, payload: Buffer) => {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(kind.charCodeAt(0), 0);
  head.writeUInt32LE(payload.length, 4);
  return Buffer.concat([head, payload]);
};

test('frames come out whole, however the stream is cut', () => {
  const payloads = fc.array(
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(payloads, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (expected, cuts) => {
      const stream = Buffer.concat(expected.map((payload) => frameOf('r', payload)));
      const reader = new FrameReader();
      const found: Buffer[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const size = cuts[i % cuts.length] ?? 1;
        for (const { kind, payload } of reader.push(stream.subarray(at, at + size))) {
          assert.equal(kind, 'r');
          found.push(payload);
        }
        at += size;
      }
      assert.deepEqual(found.map(String), expected.map(String));
    }),
  );
});

const limits = {
  cpuUs: 1e6,
  wallUs: 11e6,
  outputBytes: 2 ** 33,
  stderrBytes: 10,
  fileBytes: 20,
  stackBytes: 30,
  processes: 40,
  openFiles: 50,
};

test('every frame announces the bytes that follow', () => {
  const program: Program = { command: ['/box/a', 'ß'], env: ['A=1'], warm: ['/w'], limits };
  const frames = [
    runFrame([program], Buffer.from('input'), { keepFiles: true, afterSuccess: true }),
    runFrame([program, { ...program, judge: true }], Buffer.alloc(0)),
    loadFrame([{ path: 'a/b', content: Buffer.from([1, 2, 3]), executable: true }]),
    getFrame(['out', 'b/c'], 2 ** 40),
  ];
  for (const frame of frames) {
    const bytes = Buffer.concat(frame);
    assert.equal(bytes.readUInt32LE(4), bytes.length - 8);
  }
});

test('results and files are what the supervisor writes', () => {
  const head = Buffer.alloc(64);
  head.writeBigUInt64LE(123n, 0);
  head.writeBigUInt64LE(9_000_000_000n, 24);
  head.writeUInt32LE(1 | 4 | 16, 32);
  head.writeUInt32LE(11, 40);
  head.writeUInt32LE(3, 44);
  head.writeUInt32LE(2, 48);
  head.writeUInt32LE(8, 56);
  const [one, two] = parseResults(Buffer.concat([head, Buffer.from('outer'), Buffer.alloc(64)]));
  assert.equal(one?.cpuUs, 123);
  assert.equal(one?.outputBytes, 9e9);
  assert.deepEqual(
    [one?.cpuExceeded, one?.wallExceeded, one?.outputExceeded, one?.startError],
    [true, false, true, 8],
  );
  assert.deepEqual([String(one?.stdout), String(one?.stderr), one?.signal], ['out', 'er', 11]);
  assert.equal(two?.startError, 0);

  const file = Buffer.concat([
    Buffer.from([3, 0, 0, 0]),
    Buffer.from('a/b'),
    Buffer.from([2, 0, 0, 0]),
    Buffer.from('xy'),
  ]);
  assert.deepEqual(parseFile(file), { path: 'a/b', content: Buffer.from('xy') });
  assert.equal(parseFile(Buffer.alloc(8)), undefined);
});

test('a limit of memory has room for more than 4 GiB, and a supervisor says whose kernel it has', () => {
  const bytes = 5 * 2 ** 30;
  const frame = Buffer.concat(memoryFrame(bytes));
  assert.equal(frame.toString('latin1', 0, 1), 'M');
  assert.equal(frame.readUInt32LE(4), 8);
  assert.equal(Number(frame.readBigUInt64LE(8)), bytes);
  assert.equal(parsePing(Buffer.from([1])), true);
  assert.equal(parsePing(Buffer.from([0])), false);
  assert.equal(parsePing(Buffer.alloc(0)), false);
});
