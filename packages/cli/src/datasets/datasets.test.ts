import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { assay, scratch } from '../testing/cli.ts';
import { sizeText } from './text.ts';

/** A mirror that has one file, whatever is asked for. */
async function mirror(t: TestContext, content: string): Promise<string> {
  const server = createServer((_, response) => void response.end(content)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('assay datasets', { concurrency: 2 }, () => {
  test('list: names and licences', async (t) => {
    const { code, stdout } = await assay(['datasets', 'list'], scratch(t));
    assert.equal(code, 0);
    assert.match(stdout, /^gsm8k +MIT +1,319 test/m);
    const json = JSON.parse((await assay(['datasets', 'list', '--json'], scratch(t))).stdout);
    assert.equal(json[0].files[0].url.startsWith('https://raw.githubusercontent.com/openai/'), true);
  });

  test('pull: the licence before, the check and the path after', async (t) => {
    const folder = scratch(t);
    const args = ['datasets', 'pull', 'mbpp', '--base-url', await mirror(t, '{"task_id": 1}\n')];
    const { code, stdout, stderr } = await assay(args, folder);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'datasets/mbpp/mbpp.jsonl\n');
    assert.match(
      stderr,
      /^mbpp: .*\n {2}from https:.*\n {2}licence: CC BY 4\.0\n.* 15 bytes: nothing says what/,
    );
    assert.equal(readFileSync(join(folder, 'datasets/mbpp/mbpp.jsonl'), 'utf8'), '{"task_id": 1}\n');
    assert.match((await assay(args, folder)).stderr, /is here already: its SHA-256 is that of the first/);
  });

  test('pull: a wrong file leaves nothing, and MATH is warned of', async (t) => {
    const folder = scratch(t);
    const args = ['datasets', 'pull', 'math-500', '--base-url', await mirror(t, 'x'.repeat(446_564))];
    const { code, stdout, stderr } = await assay(args, folder);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /warning: .*DMCA/);
    assert.match(stderr, /error \[checksum\]: https:.* has the SHA-256 \w+, not 35dc41/);
    assert.ok(!existsSync(join(folder, 'datasets/math-500/test.jsonl')));
  });

  test('refused: a name that is none, an address that is none', async (t) => {
    const name = await assay(['datasets', 'pull', 'gsm8'], scratch(t));
    assert.match(name.stderr, /There is no set "gsm8"\. Do you mean gsm8k/);
    const url = await assay(['datasets', 'pull', 'gsm8k', '--base-url', 'file:///etc'], scratch(t));
    assert.match(url.stderr, /Give an address such as https/);
    assert.deepEqual([name.code, url.code], [2, 2]);
  });
});

test('sizeText', () => {
  assert.deepEqual([0, 999, 1000, 446_564, 4.5e9, 7e12].map(sizeText), [
    '0 bytes',
    '999 bytes',
    '1.0 kB',
    '446.6 kB',
    '4.5 GB',
    '7000.0 GB',
  ]);
});
