import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accepts, rejects } from '../verify.fixture.ts';
import { canonicalUnits } from './conversion.ts';

describe('units', () => {
  test('in one spelling, by exact factors', () => {
    assert.deepEqual(canonicalUnits([]), { factor: { num: 1n, den: 1n }, name: '' });
    assert.deepEqual(canonicalUnits(['cm']), { factor: { num: 1n, den: 100n }, name: 'm' });
    assert.deepEqual(canonicalUnits(['cm^2']), { factor: { num: 1n, den: 10_000n }, name: 'm^2' });
    assert.deepEqual(canonicalUnits(['apple']), { factor: { num: 1n, den: 1n }, name: '' });
    assert.deepEqual(canonicalUnits(['mph']), canonicalUnits(['mile', 'hour']));
  });

  test('the same measure, or left out', () => {
    accepts([
      ['5 cm', '0.05 m'],
      ['5 cm', '5'],
      ['5\\text{ cm}^2', '5 cm^2'],
      ['8\\pi \\text{ cm}^2', '8\\pi'],
      ['2 hours', '120 minutes'],
      ['1 foot', '12 inches'],
      ['\\$18', '1800 cents'],
      ['\\$15 per hour', '\\$15'],
      ['10 m/s', '10 meters per second'],
      ['50 mph', '50 miles per hour'],
      ['3 apples', '3'],
      ['2.5 million', '2,500,000'],
      ['20^\\circ\\text{C}', '20'],
    ]);
  });

  test('another measure, or another number of it', () => {
    rejects([
      ['5 cm', '5 m'],
      ['5 cm^2', '5 cm^3'],
      ['5 cm^2', '5 cm'],
      ['2 hours', '2 minutes'],
      ['2 hours', '120'],
      ['\\$18', '18 cents'],
      ['\\$18', '€18'],
      ['10 m/s', '10 m'],
      ['10 m/s', '10 km/h'],
      ['1 kg', '1 lb'],
      ['50\\%', '\\$50'],
      ['5\\%', '5 cm'],
      ['20^\\circ C', '20^\\circ F'],
      ['5x', '5'],
    ]);
  });

  test('angles', () => {
    accepts([
      ['45^\\circ', '\\frac{\\pi}{4}'],
      ['45^\\circ', '45'],
      ['45°', '45 degrees'],
      ["1^\\circ 30'", '1.5^\\circ'],
      ['m\\angle A = 30^\\circ', '30'],
    ]);
    rejects([
      ['45^\\circ', '45 radians'],
      ['45^\\circ', '45\\pi'],
      ['45', '\\frac{\\pi}{4}'],
      ['30^\\circ', '30 cm'],
      ['\\sin 30^\\circ', '\\sin 30'],
    ]);
  });
});
