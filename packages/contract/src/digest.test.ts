import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgementKey, normalizeText, problemDigest } from './digest.ts';
import type { ProblemInit } from './generated/assay/v1/Problem.ts';
import { problemCodec } from './proto.ts';

const decoded = (problem: ProblemInit) => problemCodec.deserialize(problemCodec.serialize(problem));

describe('problemDigest', () => {
  const problems: ProblemInit[] = [
    { id: 'a', mathAnswer: { gold: '18' } },
    { id: 'b', prompt: 'p', scoring: {} },
    { id: 'c', scoring: { turns: [{ role: 'user', content: '' }] } },
    {
      id: 'd',
      programTests: {
        tests: [{ input: Buffer.from('1\n'), output: Buffer.alloc(0) }, {}],
        timeLimitS: 1.5,
        allTests: false,
      },
    },
    { id: 'e', custom: { kind: 'k', json: '{}' } },
  ];

  test('is the same before and after the wire', () => {
    for (const problem of problems) assert.equal(problemDigest(decoded(problem)), problemDigest(problem));
  });

  test('a default that is written out changes nothing', () => {
    const plain = { mathAnswer: { gold: '18' } };
    const written = {
      id: '',
      prompt: '',
      promptTokens: 0,
      mathAnswer: { gold: '18', policy: '' },
      theorem: null,
      spec: 'mathAnswer' as const,
    };
    assert.equal(problemDigest(written), problemDigest(plain));
  });

  test('id, data set and token count do not count, everything else does', () => {
    const digest = problemDigest({ mathAnswer: { gold: '18' } });
    assert.equal(
      problemDigest({ id: 'x', dataset: 'y', promptTokens: 9, mathAnswer: { gold: '18' } }),
      digest,
    );
    const others = [
      { mathAnswer: { gold: '19' } },
      { prompt: 'p', mathAnswer: { gold: '18' } },
      ...problems.slice(1),
    ];
    assert.equal(new Set([digest, ...others.map(problemDigest)]).size, 1 + others.length);
  });

  test('an empty test counts: order and number of tests matter', () => {
    const of = (tests: object[]) => problemDigest({ programTests: { tests } });
    assert.notEqual(of([{}]), of([]));
    assert.notEqual(of([{ name: 'a' }, {}]), of([{}, { name: 'a' }]));
  });
});

describe('normalizeText', () => {
  test('replaces lone surrogates and trims only on request', () => {
    assert.equal(normalizeText(' \ud800x ', 'NORMALIZATION_EXACT'), ' \ufffdx ');
    assert.equal(normalizeText(' \ud800x ', 'NORMALIZATION_TRIM'), '\ufffdx');
  });
});

test('judgementKey depends on each of its parts', () => {
  const keys = [
    judgementKey('v', '1', 'd', 't'),
    judgementKey('w', '1', 'd', 't'),
    judgementKey('v', '2', 'd', 't'),
    judgementKey('v', '1', 'e', 't'),
    judgementKey('v', '1', 'd', 'u'),
  ];
  assert.equal(new Set(keys).size, keys.length);
  assert.match(keys[0] as string, /^[A-Za-z0-9_-]{22}$/);
});
