/** What the chart says to programs is what they understand: flags, variables, ports of images. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assay } from '../support/assay.ts';
import { containersOf, podsOf, readRender, renders } from '../support/kube.ts';
import { startNode } from '../support/process.ts';
import { repository } from '../support/temp.ts';

const read = (path: string) => readFileSync(join(repository, path), 'utf8');

/** The containers of a component, of all renders. */
const containers = (component: string) =>
  renders
    .flatMap((render) => podsOf(readRender(render)))
    .filter(({ labels }) => labels['app.kubernetes.io/component'] === component)
    .flatMap(containersOf)
    .filter(({ name }) => name === component);

/** Names of flags and of Assay's own variables that a component is given. */
function given(component: string): { flags: Set<string>; variables: Set<string> } {
  const all = containers(component);
  assert.ok(all.length > 0, component);
  return {
    flags: new Set(all.flatMap(({ args = [] }) => args.flatMap((arg) => /^--[a-z-]+/.exec(arg)?.[0] ?? []))),
    variables: new Set(
      all.flatMap(({ env = [] }) => env.map(({ name }) => name)).filter((name) => name.startsWith('ASSAY_')),
    ),
  };
}

const helpOf: Record<string, (t: TestContext) => Promise<string>> = {
  orchestrator: async (t) => (await assay(t, ['serve', '--help'])).stdout,
  gateway: async (t) => (await assay(t, ['gateway', '--help'])).stdout,
  math: async (t) =>
    (await startNode(t, join(repository, 'services/math/src/main.ts'), ['--help']).ended).stdout,
};
// These need an engine, a Lean or a model before they say anything: their flags are those of the kit, as math's.
for (const name of ['code', 'lean', 'reward'])
  helpOf[name] = helpOf.math as (t: TestContext) => Promise<string>;

/** Variables that are no flags: where each is documented. */
const documented: [RegExp, string][] = [
  [/^ASSAY_REWARD_/, 'services/reward/src/config.ts'],
  [/^ASSAY_TOKEN_FILE$/, 'packages/contract/src/credentials.ts'],
];

for (const [component, help] of Object.entries(helpOf)) {
  test(`${component} understands every flag and variable that it is given`, async (t) => {
    const { flags, variables } = given(component);
    const text = (await help(t)).replace(/\s+/g, ' ');
    for (const flag of flags) assert.match(text, new RegExp(`${flag}[ ,=]`), flag);
    for (const name of variables) {
      const [, file] = documented.find(([pattern]) => pattern.test(name)) ?? [];
      const word = name.replace(/^ASSAY_REWARD_(TIMEOUT_MS|ATTEMPTS|BATCH|REQUESTS)$/, '$1');
      assert.match(file === undefined ? text : read(file), new RegExp(`\\b_?${word}\\b`), name);
    }
  });
}

test('the GPU worker understands its flags', () => {
  const source = read('services/reward-gpu/src/assay_reward/cli.py');
  for (const { args = [] } of containers('reward-gpu')) assert.deepEqual(args, ['serve', '/model/armorm']);
  const { variables } = given('reward-gpu');
  for (const name of variables) {
    if (name === 'ASSAY_INSECURE') continue;
    const flag = name.replace('ASSAY_VERIFIER_', '').toLowerCase().replaceAll('_', '-');
    assert.match(source, new RegExp(`"--${flag}"`), name);
  }
});

/** The Dockerfile's targets, with all that each inherits. */
function targets(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const stage of read('docker/Dockerfile').split(/^(?=FROM )/m)) {
    const [, from = '', name = ''] = /^FROM (\S+) AS (\S+)/.exec(stage) ?? [];
    found[name] = (found[from] ?? '') + stage;
  }
  found['reward-gpu'] = read('services/reward-gpu/Dockerfile');
  return found;
}

for (const component of [...Object.keys(helpOf), 'reward-gpu']) {
  test(`the image of ${component} listens where the chart looks, as the user that it sets`, () => {
    const image = targets()[component] ?? '';
    const exposed = [...image.matchAll(/^EXPOSE (.*)$/gm)].flatMap(([, ports = '']) => ports.split(' '));
    for (const { ports = [], image: reference } of containers(component)) {
      for (const { containerPort } of ports)
        assert.ok(exposed.includes(String(containerPort)), String(containerPort));
      assert.match(reference, new RegExp(`(^|/)assay/${component}[:@]`));
    }
    assert.match(image, /^USER 10001:10001$/m);
  });
}
