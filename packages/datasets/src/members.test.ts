import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Member, MemberSplitter } from './members.ts';

/** All members of a text that comes in chunks of `size` bytes. */
function split(text: string, size: number, maxBytes = 1 << 20) {
  const splitter = new MemberSplitter(maxBytes);
  const bytes = Buffer.from(text);
  const members: Member[] = [];
  for (let at = 0; at < bytes.length; at += size)
    members.push(...splitter.push(bytes.subarray(at, at + size)));
  const last = splitter.end();
  if (last !== undefined) members.push(last);
  return { splitter, members, texts: members.map((member) => member.bytes.toString()) };
}

/** A value of some depth, the same for the same seed; its texts have all that could be taken for structure. */
function someValue(seed: number, depth = 3): unknown {
  const next = (seed * 48_271 + 11) % 2_147_483_647;
  const few = next % 4;
  switch (depth === 0 ? next % 3 : next % 6) {
    case 0:
      return next / 7;
    case 1:
      return ['"', '\\', '],', '},{', '\\"', 'é', '\n', '\u{1f600}', ''].slice(0, (next % 9) + 1).join('');
    case 2:
      return [true, false, null][next % 3];
    case 3:
      return Array.from({ length: few }, (_, i) => someValue(next + i, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: few }, (_, i) => [`${someValue(next + i, 0)}`, someValue(next + i, depth - 1)]),
      );
  }
}

describe('members of a list', () => {
  test('are those that a parser finds, however the bytes come', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const list = Array.from({ length: seed % 7 }, (_, i) => someValue(seed * 100 + i));
      const text = `\ufeff ${JSON.stringify(list, undefined, seed % 3)}\n`;
      for (const size of [1, 2, 3, 7, 64, 100_000]) {
        const { splitter, texts } = split(text, size);
        assert.deepEqual(texts.map((one) => JSON.parse(one)) as unknown, list, `${text} by ${size}`);
        assert.ok(splitter.closed && !splitter.trailing);
      }
    }
  });

  test('of an object have their keys', () => {
    const { texts } = split('{"a,}": [1, 2], "b": {"c": "}"}}', 3);
    assert.deepEqual(
      texts.map((one) => JSON.parse(`{${one}}`)),
      [{ 'a,}': [1, 2] }, { b: { c: '}' } }],
    );
  });

  for (const [text, expected, closed, trailing] of [
    ['[]', [], true, false],
    ['[ \n ]', [], true, false],
    ['', [], false, false],
    ['[1', ['1'], false, false],
    ['[1,', ['1'], false, false],
    ['[{"a": "x', ['{"a": "x'], false, false],
    ['[1,]', ['1', ''], true, false],
    ['[,1]', ['', '1'], true, false],
    ['[1} 2, 3]', ['1} 2', ' 3'], true, false],
    ['[{"a": 1} {"b": 2}, 3]', ['{"a": 1} {"b": 2}', ' 3'], true, false],
    ['[1] \n', ['1'], true, false],
    ['[1][2]', ['1'], true, true],
    ['["a\n, {"b": 1}, 2]', ['"a\n', ' {"b": 1}', ' 2'], true, false],
  ] as const) {
    test(JSON.stringify(text), () => {
      for (const size of [1, 4, 100]) {
        const found = split(text, size);
        assert.deepEqual(found.texts, expected);
        assert.deepEqual([found.splitter.closed, found.splitter.trailing], [closed, trailing]);
        assert.equal(found.members.at(-1)?.ended ?? true, closed || text.endsWith(',') || text === '');
      }
    });
  }

  test('that are too long are counted, and only their beginning is held', () => {
    const { members } = split(`[1, "${'x'.repeat(5000)}", 2]`, 64, 1000);
    assert.deepEqual(
      members.map(({ number, tooLong }) => [number, tooLong]),
      [
        [1, undefined],
        [2, 5003],
        [3, undefined],
      ],
    );
    assert.equal(members[1]?.bytes.length, 256);
    for (const size of [64, 5000]) {
      const only = split(`[${' '.repeat(2000)}1]`, size, 1000).members;
      assert.deepEqual(
        only.map(({ tooLong }) => tooLong),
        [2001],
      );
    }
  });
});
