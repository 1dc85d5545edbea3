/** What the chart's objects say of each other is so: selectors, ports, claims, Secrets, owners of scaling. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  containersOf,
  type KubeObject,
  type Pod,
  podsOf,
  readRender,
  renders,
  selects,
} from '../support/kube.ts';

/** What the operator brings, by render: `Kind/name`. */
const external: Record<string, string[]> = {
  full: [
    'Secret/assay-postgres',
    'Secret/assay-tokens',
    ...['orchestrator', 'verifiers', 'gateway'].map((of) => `Secret/assay-${of}-tls`),
    'Secret/registry',
    'Secret/reward',
  ],
  gpu: ['PersistentVolumeClaim/models'],
};

/** Everything that a pod's specification names: `Kind/name`, and keys of Secrets. */
function namedBy(pod: Pod): { name: string; key?: string }[] {
  const spec = pod.spec as Pod['spec'] & { imagePullSecrets?: { name: string }[] };
  return [
    ...(spec.imagePullSecrets ?? []).map(({ name }) => ({ name: `Secret/${name}` })),
    ...(spec.volumes ?? []).flatMap(({ secret, configMap, persistentVolumeClaim }) => [
      ...(secret ? [{ name: `Secret/${(secret as { secretName: string }).secretName}` }] : []),
      ...(configMap ? [{ name: `ConfigMap/${(configMap as { name: string }).name}` }] : []),
      ...(persistentVolumeClaim
        ? [{ name: `PersistentVolumeClaim/${(persistentVolumeClaim as { claimName: string }).claimName}` }]
        : []),
    ]),
    ...containersOf(pod).flatMap(({ env = [] }) =>
      env.flatMap(({ valueFrom }) =>
        valueFrom?.secretKeyRef === undefined
          ? []
          : [{ name: `Secret/${valueFrom.secretKeyRef.name}`, key: valueFrom.secretKeyRef.key }],
      ),
    ),
  ];
}

function ofKind(objects: KubeObject[], kind: string): KubeObject[] {
  return objects.filter((object) => object.kind === kind);
}

for (const render of renders) {
  const objects = readRender(render);
  const pods = podsOf(objects);

  test(`${render}: every workload's selector matches its own pods, and no other's`, () => {
    for (const { kind, metadata, spec } of objects) {
      if (kind !== 'Deployment' && kind !== 'StatefulSet') continue;
      const matched = pods.filter(({ labels }) => selects(spec.selector, labels)).map(({ name }) => name);
      assert.deepEqual(matched, [metadata.name]);
    }
  });

  test(`${render}: every Service finds one workload, and the ports that it names`, () => {
    for (const { metadata, spec } of ofKind(objects, 'Service')) {
      const matched = pods.filter(({ labels }) => selects({ matchLabels: spec.selector }, labels));
      assert.equal(matched.length, 1, metadata.name);
      const ports = containersOf(matched[0] as Pod).flatMap(({ ports = [] }) => ports);
      for (const { port, targetPort } of spec.ports) {
        assert.equal(ports.find(({ name }) => name === targetPort)?.containerPort, port, metadata.name);
      }
    }
  });

  test(`${render}: budgets, spreads and policies select something that is there`, () => {
    const none = { 'assay/role': 'client' };
    const policed = [...pods.map(({ labels }) => labels), none];
    for (const { kind, metadata, spec } of objects) {
      const selector = kind === 'PodDisruptionBudget' || kind === 'PodMonitor' ? spec.selector : undefined;
      if (selector)
        assert.ok(
          pods.some(({ labels }) => selects(selector, labels)),
          metadata.name,
        );
      if (kind === 'NetworkPolicy') {
        assert.ok(
          policed.some((labels) => selects(spec.podSelector, labels)),
          metadata.name,
        );
      }
      for (const { labelSelector } of spec?.template?.spec?.topologySpreadConstraints ?? []) {
        assert.ok(selects(labelSelector, spec.template.metadata.labels), metadata.name);
      }
    }
  });

  test(`${render}: every probe asks a port that its container listens on`, () => {
    for (const pod of pods) {
      for (const { name, ports = [], startupProbe, readinessProbe, livenessProbe } of containersOf(pod)) {
        for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
          const port = probe?.grpc?.port ?? probe?.httpGet?.port ?? probe?.tcpSocket?.port;
          if (port === undefined) continue;
          const listens = ports.some((each) => each.name === port || each.containerPort === port);
          assert.ok(listens, `${pod.name}/${name}: ${port}`);
        }
      }
    }
  });

  test(`${render}: what pods refer to is in the chart, or is known to be brought by others`, () => {
    const made = new Map(objects.map((object) => [`${object.kind}/${object.metadata.name}`, object]));
    for (const { spec } of ofKind(objects, 'Certificate')) made.set(`Secret/${spec.secretName}`, spec);
    const missing = new Set<string>();
    for (const { name, key } of pods.flatMap(namedBy)) {
      const object = made.get(name);
      if (object === undefined) missing.add(name);
      else if (key !== undefined) assert.ok(key in (object.data ?? {}), `${name}: ${key}`);
    }
    assert.deepEqual([...missing].sort(), (external[render] ?? []).toSorted());
  });

  test(`${render}: volumes are there, and each is mounted`, () => {
    for (const pod of pods) {
      const mounted = containersOf(pod).flatMap(({ volumeMounts = [] }) =>
        volumeMounts.map(({ name }) => name),
      );
      const claims = ofKind(objects, 'StatefulSet')
        .filter(({ metadata }) => metadata.name === pod.name)
        .flatMap(({ spec }) => spec.volumeClaimTemplates);
      const there = [...(pod.spec.volumes ?? []), ...claims.map((claim: KubeObject) => claim.metadata)];
      assert.deepEqual(new Set(mounted), new Set(there.map(({ name }) => name)), pod.name);
    }
  });

  test(`${render}: the orchestrator is told of every verifier`, () => {
    const args = pods.find(({ name }) => name.endsWith('-orchestrator'))?.spec.containers[0]?.args ?? [];
    if (render === 'code-apart') return;
    const told = args.flatMap((arg) => /^--verifier-address=dns:(assay-.*):7701$/.exec(arg)?.[1] ?? []);
    const verifiers = pods
      .filter(({ labels }) => labels['assay/role'] === 'verifier')
      .map(({ name }) => name);
    const hidden = render === 'gpu' ? ['assay-reward-gpu'] : [];
    assert.deepEqual(told.sort(), verifiers.filter((name) => !hidden.includes(name)).sort());
    const services = ofKind(objects, 'Service').filter(({ spec }) => spec.clusterIP === 'None');
    for (const name of told)
      assert.ok(
        services.some(({ metadata }) => metadata.name === name),
        name,
      );
  });

  test(`${render}: one thing alone sets the number of pods`, () => {
    const scaled = objects.flatMap(({ kind, spec }) =>
      kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject' ? [spec.scaleTargetRef.name] : [],
    );
    assert.equal(new Set(scaled).size, scaled.length);
    for (const { metadata, spec } of ofKind(objects, 'Deployment')) {
      assert.equal(spec.replicas === undefined, scaled.includes(metadata.name), metadata.name);
    }
    for (const name of scaled)
      assert.ok(ofKind(objects, 'Deployment').some(({ metadata }) => metadata.name === name));
  });

  test(`${render}: what KEDA asks for is a verifier's name, at the orchestrator's port`, () => {
    for (const { metadata, spec } of ofKind(objects, 'ScaledObject')) {
      const { scalerAddress, verifier, ...numbers } = spec.triggers[0].metadata;
      assert.match(scalerAddress, /^assay-orchestrator\.assay\.svc:7700$/);
      assert.equal(metadata.name, `assay-${verifier}`);
      const { slotsPerReplica = '1', ...targets } = numbers;
      const env = pods.find(({ name }) => name === metadata.name)?.spec.containers[0]?.env ?? [];
      const slots = env.find(({ name }) => name === 'ASSAY_VERIFIER_SLOTS')?.value ?? '1';
      assert.equal(slotsPerReplica, slots);
      assert.deepEqual(Object.keys(targets), ['targetSecondsPerSlot', 'targetBusyPercent']);
      for (const value of Object.values(targets)) assert.ok(Number(value) > 0);
    }
  });
}
