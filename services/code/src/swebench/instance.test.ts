import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRepositoryPatch, type Instance, imageName } from './instance.ts';
import { example, problemOf } from './testing/example.ts';

const check = (change: Partial<Instance>) => checkRepositoryPatch(problemOf({ ...example, ...change }));

test('the example can be judged, in both forms', () => {
  assert.equal(check({}), undefined);
  assert.equal(check({ evalScript: '', testCommand: 'pytest' }), undefined);
  assert.equal(check({ logParser: '', repo: 'pallets/flask' }), undefined);
});

test('why an instance cannot be judged', () => {
  const cases: [Partial<Instance>, RegExp][] = [
    [{ logParser: 'parse_log_jest' }, /the log_parser "parse_log_jest" is not known/],
    [{ logParser: '' }, /none is known for the repository "assay\/spans"/],
    [{ evalType: 'other' }, /eval_type/],
    [{ mode: 'lenient' }, /mode/],
    [{ failToPass: [], passToPass: [] }, /names no tests/],
    [{ image: '', instanceId: '' }, /neither image/],
    [{ workdir: 'here' }, /not absolute/],
    [{ timeoutS: Number.NaN }, /timeout_s/],
    [{ evalScript: 'pytest' }, /lacks the markers/],
    [{ evalScript: ": '>>>>> End Test Output'\n: '>>>>> Start Test Output'" }, /wrong order/],
    [{ evalScript: '' }, /neither eval_script nor test_command/],
    [{ evalScript: '', testCommand: 'pytest', baseCommit: '; rm -rf /' }, /is not a commit/],
    [{ evalScript: '', testCommand: 'pytest', testPatch: '' }, /neither eval_script nor test_patch/],
  ];
  for (const [change, pattern] of cases) assert.match(check(change) ?? '', pattern);
  assert.match(
    checkRepositoryPatch({ ...problemOf(example), repositoryPatch: null }) ?? '',
    /no repository_patch/,
  );
});

test('names of images', () => {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  assert.equal(
    imageName({ image: '', instanceId: 'Django__django-10914' }),
    `swebench/sweb.eval.${architecture}.django_1776_django-10914:latest`,
  );
  assert.equal(imageName({ image: 'own:1', instanceId: 'x' }), 'own:1');
});
