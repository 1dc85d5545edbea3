import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgementKey, keyDigest, normalizeText, problemDigest } from './digest.ts';
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

test('stores keep keys: they stay what they are', () => {
  const digest = problemDigest({ id: 'x', prompt: 'p', mathAnswer: { gold: '1' }, spec: 'mathAnswer' });
  assert.equal(digest, 'cc911525c895be3fd21aff40a3ac6006c676be1bdacb079840f0c0a0043bde40');
  const own = keyDigest({ id: 'r', uncached: false, createdMs: 1 }, digest, 3);
  assert.equal(judgementKey('math', '1', own, 'the answer is 1'), 'G76y8krF7k5o0EXueuYoo5');
});

test('keyDigest: the problem, but in an uncached run one of its own for every candidate', () => {
  const digest = problemDigest({ prompt: 'p' });
  const run = { id: 'r', uncached: false, createdMs: 1 };
  assert.equal(keyDigest(run, digest, 3), digest);
  const own = { ...run, uncached: true };
  const all = [
    keyDigest(own, digest, 3),
    keyDigest(own, digest, 4),
    keyDigest({ ...own, id: 's' }, digest, 3),
    keyDigest({ ...own, createdMs: 2 }, digest, 3),
    keyDigest(own, problemDigest({ prompt: 'q' }), 3),
    digest,
  ];
  assert.equal(new Set(all).size, all.length);
  // A text cannot make the key of another candidate.
  const [first = ''] = all;
  const forged = `${first.slice(digest.length)}\0text`;
  assert.notEqual(judgementKey('v', '1', digest, forged), judgementKey('v', '1', first, 'text'));
});
