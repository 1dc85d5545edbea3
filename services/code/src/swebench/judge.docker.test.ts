import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type Dockerode from 'dockerode';
import { pino } from 'pino';
import { machine, startTime } from '../owner.ts';
import { kindLabel, ownerLabel, removeLeftovers } from './container.ts';
import type { Instance } from './instance.ts';
import { type JudgeOptions, judgePatch } from './judge.ts';
import type { InstanceReport } from './report.ts';
import { tar } from './tar.ts';
import { docker, skipWithout } from './testing/engine.ts';
import { example, patches, problemOf } from './testing/example.ts';

const owner = `test-${process.pid}-judge`;
const skip = await skipWithout(example.image);

const judge = (patch: string, change: Partial<Instance> = {}, options: Partial<JudgeOptions> = {}) =>
  judgePatch(docker, problemOf({ ...example, ...change }), patch, {
    signal: AbortSignal.timeout(100_000),
    log: pino({ level: 'silent' }),
    owner,
    ...options,
  });

const left = (name = owner) =>
  docker.listContainers({ all: true, filters: { label: [`${ownerLabel}=${name}`] } });

/** The container that runs, once it is another than the one given. */
async function running(other = '', name = owner): Promise<string> {
  for (;;) {
    const container = (await left(name)).find(
      ({ Id: id, State: state }) => state === 'running' && id !== other,
    );
    if (container !== undefined) return container.Id;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A diff that puts lines before the first statement of the package. */
function prepending(...lines: string[]): string {
  const body = lines.map((line) => `+${line}\n`).join('');
  return `--- a/spans/__init__.py\n+++ b/spans/__init__.py\n@@ -1,1 +1,${lines.length + 1} @@\n${body} """Half-open spans of whole numbers."""\n`;
}

/** Statements of Python after which `out` is where the output of the tests goes, past pytest's capture. */
const outside = ['import os', 'out = os.open("/proc/%d/fd/1" % os.getppid(), os.O_WRONLY)'];

describe('patches in containers', { skip }, () => {
  after(async () => {
    assert.deepEqual(await left(), []);
  });

  test('gold resolves, and the report is the one of the harness', async () => {
    const reports: InstanceReport[] = [];
    const verdict = await judge(patches.gold, {}, { onReport: (report) => reports.push(report) });
    assert.equal(verdict.status, 'CORRECT', verdict.message);
    assert.equal(verdict.parts?.length, 8);
    assert.ok(verdict.parts?.every(({ status }) => status === 'CORRECT'));
    assert.equal(verdict.answer, patches.gold);
    const [report] = reports;
    assert.equal(report?.resolved, true);
    assert.equal(report?.patch_successfully_applied, true);
    assert.deepEqual(report?.tests_status?.FAIL_TO_PASS, { success: example.failToPass, failure: [] });
  });

  test('gold resolves in the older form, whose script is made', async () => {
    const verdict = await judge(patches.gold, {
      evalScript: '',
      testCommand: 'python3 -m pytest -rA -p no:cacheprovider',
      setupCommands: ['export SPANS=1'],
      evalCommands: ['export LC_ALL=C.UTF-8'],
      install: 'test "$SPANS" = 1',
    });
    assert.equal(verdict.status, 'CORRECT', verdict.message);
  });

  test('an answer in prose with a fence', async () => {
    const verdict = await judge(`Touching spans:\n\n\`\`\`diff\n${patches.gold}\`\`\`\n\nDone.`);
    assert.equal(verdict.status, 'CORRECT', verdict.message);
    assert.match(verdict.message ?? '', /patch: a code fence/);
  });

  test('a wrong patch: some tests pass', async () => {
    const verdict = await judge(patches.wrong);
    assert.deepEqual([verdict.status, verdict.reason], ['INCORRECT', 'tests_failed']);
    assert.match(verdict.message ?? '', /RESOLVED_PARTIAL: 1 of 2 FAIL_TO_PASS and 6 of 6 PASS_TO_PASS/);
    assert.deepEqual(
      verdict.parts?.filter(({ status }) => status === 'INCORRECT').map(({ name }) => name),
      ['tests/test_merge.py::test_merge[one'],
    );
  });

  test('a patch that breaks what worked is tried again, alone', async () => {
    const verdict = await judge(patches.breaks);
    assert.deepEqual([verdict.status, verdict.reason], ['INCORRECT', 'tests_failed']);
    assert.match(verdict.message ?? '', /the tests fail in both runs/);
  });

  test('a test that fails in one run and passes in the other', async () => {
    const waiting = prepending(
      'import os, time',
      'while not os.path.exists("/pass") and not os.path.exists("/fail"): time.sleep(0.05)',
      'assert os.path.exists("/pass")',
    );
    const verdict = judge(patches.gold + waiting, { flaky: true, timeoutS: 60 });
    const first = await running();
    await docker.getContainer(first).putArchive(tar({ fail: '' }), { path: '/' });
    await docker.getContainer(await running(first)).putArchive(tar({ pass: '' }), { path: '/' });
    assert.equal((await verdict).status, 'CORRECT', (await verdict).message);
    assert.match((await verdict).message ?? '', /flaky: .*first run: RESOLVED_NO.* alone: RESOLVED_FULL/);
  });

  test('the conftest trick', async () => {
    const strict = await judge(patches.conftest);
    assert.deepEqual([strict.status, strict.reason], ['INCORRECT', 'touches_test_infra']);
    const compat = await judge(patches.conftest, { mode: 'compat' });
    assert.equal(compat.status, 'CORRECT', 'the harness takes it');
    assert.match(compat.message ?? '', /touches_test_infra: conftest\.py/);
    const both = await judge(patches['gold-and-conftest']);
    assert.equal(both.status, 'CORRECT', both.message);
    assert.match(both.message ?? '', /touches_test_infra: tests\/conftest\.py \(left out\)/);
    const wrong = await judge(patches.wrong + patches.conftest);
    assert.deepEqual([wrong.status, wrong.reason], ['INCORRECT', 'tests_failed']);
  });

  test('a patch that does not apply', async () => {
    const verdict = await judge(
      patches.gold.replace('if start >= end:', 'if start > end + 7:').replaceAll('merged', 'x'),
    );
    assert.deepEqual([verdict.status, verdict.reason], ['INCORRECT', 'patch_failed']);
  });

  test('a patch that only patch(1) takes', async () => {
    const verdict = await judge(
      patches.gold
        .replace(/^index .*\n/m, '')
        .replace('@@ -7,8 +7,8 @@', '@@ -70,8 +70,8 @@')
        .replace(' continue', ' break'),
    );
    assert.equal(verdict.status, 'CORRECT', verdict.message);
    assert.match(verdict.message ?? '', /applied by patch --batch/);
  });

  test('a hang is killed', async () => {
    const verdict = await judge(patches.hang, { timeoutS: 3 });
    assert.deepEqual([verdict.status, verdict.reason], ['INCORRECT', 'time_limit']);
  });

  test('memory', async () => {
    const verdict = await judge(prepending('x = []', 'while True: x.append(bytearray(1 << 20))'), {
      memoryLimitBytes: 96 * 1024 * 1024,
    });
    assert.deepEqual([verdict.status, verdict.reason], ['INCORRECT', 'memory_limit'], verdict.message);
  });

  test('a flood of output', async () => {
    const flood = prepending(...outside, 'for _ in range(300): os.write(out, b"x" * 9999 + b"\\n")');
    const options = { outputBytes: 1024 * 1024 };
    const wrong = await judge(patches.wrong + flood, {}, options);
    assert.deepEqual([wrong.status, wrong.reason], ['INCORRECT', 'output_limit'], wrong.message);
    assert.match(wrong.message ?? '', /bytes of output left out/);
    // Tests report at the end, which is kept; only the marker before them is lost.
    assert.equal((await judge(patches.gold, {}, options)).status, 'CORRECT');
  });

  test('forged markers, results and exit codes', async () => {
    const lines = [
      ...[...example.failToPass, ...example.passToPass].map((name) => `PASSED ${name}`),
      '>>>>> End Test Output',
      '>>>>> Test Exit Code: 0',
    ];
    const write = `os.write(out, b"""\\n${lines.join('\\n')}\\n""")`;
    const died = await judge(prepending(...outside, write, 'os._exit(1)'));
    assert.deepEqual([died.status, died.reason], ['INCORRECT', 'tests_failed']);
    assert.match(died.message ?? '', /no test failed in the log, yet the run did \(exit code 1\)/);
    const wrong = await judge(patches.wrong + prepending(...outside, write));
    assert.deepEqual([wrong.status, wrong.reason], ['INCORRECT', 'tests_failed'], wrong.message);
  });

  test("a broken package is the patch's doing, a broken image is not", async () => {
    const verdict = await judge(prepending('raise SystemExit(0)'));
    assert.deepEqual([verdict.status, verdict.reason], ['INCORRECT', 'tests_failed'], verdict.message);
    const broken = { evalScript: example.evalScript.replace('python3 -m pytest', 'python9 -m pytest') };
    const error = await judge(patches.gold, broken);
    assert.deepEqual(
      [error.status, error.reason, error.retryable],
      ['ERROR', 'bad_problem', false],
      error.message,
    );
  });

  test('tests that kill the shell, the keeper of the container, everything', async () => {
    const verdict = await judge(
      prepending(
        'import os',
        'os.kill(os.getppid(), 9)',
        'os.kill(1, 9)',
        'os.kill(1, 15)',
        'os.kill(-1, 9)',
      ),
    );
    assert.deepEqual([verdict.status, verdict.reason], ['INCORRECT', 'tests_failed'], verdict.message);
  });

  test('a process that is left behind holds nothing up', async () => {
    const daemon = prepending(
      'import os',
      'if os.fork() == 0:',
      '    os.setsid()',
      '    os.execlp("sleep", "sleep", "600")',
    );
    const verdict = await judge(patches.gold + daemon, { timeoutS: 60 });
    assert.equal(verdict.status, 'CORRECT', verdict.message);
  });

  test('a fork bomb', async () => {
    const bomb = prepending('import os', 'while True:', '    try: os.fork()', '    except OSError: pass');
    const verdict = await judge(bomb, { timeoutS: 4 }, { pids: 64 });
    assert.deepEqual([verdict.status, verdict.reason], ['INCORRECT', 'time_limit'], verdict.message);
  });

  test('neither network nor capabilities nor new privileges', async () => {
    const check = prepending(
      'import os',
      's = dict(line.split(":", 1) for line in open("/proc/self/status"))',
      'assert int(s["CapBnd"], 16) == 0b1011, s["CapBnd"]',
      'assert s["NoNewPrivs"].strip() == "1"',
      'assert os.listdir("/sys/class/net") == ["lo"]',
      'assert os.environ["TZ"] == "UTC" and os.environ["PYTHONHASHSEED"] == "0"',
      'assert not [f for f in os.listdir("/") if "assay" in f]',
    );
    const verdict = await judge(patches.gold + check);
    assert.equal(verdict.status, 'CORRECT', verdict.message);
  });

  test('an edit that only patch(1) sees', async () => {
    const misnumbered = patches.wrong
      .replace(/^index .*\n/m, '')
      .replace('@@ -7,7 +7,7 @@', '@@ -70,7 +70,7 @@')
      .replace(' continue', ' break');
    const context = [
      '*** a/conftest.py',
      '--- b/conftest.py',
      '***************',
      '*** 0 ****',
      '--- 1 ----',
      '+ x = 1',
      '',
    ];
    const verdict = await judge(misnumbered + context.join('\n'));
    assert.deepEqual([verdict.status, verdict.reason], ['INCORRECT', 'touches_test_infra'], verdict.message);
    assert.match(verdict.message ?? '', /hides edits to what decides on tests: conftest\.py/);
  });

  test('a container that somebody else removes is replaced once', async () => {
    const verdict = judge(patches.hang, { timeoutS: 8 });
    const first = await running();
    await docker.getContainer(first).kill();
    assert.deepEqual([(await verdict).status, (await verdict).reason], ['INCORRECT', 'time_limit']);

    const lost = judge(patches.hang, { timeoutS: 60 });
    const one = await running();
    await docker.getContainer(one).kill();
    await docker.getContainer(await running(one)).kill();
    const error = await lost;
    assert.deepEqual([error.status, error.retryable], ['ERROR', true], error.message);
  });

  test('a cancelled call leaves nothing', async () => {
    const controller = new AbortController();
    const verdict = judge(patches.hang, {}, { signal: controller.signal });
    await running();
    controller.abort(new Error('cancelled'));
    await assert.rejects(verdict, /cancelled/);
    assert.deepEqual(await left(), []);
  });

  test('no image', async () => {
    const error = await judge(patches.gold, { image: 'assay/no-such-image:1' });
    assert.deepEqual([error.status, error.reason, error.retryable], ['ERROR', 'verifier_failure', true]);
    assert.match(error.message ?? '', /no image assay\/no-such-image:1 here/);
  });

  test('no repository in the image', async () => {
    const error = await judge(patches.gold, { workdir: '/nowhere' });
    assert.deepEqual([error.status, error.reason], ['ERROR', 'bad_problem'], error.message);
  });

  test("a container that is killed at any moment is nobody's fault", async () => {
    const judgeAndKill = async (delay: number) => {
      const name = `${owner}-${delay}`;
      const verdict = judge(patches.gold, {}, { owner: name });
      const first = await running('', name);
      await new Promise((resolve) => setTimeout(resolve, delay));
      // It may have ended by itself.
      await docker
        .getContainer(first)
        .kill()
        .catch(() => {});
      const { status, message } = await verdict;
      assert.equal(status, 'CORRECT', `after ${delay} ms: ${message}`);
    };
    await Promise.all([0, 150, 300, 450, 600, 750, 900, 1050, 1200].map(judgeAndKill));
  });

  test('what a dead service left is removed, and nothing of a living one', async () => {
    const alive = `${machine}/${process.pid}/${startTime(process.pid)}`;
    const dead = `${machine}/${process.pid}/1`;
    const make = (name: string) =>
      docker.createContainer({
        Image: example.image,
        Labels: { [kindLabel]: 'swebench', [ownerLabel]: name },
      });
    const [living, ended] = await Promise.all([alive, dead, owner].map(make));
    const gone = (container?: Dockerode.Container) =>
      container?.inspect().then(
        () => false,
        () => true,
      );
    await removeLeftovers(docker);
    assert.deepEqual([await gone(living), await gone(ended)], [false, true]);
    assert.equal(await removeLeftovers(docker, `${owner}-other`), 0);
    assert.equal(await removeLeftovers(docker, owner), 1);
    assert.equal(await removeLeftovers(docker, alive), 1);
    assert.equal(await gone(living), true);
  });
});
