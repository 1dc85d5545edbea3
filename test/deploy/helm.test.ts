/** What Helm itself does with the chart: which values are refused, and names that stay within Kubernetes' limits. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { egress, helm, rendered, template } from '../support/helm.ts';
import { containersOf, podsOf, readRender, renders } from '../support/kube.ts';
import { repository } from '../support/temp.ts';

const elsewhere = ['verifiers.code.enabled=true', 'verifiers.code.engine.kind=external'];

const refused: [string, string[], RegExp][] = [
  ['two writers of one file', ['store.kind=sqlite'], /one file has one writer/],
  ['a value that there is not', ['orchestrator.replica=3'], /replica.*not allowed|additional properties/i],
  ['a word for a number', ['verifiers.math.slots=many'], /slots/],
  ['a Postgres that is nowhere', ['store.postgres.bundled=false'], /existingSecret is needed/],
  ['TLS without certificates', ['tls.enabled=true'], /tls\.secrets\.[a-z]+ is needed/],
  [
    'certificates without an authority',
    ['tls.enabled=true', 'tls.certManager.enabled=true'],
    /issuer\.name is needed/,
  ],
  [
    'an engine that is nowhere',
    [...elsewhere, 'verifiers.code.engine.tlsSecret=engine', egress],
    /engine\.host is needed/,
  ],
  [
    'an engine elsewhere in plain text',
    [...elsewhere, 'verifiers.code.engine.host=tcp://10.0.0.6:2375', egress],
    /engine\.tlsSecret is needed/,
  ],
  [
    'an engine elsewhere that nothing may go out to',
    [
      ...elsewhere,
      'verifiers.code.engine.host=tcp://10.0.0.6:2376',
      'verifiers.code.engine.tlsSecret=engine',
    ],
    /codeEgress is needed/,
  ],
  [
    'a registry that nothing may go out to',
    ['verifiers.code.enabled=true', 'verifiers.code.env.ASSAY_CODE_PULL=1'],
    /codeEgress is needed/,
  ],
  [
    'traces that nothing may go out to',
    ['tracing.endpoint=http://c:4318'],
    /networkPolicy\.traces is needed/,
  ],
  ['metrics that nobody may read', ['monitoring.monitors.enabled=true'], /networkPolicy\.scrapers is needed/],
  [
    'scaling by an orchestrator that is not there',
    ['orchestrator.enabled=false,gateway.enabled=false', 'verifiers.math.scaling.by=keda'],
    /orchestrator that KEDA asks/,
  ],
  ['a name that no Service may have', ['fullnameOverride=Mine_'], /fullnameOverride/],
  ['a gateway that asks all behind a name', ['gateway.verifierAddresses={dns:assay-lean:7701}'], /pattern/],
  [
    "the node's own engine",
    [
      'verifiers.code.enabled=true',
      'verifiers.code.engine.kind=external',
      'verifiers.code.engine.host=unix:///var/run/docker.sock',
    ],
    /engine/,
  ],
  ['a reward model that is nowhere', ['verifiers.reward.enabled=true'], /model is needed/],
  [
    'a reward server that is nowhere',
    ['verifiers.reward.enabled=true', 'verifiers.reward.backend=vllm'],
    /url is needed/,
  ],
  [
    'two verifiers of one name',
    [
      'verifiers.reward.enabled=true',
      'verifiers.reward.backend=worker',
      'verifiers.rewardGpu.enabled=true',
      'verifiers.rewardGpu.model.claim=m',
    ],
    /both named reward/,
  ],
  ['a claim without a name', ['verifiers.rewardGpu.enabled=true'], /needs the name of a claim/],
  ['no pods by CPU', ['verifiers.math.scaling.minReplicas=0'], /nothing to see of no pods/],
  [
    'fewer at most than at least',
    ['verifiers.math.scaling.maxReplicas=1'],
    /minReplicas is more than maxReplicas/,
  ],
  ['a gateway to nothing', ['orchestrator.enabled=false'], /gateway\.enabled needs/],
  [
    'nothing',
    ['orchestrator.enabled=false', 'gateway.enabled=false', 'verifiers.math.enabled=false'],
    /nothing to install/,
  ],
  [
    'a policy that would allow all',
    ['networkPolicy.dns=[]', 'networkPolicy.codeEgress[0].ports[0].port=443'],
    /codeEgress|dns/,
  ],
];

for (const [what, set, why] of refused) {
  test(`refuses ${what}`, { skip: helm.skip }, async (t) => {
    const { code, stderr } = await template(t, set);
    assert.notEqual(code, 0);
    assert.match(stderr, why);
  });
}

test('names stay within 63 characters, whatever the release is called', { skip: helm.skip }, async (t) => {
  const everything = [
    'verifiers.code.enabled=true',
    'verifiers.lean.enabled=true',
    'verifiers.rewardGpu.enabled=true,verifiers.rewardGpu.model.claim=m',
    'verifiers.math.scaling.by=keda',
    'monitoring.monitors.enabled=true,monitoring.dashboard.enabled=true',
    'networkPolicy.scrapers[0].podSelector.matchLabels.app=prometheus',
  ];
  for (const release of ['a', 'b'.repeat(53), `${'c'.repeat(35)}-${'d'.repeat(17)}`]) {
    const objects = await rendered(t, everything, release);
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    assert.equal(new Set(names).size, names.length);
    for (const { kind, metadata, spec } of objects) {
      // KEDA puts its own words before the name of a ScaledObject, and a StatefulSet's pods get a hash as a label.
      const most = kind === 'ScaledObject' || kind === 'StatefulSet' ? 52 : 63;
      assert.ok(metadata.name.length <= most, metadata.name);
      assert.match(metadata.name, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      const labels = { ...metadata.labels, ...spec?.template?.metadata?.labels };
      for (const [label, value] of Object.entries(labels))
        assert.match(String(value), /^([\w.-]{1,63})?$/, label);
    }
  }
});

test('a digest goes before a tag, and a registry before both', { skip: helm.skip }, async (t) => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const objects = await rendered(t, [
    'image.registry=example.com/a',
    `verifiers.math.image.digest=${digest}`,
  ]);
  const images = podsOf(objects)
    .flatMap(containersOf)
    .map(({ image }) => image);
  assert.ok(images.includes(`example.com/a/assay/math@${digest}`));
  assert.ok(images.includes('example.com/a/assay/orchestrator:0.1.0'));
  assert.ok(images.includes('docker.io/library/postgres:17'));
});

test('the password that is made is long, and of characters that an address may have', {
  skip: helm.skip,
}, async (t) => {
  const read = async () => {
    const secret = (await rendered(t, [])).find(({ kind }) => kind === 'Secret');
    return Buffer.from(secret?.data?.url ?? '', 'base64').toString();
  };
  const [one, other] = [await read(), await read()];
  assert.match(one, /^postgres:\/\/assay:[A-Za-z0-9]{32}@assay-postgres:5432\/assay$/);
  assert.notEqual(one, other);
});

test('the password that is made outlives the release, as the volume does', () => {
  const secret = readRender('defaults').find(({ kind }) => kind === 'Secret');
  assert.equal(secret?.metadata.annotations?.['helm.sh/resource-policy'], 'keep');
});

test('the labels that Kubernetes recommends are everywhere', () => {
  for (const render of renders) {
    for (const { kind, metadata } of readRender(render)) {
      for (const label of ['name', 'instance', 'component', 'part-of', 'version', 'managed-by']) {
        assert.ok(
          metadata.labels?.[`app.kubernetes.io/${label}`],
          `${render}: ${kind}/${metadata.name}: ${label}`,
        );
      }
    }
  }
});

test("the version is the programs'", () => {
  const version = (file: string, pattern: RegExp) =>
    pattern.exec(readFileSync(join(repository, file), 'utf8'))?.[1];
  assert.equal(
    version('deploy/helm/assay/Chart.yaml', /^appVersion: (.*)$/m),
    version('packages/cli/package.json', /"version": "(.*)"/),
  );
});
