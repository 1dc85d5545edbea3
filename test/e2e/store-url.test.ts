/** The command on a store in a database: everything works as on a file, and no password is shown. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assay, reportOf, resultsOf, serve } from '../support/assay.ts';
import { freshDatabase, noPostgres } from '../support/postgres.ts';
import { judgedBy, Replica } from '../support/replica.ts';
import { sampleProblems, writeSamples } from '../support/samples.ts';
import { tempDir } from '../support/temp.ts';

const problems = sampleProblems({ problems: 5, candidates: 20, distinct: 0.9 });

/** With a password, which the server of the tests does not ask for. */
async function databaseWithPassword(): Promise<string> {
  return (await freshDatabase()).replace('assay@', 'assay:hunter2@');
}

test('every command that reads or writes runs takes a database', { skip: noPostgres }, async (t) => {
  const dir = tempDir(t);
  const url = await databaseWithPassword();
  const samples = writeSamples(join(dir, 'samples.jsonl'), problems);
  const judged = judgedBy(await Replica.start(t));
  const out = ['--report', join(dir, 'report.json')];
  const there = await assay(t, ['run', samples, ...judged, '--store', url, '--run', 'r', '--json', ...out]);
  const file = ['--store', join(dir, 'store.db'), '--run', 'r', '--json'];
  const here = await assay(t, ['run', samples, ...judged, ...file]);
  assert.deepEqual([there.code, here.code], [0, 0], there.stderr + here.stderr);
  assert.deepEqual(resultsOf(there), resultsOf(here));
  assert.match(there.stderr, /store: postgres:\/\/assay@127\.0\.0\.1:\d+\/assay_\w+\n/);

  const env = { ASSAY_STORE: url };
  const commands: string[][] = [
    ['report'],
    ['report', 'r', '--html', join(dir, 'page.html')],
    ['export', 'r', '--what', 'counts'],
    ['export', 'r', '--whole'],
    ['scaling', 'r', '--json'],
    ['recheck', 'r', ...judged.slice(2), '--share', '1', '--quiet'],
    ['compare', 'r', 'r.recheck'],
    ['cost', 'r', '--price', '1,2', '--tokens', '9', '--prompt-tokens', '9'],
    ['doctor'],
  ];
  for (const command of commands) {
    const { code, stdout, stderr } = await assay(t, command, { env });
    assert.equal(code, 0, `${command.join(' ')}: ${stderr}`);
    assert.ok(!`${stdout}${stderr}`.includes('hunter2'), command.join(' '));
  }
  const again = await assay(t, ['report', 'r', '--json'], { env });
  assert.deepEqual(reportOf(again).results.verifiers, reportOf(there).results.verifiers);
});

test('a store that is not there is told without its password', { skip: noPostgres }, async (t) => {
  for (const [place, says] of [
    [
      'postgres://assay:hunter2@127.0.0.1:1/none',
      /^error \[store_open\]: .*postgres:\/\/assay@127\.0\.0\.1:1\/none/,
    ],
    [
      (await databaseWithPassword()).replace(/\w+$/, 'none'),
      /^error \[store_open\]: .*"none" does not exist/,
    ],
    ['mysql://assay:hunter2@127.0.0.1/none', /^error \[usage\]: There are no stores at mysql:\/\/…/],
  ] as const) {
    for (const command of [['report'], ['serve', '--port', '0'], ['import', 'none.jsonl']]) {
      const { code, stdout, stderr } = await assay(t, [...command, '--store', place], { cwd: tempDir(t) });
      assert.notEqual(code, 0);
      assert.ok(!`${stdout}${stderr}`.includes('hunter2'), stderr);
      if (command[0] !== 'import') assert.match(stderr, says);
    }
  }
});

test('a password among the arguments does not stay in the list of processes', {
  skip: noPostgres || (process.platform !== 'linux' && 'it is read from /proc'),
}, async (t) => {
  const url = await databaseWithPassword();
  const server = await serve(t, ['--port', '0', '--no-http', '--store', url]);
  assert.equal(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8').includes('hunter2'), false);
});
