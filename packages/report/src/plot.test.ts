import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { plot, short } from './plot.ts';

const rising = { name: 'rising', points: [1, 10, 100, 1000].map((x, i) => [x, i / 3] as const) };
const level = { name: 'level', points: [[1, 0.5] as const, [1000, 0.5] as const] };

describe('plot', () => {
  test('a straight line over log x, in ASCII: one mark a column, ends in the corners', () => {
    const lines = plot([rising], { ascii: true, width: 40, height: 11 });
    assert.equal(lines.length, 13);
    assert.match(lines.join('\n'), /^[\x20-\x7e\n]*$/);
    const rows = lines.slice(0, 11).map((line) => line.slice(line.indexOf('|') + 1).padEnd(33));
    assert.deepEqual([rows[0]?.indexOf('*'), rows[10]?.indexOf('*')], [31, 0]);
    for (let x = 0; x < 33; x++) {
      const marked = rows.flatMap((row, y) => (row[x] === '*' ? [y] : []));
      assert.deepEqual(marked, [Math.round(10 * (1 - x / 32))]);
    }
    assert.match(lines[0] as string, /^100 % \|/);
    assert.match(lines[5] as string, /^ 50 % \|/);
    assert.match(lines[10] as string, /^ {2}0 % \|/);
    assert.deepEqual(lines[12]?.trim().split(/ +/), ['1', '10', '100', '1k']);
  });

  test('within its width and height, with a legend where there are several series', () => {
    for (const ascii of [true, false]) {
      for (const width of [0, 24, 51, 200]) {
        for (const height of [1, 2, 7]) {
          const lines = plot([rising, level], { ascii, width, height, divide: 100 });
          assert.equal(lines.length, height + 3);
          const most = Math.max(...lines.slice(0, -1).map((line) => line.length));
          assert.ok(most <= Math.max(width, 30), `${most} of ${width}`);
          assert.match(lines.at(-1) as string, /rising .*level$/);
        }
      }
    }
  });

  test('Braille: the dots of a curve from below left to above right, dashes of each series its own', () => {
    const lines = plot([rising], { width: 40, height: 8 });
    assert.ok((lines[0] as string).endsWith('⠁') === false && /[⠀-⣿]$/.test(lines[0] as string));
    const cells = lines.slice(0, 8).join('').match(/[⠀-⣿]/g) ?? [];
    assert.ok(cells.length >= 31);
    const legend = plot([rising, level], { width: 40 }).at(-1) as string;
    const [first, second] = legend.split(/ {2,}(?=\S)/).filter((part) => /rising|level/.test(part));
    assert.notEqual(first?.replace(/ ?rising/, ''), second?.replace(/ ?level/, ''));
  });

  test('a vertical line where it divides, behind the curves', () => {
    const lines = plot([rising], { ascii: true, width: 40, height: 9, divide: 100 });
    const columns = lines.slice(0, 9).flatMap((line) => {
      const own = line.indexOf(':');
      return own < 0 ? [] : [own];
    });
    assert.equal(new Set(columns).size, 1);
    assert.ok(columns.length >= 8);
    assert.doesNotMatch(plot([rising], { ascii: true, divide: 1e9 }).join(''), /:/);
  });

  test('no points, one point, points that cannot be placed', () => {
    assert.deepEqual(plot([]), []);
    assert.deepEqual(
      plot([
        {
          name: 'none',
          points: [
            [0, 1],
            [1, Number.NaN],
            [Number.POSITIVE_INFINITY, 1],
          ],
        },
      ]),
      [],
    );
    const one = plot(
      [
        {
          name: 'one',
          points: [
            [5, 0.003],
            [0, 7],
            [6, Number.NaN],
          ],
        },
      ],
      { ascii: true },
    );
    assert.equal(one.join('').match(/\*/g)?.length, 1);
    assert.match(one.join('\n'), /0\.5 % \|/);
    assert.equal(
      plot(
        [
          {
            name: 'flat',
            points: [
              [1, 0],
              [9, 0],
            ],
          },
        ],
        { ascii: true, height: 3 },
      )[2]?.includes('**'),
      true,
    );
  });
});

test('numbers in short', () => {
  assert.deepEqual([1, 999, 1000, 12_345, 999_600, 2e6, 5.95e9, 1e12].map(short), [
    '1',
    '999',
    '1k',
    '12.3k',
    '1M',
    '2M',
    '5.95G',
    '1T',
  ]);
});
