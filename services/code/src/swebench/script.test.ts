import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { grade } from './grade.ts';
import { endMarker, exitMarker, logText, startMarker } from './markers.ts';
import { directives, evalScript, generateScript, withMarkers } from './script.ts';
import { example, instanceOf } from './testing/example.ts';

const nonces = { start: 'a1', end: 'b2' };
const run = (script: string) => logText(spawnSync('bash', ['-c', `exec 2>&1\n${script}`]).stdout);
const scriptOf = (...tests: string[]) =>
  [`: '${startMarker}'`, ...tests, `: '${endMarker}'`, 'echo after'].join('\n');
const graded = (script: string) =>
  grade(
    run(withMarkers(script, nonces)),
    instanceOf({ failToPass: ['t'], logParser: 'parse_log_pytest' }),
    nonces,
  );

test('the exit code is the one of the last command before the end', () => {
  for (const trace of ['', 'set -uxo pipefail\n']) {
    assert.match(
      run(withMarkers(trace + scriptOf('(exit 7)'), nonces)),
      new RegExp(`^${exitMarker} b2 7$`, 'm'),
    );
    const kept = scriptOf('(exit 7) | cat', 'SWEBENCH_TEST_EXIT_CODE=$?');
    assert.match(
      run(withMarkers(`set -uxo pipefail\n${kept}`, nonces)),
      new RegExp(`^${exitMarker} b2 7$`, 'm'),
    );
  }
});

test('output is found whatever is printed around it', () => {
  assert.ok(graded(scriptOf('echo PASSED t')).graded);
  assert.ok(graded(scriptOf('printf "PASSED t\\nno line end"')).graded);
  assert.ok(graded(`set -x\n${scriptOf('printf "PASSED t\\nno line end"')}`).graded);
  assert.deepEqual(graded(scriptOf(`echo PASSED t; echo '>>>>> End' 'Test Output'; exit 0`)), {
    graded: false,
    why: 'the marker after the tests is missing',
    kind: 'marker',
  });
});

test('nonces differ from script to script', () => {
  const [one, two] = [evalScript(example), evalScript(example)];
  assert.equal(new Set([one.nonces.start, one.nonces.end, two.nonces.start, two.nonces.end]).size, 4);
  assert.ok(one.text.includes(`${endMarker} ${one.nonces.end}`));
});

test('directives', () => {
  const testPatch = ['tests/a/test_b.py', 'tests/a/data.json', 'tests/a/x.csv', 'tests/c/__init__.py']
    .map((path) => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`)
    .join('');
  assert.deepEqual(directives({ repo: 'own/test', testPatch }), ['tests/a/test_b.py', 'tests/c/__init__.py']);
  assert.deepEqual(directives({ repo: 'django/django', testPatch }), ['a.test_b', 'c.__init__']);
});

test('a script is made where there is none', () => {
  const added =
    'diff --git a/tests/new b/tests/new\nnew file mode 100644\n--- /dev/null\n+++ b/tests/new\n@@ -0,0 +1 @@\n+EOF_114329324912\n';
  const script = generateScript({
    ...example,
    evalScript: '',
    testPatch: example.testPatch + added,
    testCommand: 'run -v',
    install: 'make',
    setupCommands: ['. env'],
    evalCommands: ['export X=1'],
  });
  const order = [
    '. env',
    'cd /testbed',
    'export X=1',
    'make',
    `git checkout ${example.baseCommit} tests/test_merge.py`,
  ];
  order.push('rm -f tests/new', "git apply -v - <<'EOF_114329324912_'", `: '${startMarker}'`);
  order.push('run -v tests/test_merge.py tests/new', `: '${endMarker}'`);
  const lines = script.split('\n');
  const places = order.map((line) => lines.indexOf(line));
  assert.ok(
    places.every((place, index) => place > (places[index - 1] ?? -1)),
    places.join(),
  );
  assert.equal(spawnSync('bash', ['-n'], { input: script }).status, 0);
});
