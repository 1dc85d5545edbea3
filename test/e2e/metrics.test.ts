import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { OrchestratorClient } from '@assay/client';
import { serve } from '../support/assay.ts';
import { Replica } from '../support/replica.ts';
import { chunks, sampleProblems } from '../support/samples.ts';
import { repository, tempDir } from '../support/temp.ts';

const folder = join(repository, 'deploy/grafana');
const alerts = readFileSync(join(folder, 'alerts.yaml'), 'utf8');
const dashboard = readFileSync(join(folder, 'assay.json'), 'utf8');

interface Panel {
  targets: { expr: string }[];
}

/** Names of metrics in an expression. */
const namesIn = (text: string) => new Set(text.match(/\b(?:assay|nodejs|process)_[a-z0-9_]+/g));

test('metrics tell of the work, and every expression of the dashboard and the alerts finds what it names', async (t) => {
  const replica = await Replica.start(t, { flags: ['--metrics-port', '0', '--log-level', 'info'] });
  const store = join(tempDir(t), 'store.db');
  const place = ['--port', '0', '--no-http', '--metrics', '0', '--store', store];
  const server = await serve(t, [...place, '--verifier-address', replica.address]);
  const client = new OrchestratorClient(server.address);
  t.after(() => client.close());
  await client.createRun({ id: 'a-run-id-of-its-own', verifiers: ['stub'] });
  const problems = sampleProblems({ problems: 2, candidates: 30 });
  await client.submit('a-run-id-of-its-own', chunks(problems), { complete: true });

  const { metrics } = JSON.parse(server.stdout) as { metrics: string };
  const scrape = async (address: string, path = '/metrics') => {
    const response = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(10_000) });
    assert.equal(response.status, 200, path);
    return response.text();
  };
  const own = await scrape(metrics);
  const verifier = await scrape(/"metricsAddress":"([^"]+)"/.exec(replica.output.stderr)?.[1] ?? '');
  await scrape(metrics, '/healthz');
  await scrape(metrics, '/readyz');

  const value = (name: string) =>
    Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (.+)$`, 'm').exec(own)?.[1]);
  const answered = own.match(/^assay_orchestrator_candidates_total\{.*\} \d+$/gm) ?? [];
  assert.equal(
    answered.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
    60,
  );
  assert.equal(value('assay_orchestrator_time_to_verdict_seconds_count{verifier="stub"}'), 60);
  assert.equal(value('assay_orchestrator_commit_rows_sum'), 60);
  assert.ok(own.includes('assay_orchestrator_replicas{verifier="stub",state="READY"} 1'));
  for (const gone of ['queued_candidates', 'in_flight_candidates', 'work_seconds', 'work_seconds_per_slot']) {
    assert.equal(value(`assay_orchestrator_${gone}{verifier="stub"}`), 0, gone);
  }
  assert.ok(!own.includes('a-run-id-of-its-own'), 'labels are bounded');

  const families = `${own}\n${verifier}`.matchAll(/^# TYPE (\S+) (\S+)$/gm);
  const known = new Set(
    [...families].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name],
    ),
  );
  const { panels } = JSON.parse(dashboard) as { panels: Panel[] };
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  assert.ok(expressions.length > 20);
  for (const expression of [...expressions, alerts]) {
    const names = namesIn(expression);
    assert.ok(names.size > 0, expression);
    for (const name of names) assert.ok(known.has(name), `${name} is no metric: ${expression.slice(0, 200)}`);
  }
  // What is measured is also shown, or alerted on.
  const shown = namesIn(dashboard + alerts);
  for (const name of known) {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    const isShown = [...shown].some((each) => each.replace(/_(bucket|sum|count)$/, '') === base);
    if (name.startsWith('assay_orchestrator_'))
      assert.ok(isShown || base.endsWith('work_seconds_per_slot'), `${name} is on no panel`);
  }
});

const promtool = spawnSync('promtool', ['--version']).status === 0;

test('Prometheus takes the rules and the metrics', {
  skip: promtool ? false : 'there is no promtool',
}, async (t) => {
  const rules = spawnSync('promtool', ['check', 'rules', join(folder, 'alerts.yaml')], { encoding: 'utf8' });
  assert.equal(rules.status, 0, rules.stdout + rules.stderr);
  const place = ['--port', '0', '--no-http', '--metrics', '0', '--store', join(tempDir(t), 'store.db')];
  const server = await serve(t, place);
  const { metrics } = JSON.parse(server.stdout) as { metrics: string };
  const input = await (await fetch(`http://${metrics}/metrics`)).text();
  const checked = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  const ours = checked.stderr.split('\n').filter((line) => line.startsWith('assay_'));
  assert.deepEqual(ours, []);
});
