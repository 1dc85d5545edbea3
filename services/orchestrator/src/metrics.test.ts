import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Meters } from './metrics.ts';

test('what is nobody’s fault is none in the metrics either', async () => {
  const meters = new Meters();
  for (const kind of ['cancelled', 'draining', 'taken', 'let_go'] as const) {
    meters.ended('scripted', { kind, detail: '' });
  }
  meters.ended('scripted', { kind: 'ok' });
  meters.ended('scripted', { kind: 'crash', detail: 'it died' });
  meters.error('scripted');
  const text = await meters.registry.metrics();
  const lines = text.split('\n').filter((line) => line.startsWith('assay_orchestrator_faults_total{'));
  assert.deepEqual(lines, [
    'assay_orchestrator_faults_total{verifier="scripted",kind="crash"} 1',
    'assay_orchestrator_faults_total{verifier="scripted",kind="error"} 1',
  ]);
});
