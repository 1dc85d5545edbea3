/** What single values bring about in the chart's objects: engines, certificates, authorities, who is asked and shown what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { egress, helm, rendered } from '../support/helm.ts';
import { podsOf, readRender, renders } from '../support/kube.ts';
import { type Party, reaches } from '../support/kube-network.ts';

for (const [kind, runtime, limit] of [
  ['gvisor', 'gvisor', '8Gi'],
  ['sysbox', 'sysbox-runc', '30Gi'],
  ['userns', undefined, '30Gi'],
  ['external', undefined, undefined],
]) {
  test(`an engine ${kind} has its runtime, and the disk that it was given`, {
    skip: helm.skip,
  }, async (t) => {
    const address = 'verifiers.code.engine.host=tcp://10.0.0.6:2376,verifiers.code.engine.tlsSecret=engine';
    const set = [
      ...['verifiers.code.enabled=true', `verifiers.code.engine.kind=${kind}`],
      ...(kind === 'gvisor' ? [] : ['verifiers.code.engine.storage=30Gi']),
      ...(kind === 'external' ? [address, egress] : []),
    ];
    const code = podsOf(await rendered(t, set)).find(({ name }) => name === 'assay-code');
    assert.equal(code?.spec.runtimeClassName, runtime);
    const engine = code?.spec.initContainers?.find(({ name }) => name === 'engine');
    assert.equal(engine?.resources?.limits?.['ephemeral-storage'], limit);
  });
}

test('the test asks nothing of verifiers that may be scaled to none', () => {
  const script = (render: string) =>
    readRender(render).find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'assay-test')
      ?.data?.['test.sh'] ?? '';
  assert.doesNotMatch(script('full'), /assay-(math|lean):7701/);
  assert.match(script('full'), /assay-code:7701[\s\S]*assay-orchestrator:7700/);
  assert.match(script('defaults'), /assay-math:7701/);
});

test('authorities of others are where Node.js looks, in every pod of ours', {
  skip: helm.skip,
}, async (t) => {
  const set = ['tls.extraAuthorities.existingSecret=mine', 'tls.extraAuthorities.key=all.pem'];
  for (const pod of podsOf(await rendered(t, set))) {
    if (pod.name.endsWith('postgres')) continue;
    const [container] = pod.spec.containers;
    const value = container?.env?.find(({ name }) => name === 'NODE_EXTRA_CA_CERTS')?.value;
    assert.equal(value, '/authorities/all.pem', pod.name);
    const volume = container?.volumeMounts?.find(({ mountPath }) => mountPath === '/authorities')?.name;
    const source = pod.spec.volumes?.find(({ name }) => name === volume);
    assert.match(JSON.stringify(source?.secret), /"secretName":"mine"/, pod.name);
  }
});

test('a gateway that asks verifiers directly reaches them, and no other does', {
  skip: helm.skip,
}, async (t) => {
  const by = async (set: string[]) => {
    const objects = await rendered(t, set);
    const pods = Object.fromEntries(
      podsOf(objects).map(({ name, labels }) => [name, { namespace: 'assay', labels }]),
    );
    const [gateway, math] = [pods['assay-gateway'], pods['assay-math']] as [Party, Party];
    return { reaches: reaches(objects, gateway, math, 7701), objects };
  };
  assert.equal((await by([])).reaches, false);
  const told = await by(['gateway.verifierAddresses={assay-math:7701}']);
  assert.equal(told.reaches, true);
  const gateway = podsOf(told.objects).find(({ name }) => name === 'assay-gateway');
  assert.ok(gateway?.spec.containers[0]?.args?.includes('--verifier-address=assay-math:7701'));
});

test('orchestrators have the name in their certificate that their peers call them by', () => {
  const objects = readRender('tls');
  const certificate = objects.find(({ metadata }) => metadata.name === 'assay-orchestrator-tls');
  const args = podsOf(objects).find(({ name }) => name === 'assay-orchestrator')?.spec.containers[0]?.args;
  const peers = (args ?? []).flatMap((arg) => /^--peer=dns:(.*):7700$/.exec(arg)?.[1] ?? []);
  assert.equal(peers.length, 1);
  for (const name of peers) assert.ok(certificate?.spec.dnsNames.includes(name), name);
});

test('KEDA is given no key that others are known by', () => {
  for (const render of renders) {
    for (const { kind, spec } of readRender(render)) {
      if (kind !== 'TriggerAuthentication') continue;
      for (const { key, name } of spec.secretTargetRef) {
        if (key !== 'ca.crt') assert.match(name, /-scaler-tls$/, render);
      }
    }
  }
});
