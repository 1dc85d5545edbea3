/** The service as a process. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type DescribeResponse, VerifierConnection } from '@assay/contract';
import { credentials } from '@grpc/grpc-js';
import { teiStandIn } from './backends/testing/tei.ts';
import { rewardService } from './index.ts';

const folder = join(import.meta.dirname, '../../../examples/reward');

/** No setting of whoever runs the test. */
const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^ASSAY_(REWARD|VERIFIER)_/.test(name)),
);

function start(t: TestContext, env: Record<string, string>) {
  const flags = ['--disable-warning=ExperimentalWarning', ...rewardService.nodeFlags];
  const child = spawn(process.execPath, [...flags, rewardService.entry], {
    env: { ...clean, ...env },
  });
  t.after(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const exit = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { child, output, exit };
}

describe('the service', { timeout: 60_000, concurrency: 2 }, () => {
  test('starts with a folder, says what it is, and ends', async (t) => {
    const { child, output, exit } = start(t, {
      ASSAY_REWARD_MODEL: folder,
      ASSAY_REWARD_NAME: 'example',
      ASSAY_REWARD_MODLE: 'typo',
    });
    await Promise.race([once(child.stdout, 'data'), exit]);
    assert.match(output.stdout, /^\{.*\}\n$/, output.stderr);
    const line = JSON.parse(output.stdout);
    const connection = new VerifierConnection(line.address, credentials.createInsecure());
    t.after(() => connection.close());
    const described = await new Promise<DescribeResponse>((resolve, reject) => {
      connection.describe({}, (error, answer) =>
        error === null ? resolve(answer as DescribeResponse) : reject(error),
      );
    });
    assert.deepEqual([described.name, described.decides], ['example', false]);
    assert.equal(described.version, line.version);
    assert.match(described.version, /^\d+-[0-9a-f]{12}$/);
    assert.ok(described.kinds.includes('scoring'));
    assert.match(output.stderr, /^warning: ASSAY_REWARD_MODLE is no setting.* ASSAY_REWARD_MODEL\.$/m);
    child.kill('SIGTERM');
    assert.equal(await exit, 0, output.stderr);
  });

  test('without a model: 2, and what to do', async (t) => {
    const { output, exit } = start(t, {});
    assert.equal(await exit, 2);
    assert.match(output.stderr, /^error: ASSAY_REWARD_MODEL is missing\.\n {2}Name the model's folder .*\n$/);
    assert.equal(output.stdout, '');
  });

  test('where the server is not there: 1', async (t) => {
    const server = await teiStandIn();
    const { url } = server;
    await server.close();
    const { output, exit } = start(t, {
      ASSAY_REWARD_BACKEND: 'tei',
      ASSAY_REWARD_URL: url,
      ASSAY_REWARD_START_MS: '100',
    });
    assert.equal(await exit, 1);
    assert.match(
      output.stderr,
      /^error: The reward model \(backend tei\) cannot be used: .*ECONNREFUSED.*\n {2}/,
    );
    assert.equal(output.stdout, '');
  });
});
