/** The chart's NetworkPolicies allow what the parts need of each other, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podsOf, readRender } from '../support/kube.ts';
import { type Party, reaches } from '../support/kube-network.ts';

/** Whom there is besides the pods of a release in `namespace`. */
const others = (namespace: string): Record<string, Party> => ({
  client: { namespace, labels: { 'assay/role': 'client' } },
  neighbour: { namespace, labels: { app: 'other' } },
  'own verifier': { namespace, labels: { 'assay/role': 'verifier', app: 'mine' } },
  dns: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  'kube-system': { namespace: 'kube-system', labels: {} },
  training: { namespace: 'training', labels: {} },
  ingress: { namespace: 'ingress', labels: {} },
  monitoring: { namespace: 'monitoring', labels: {} },
  research: { namespace: 'research', labels: { app: 'mine' } },
  keda: { namespace: 'keda', labels: {} },
  'orchestrator of another release': {
    namespace: namespace === 'assay' ? 'elsewhere' : 'assay',
    labels: { 'assay/role': 'orchestrator' },
  },
  stranger: { namespace: 'default', labels: { 'assay/role': 'client' } },
  'metadata service': { address: '169.254.169.254' },
  internet: { address: '203.0.113.7' },
  'database net': { address: '10.20.0.9' },
});

/** Every port that anything here listens on, and some that one would try. */
const ports = [22, 53, 80, 443, 2375, 4317, 4318, 5432, 6443, 7700, 7701, 7780, 8080, 9464, 10_250];

/** `from > to: port …` for every two parties of which one is a pod of the release, or heeds its policies. */
function allowed(render: string): string[] {
  const objects = readRender(render);
  const pods = podsOf(objects);
  const namespace = objects[0]?.metadata.namespace ?? '';
  const own: Record<string, Party> = Object.fromEntries(
    pods.map(({ labels }) => [labels['app.kubernetes.io/component'] ?? '', { namespace, labels }]),
  );
  const all = { ...own, ...others(namespace) };
  const isOwn = (name: string) => name in own || ['client', 'neighbour', 'own verifier'].includes(name);
  const lines: string[] = [];
  for (const [from, party] of Object.entries(all)) {
    for (const [to, other] of Object.entries(all)) {
      if (from === to || !(isOwn(from) || isOwn(to))) continue;
      const open = ports.filter((port) => reaches(objects, party, other, port));
      if (open.length > 0) lines.push(`${from} > ${to}: ${open.join(' ')}`);
    }
  }
  return lines.sort();
}

const small = [
  'client > dns: 53',
  'client > orchestrator: 7700',
  'orchestrator > dns: 53',
  'orchestrator > math: 7701',
  'orchestrator > own verifier: 7701',
  'test > dns: 53',
  'test > math: 7701',
  'test > orchestrator: 7700',
];

const defaults = [
  ...small,
  'client > gateway: 7780',
  'gateway > dns: 53',
  'gateway > orchestrator: 7700',
  'orchestrator > postgres: 5432',
  'test > gateway: 7780',
];

const expected: Record<string, string[]> = {
  small,
  defaults,
  kind: defaults,
  full: [
    ...defaults.filter((line) => !line.includes('postgres')),
    ...['code', 'lean', 'reward'].flatMap((name) => [`orchestrator > ${name}: 7701`, `test > ${name}: 7701`]),
    ...['code', 'lean', 'math', 'orchestrator', 'own verifier', 'reward'].map(
      (name) => `monitoring > ${name}: 9464`,
    ),
    'gateway > monitoring: 4318',
    'ingress > gateway: 7780',
    'keda > orchestrator: 7700',
    'orchestrator > database net: 5432',
    'orchestrator > monitoring: 4318',
    'orchestrator > research: 7701',
    'training > gateway: 7780',
    'training > orchestrator: 7700 7701',
  ],
  gpu: [
    ...defaults,
    'orchestrator > reward: 7701',
    // It is not told of it (direct: false), and might ask it all the same.
    'orchestrator > reward-gpu: 7701',
    'reward > dns: 53',
    'reward > reward-gpu: 7701',
    'test > reward: 7701',
    'test > reward-gpu: 7701',
  ],
  tls: [
    ...defaults,
    ...['code', 'lean'].flatMap((name) => [`orchestrator > ${name}: 7701`, `test > ${name}: 7701`]),
    'keda > orchestrator: 7700',
  ],
  'code-apart': [
    'orchestrator of another release > code: 7701',
    'orchestrator of another release > own verifier: 7701',
  ],
};

for (const [render, lines] of Object.entries(expected)) {
  test(`who reaches whom, ${render}`, () => assert.deepEqual(allowed(render), lines.toSorted()));
}

test('what judges candidates reaches nothing at all, by any protocol', () => {
  const objects = readRender('full');
  for (const { labels } of podsOf(objects)) {
    const component = labels['app.kubernetes.io/component'] ?? '';
    if (!['math', 'code', 'lean', 'reward'].includes(component)) continue;
    const pod = { namespace: 'assay', labels };
    for (const [name, other] of Object.entries(others('assay'))) {
      for (const protocol of ['TCP', 'UDP'] as const) {
        for (const port of ports)
          assert.ok(!reaches(objects, pod, other, port, protocol), `${component} > ${name}`);
      }
    }
  }
});

test('orchestrators ask each other, and verifiers do not', () => {
  const objects = readRender('full');
  for (const { labels } of podsOf(objects)) {
    const party = { namespace: 'assay', labels };
    const asks = ports.filter((port) => reaches(objects, party, party, port));
    assert.deepEqual(asks, labels['assay/role'] === 'orchestrator' ? [7700] : [], labels['assay/role']);
  }
});

test('names are looked up by UDP as well', () => {
  const objects = readRender('defaults');
  for (const { labels } of podsOf(objects)) {
    const component = labels['app.kubernetes.io/component'] ?? '';
    const looksUp = ['orchestrator', 'gateway', 'test'].includes(component);
    const dns = others('assay').dns as Party;
    assert.equal(reaches(objects, { namespace: 'assay', labels }, dns, 53, 'UDP'), looksUp, component);
  }
});
