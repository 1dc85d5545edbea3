/** How the chart's pods are confined: Pod Security `restricted` but for what is named here, and more than that asks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containersOf, type Pod, podsOf, readRender, renders } from '../support/kube.ts';
import { violations } from '../support/pod-security.ts';

/** Pods that `restricted` refuses, by render, with the level that they need. */
const exceptions: Record<string, Record<string, string>> = {
  // dockerd mounts: towards gVisor's kernel, or in a user namespace.
  // Lean's processes each mount a /proc of their own.
  full: { 'assay-code': 'privileged', 'assay-lean': 'baseline' },
  tls: { 'assay-code': 'privileged' },
  'code-apart': { 'assay-code': 'privileged' },
};

/** Files that a container may write: nothing else of it is writable. */
const writable = new Set(['emptyDir', 'persistentVolumeClaim']);

for (const render of renders) {
  const pods = podsOf(readRender(render));

  test(`${render}: pod security`, () => {
    const refused = pods.filter((pod) => violations(pod.spec, 'restricted').length > 0);
    assert.deepEqual(
      Object.fromEntries(
        refused.map(({ name, spec }) => [
          name,
          violations(spec, 'baseline').length > 0 ? 'privileged' : 'baseline',
        ]),
      ),
      exceptions[render] ?? {},
    );
  });

  test(`${render}: nobody but the sandboxes' engine is root, or may become it`, () => {
    for (const pod of pods) {
      for (const { name, securityContext = {} } of containersOf(pod)) {
        if (name === 'engine') continue;
        const where = `${pod.name}/${name}`;
        assert.equal(securityContext.allowPrivilegeEscalation, false, where);
        assert.equal(securityContext.readOnlyRootFilesystem, true, where);
        assert.deepEqual(securityContext.capabilities, { drop: ['ALL'] }, where);
        assert.ok((securityContext.runAsUser ?? pod.spec.securityContext?.runAsUser ?? 0) > 0, where);
      }
    }
  });

  test(`${render}: no engine without something between it and the node`, () => {
    for (const { name, spec } of pods) {
      const engine = spec.initContainers?.find((container) => container.name === 'engine');
      if (engine === undefined) continue;
      const { privileged = false } = engine.securityContext ?? {};
      assert.ok(spec.hostUsers === false || (!privileged && spec.runtimeClassName !== undefined), name);
      assert.equal(engine.restartPolicy, 'Always');
    }
  });

  test(`${render}: no pod has a token of the API, the node's files, or more than it may fill`, () => {
    for (const { name, spec } of pods) {
      assert.equal(spec.automountServiceAccountToken, false, name);
      for (const volume of spec.volumes ?? []) {
        assert.ok(!('hostPath' in volume), name);
        if ('emptyDir' in volume)
          assert.ok((volume.emptyDir as { sizeLimit?: string }).sizeLimit, `${name}/${volume.name}`);
      }
    }
  });

  test(`${render}: every container has its share of memory and disk, and no more`, () => {
    for (const pod of pods) {
      for (const { name, resources = {} } of containersOf(pod)) {
        for (const resource of ['memory', 'ephemeral-storage']) {
          assert.ok(resources.limits?.[resource], `${pod.name}/${name}: limit of ${resource}`);
          assert.ok(resources.requests?.[resource], `${pod.name}/${name}: request for ${resource}`);
        }
        assert.ok(resources.requests?.cpu, `${pod.name}/${name}: request for CPU`);
      }
    }
  });

  test(`${render}: what is mounted from elsewhere is read-only`, () => {
    for (const pod of pods) {
      const kinds = new Map(
        (pod.spec.volumes ?? []).map(({ name, ...rest }) => [name, Object.keys(rest)[0] ?? ''] as const),
      );
      for (const { name, volumeMounts = [] } of containersOf(pod)) {
        for (const mount of volumeMounts) {
          const kind = kinds.get(mount.name) ?? 'persistentVolumeClaim';
          if (!writable.has(kind)) assert.equal(mount.readOnly, true, `${pod.name}/${name}: ${mount.name}`);
        }
      }
    }
  });

  test(`${render}: a drain has the time that it was promised, and probes wait for a start`, () => {
    for (const pod of pods) {
      const grace = pod.spec.terminationGracePeriodSeconds ?? 0;
      const env = valuesOf(pod);
      const drain = Number(env.ASSAY_VERIFIER_GRACE_MS ?? 0) / 1000;
      assert.ok(grace > drain, pod.name);
      for (const { startupProbe, livenessProbe } of pod.spec.containers) {
        if (livenessProbe !== undefined) assert.ok(startupProbe, pod.name);
      }
    }
  });
}

test('a GPU worker may take 45 minutes to start, and gets its GPU', () => {
  const worker = podsOf(readRender('gpu')).find(({ name }) => name === 'assay-reward-gpu') as Pod;
  const { startupProbe, resources } = worker.spec.containers[0] as Pod['spec']['containers'][0];
  assert.ok((startupProbe?.periodSeconds ?? 0) * (startupProbe?.failureThreshold ?? 0) >= 45 * 60);
  assert.equal(resources?.limits?.['nvidia.com/gpu'], '1');
});

test('with TLS no probe speaks gRPC, which would be in plain text', () => {
  for (const pod of [...podsOf(readRender('tls')), ...podsOf(readRender('full'))]) {
    for (const { startupProbe, readinessProbe, livenessProbe } of containersOf(pod)) {
      for (const probe of [startupProbe, readinessProbe, livenessProbe])
        assert.equal(probe?.grpc, undefined, pod.name);
    }
  }
});

function valuesOf(pod: Pod): Record<string, string | undefined> {
  return Object.fromEntries(
    containersOf(pod).flatMap(({ env = [] }) => env.map(({ name, value }) => [name, value] as const)),
  );
}
