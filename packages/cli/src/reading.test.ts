import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { labelsOf, readingOf } from './reading.ts';
import { scratch } from './testing/cli.ts';

test('what labels say is how the files were read', (t) => {
  const given = { problems: ['p.jsonl'], format: 'llmonk', policy: 'strict' } as const;
  assert.deepEqual(readingOf(labelsOf(['a', 'b.jsonl'], { ...given, problems: ['p.jsonl'] })), {
    paths: ['a', 'b.jsonl'],
    ...given,
  });
  assert.deepEqual(labelsOf(['-'], {}), { samples: '-' });
  assert.deepEqual(readingOf({}), { paths: [] });
  const odd = join(scratch(t), 'one, two.jsonl');
  writeFileSync(odd, '');
  assert.deepEqual(readingOf(labelsOf([odd], {})).paths, [odd]);
});
