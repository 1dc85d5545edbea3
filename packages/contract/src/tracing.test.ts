import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Metadata } from '@grpc/grpc-js';
import { beginTrace } from './tracing.ts';
import { startTracing } from './tracing-sdk.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-tracing-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Line {
  traceId: string;
  spanId: string;
  parentId: string;
  name: string;
  service: string;
  error?: string;
}

async function traced(env: Record<string, string>, work: () => void): Promise<Line[]> {
  const file = join(folder, `${Math.random()}`);
  const stop = await startTracing('unit', { ...env, ASSAY_TRACES: file });
  try {
    work();
  } finally {
    await stop();
  }
  const text = readFileSync(file, 'utf8');
  return text.trim() === ''
    ? []
    : text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line);
}

test('is off unless the environment asks for it', async () => {
  await (await startTracing('unit', {}))();
  assert.equal(beginTrace('x'), undefined);
});

test('spans carry their parents, also across metadata', async () => {
  const lines = await traced({}, () => {
    const submit = beginTrace('Submit');
    const call = submit?.child('Verify', { kind: 'client' });
    const served = beginTrace('Verify', { parent: call?.metadata(), kind: 'server' });
    served?.record('judge', performance.now() - 5, performance.now());
    served?.end(new Error('broken'));
    call?.end();
    submit?.end();
  });
  const [judge, served, call, submit] = lines;
  assert.deepEqual(
    lines.map(({ name }) => name),
    ['judge', 'Verify', 'Verify', 'Submit'],
  );
  assert.equal(new Set(lines.map(({ traceId }) => traceId)).size, 1);
  assert.equal(submit?.parentId, '');
  assert.deepEqual(
    [call?.parentId, served?.parentId, judge?.parentId],
    [...[submit?.spanId, call?.spanId, served?.spanId]],
  );
  assert.equal(served?.error, 'broken');
  assert.equal(submit?.service, 'unit');
});

test('a part of a tree begins no tree of its own', async () => {
  const lines = await traced({}, () => beginTrace('Verify', { parent: new Metadata(), joined: true })?.end());
  assert.deepEqual(lines, []);
});

test('joins what a caller says, and nothing that is not a trace context', async () => {
  const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  const parent = (traceparent: string) => {
    const metadata = new Metadata();
    metadata.set('traceparent', traceparent);
    return metadata;
  };
  const texts = [
    `00-${traceId}-${spanId}-01`,
    `cc-${traceId}-${spanId}-01-what-comes-later`,
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    'x'.repeat(100_000),
  ];
  const lines = await traced({}, () => {
    for (const text of texts) beginTrace('x', { parent: parent(text) })?.end();
  });
  assert.deepEqual(
    lines.map((line) => line.traceId === traceId && line.parentId === spanId),
    [true, true, false, false, false, false, false],
  );
  // The caller decided that this one is not sampled.
  assert.deepEqual(
    await traced({}, () => beginTrace('x', { parent: parent(`00-${traceId}-${spanId}-00`) })?.end()),
    [],
  );
});

test('says where it cannot write', async () => {
  await assert.rejects(
    startTracing('unit', { ASSAY_TRACES: join(folder, 'no/folder') }),
    /Cannot write traces/,
  );
});
