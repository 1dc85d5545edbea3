// The Helm chart on a real API server: etcd, kube-apiserver, kube-controller-manager and kube-scheduler out of Go modules,
// on this machine, with nodes that kwok pretends. Charts are installed, upgraded, rolled back and removed; admission by pod
// security is the server's own. Nothing runs in the pods.
//   ./assay node scripts/kube.ts
// builds the programs the first time (a quarter of an hour on two cores) and then takes a minute. No part of `./assay test`.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { podsOf, readRender } from '../test/support/kube.ts';
import { violations } from '../test/support/pod-security.ts';
import { goTool } from './go-tools.ts';
import { cases, chart, helmTool } from './helm.ts';
import { Cluster } from './kube-cluster.ts';
import { definitionFiles } from './kube-schemas.ts';
import { attempt } from './machine.ts';

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: of every kind.
  readonly status?: any;
  // biome-ignore lint/suspicious/noExplicitAny: of every kind.
  readonly spec?: any;
}

/** Of values that name one. */
const claim = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadOnlyMany'], resources: { requests: { storage: '1Gi' } } },
});

/** What outlives a release on purpose. */
const brought = new Set([
  ...['data-assay-postgres-0', 'assay-orchestrator', 'models'].map(
    (name) => `api/v1/persistentvolumeclaims/${name}`,
  ),
  'api/v1/secrets/assay-postgres',
]);

const faults: string[] = [];
const check = (holds: boolean, what: string) => {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`);
  if (!holds) faults.push(what);
};

/** Everything of a release that is namespaced and that the chart may have made. */
const resources = [
  ...['deployments', 'statefulsets', 'replicasets'].map((name) => `apis/apps/v1/${name}`),
  ...['pods', 'services', 'secrets', 'configmaps', 'persistentvolumeclaims'].map((name) => `api/v1/${name}`),
  'apis/networking.k8s.io/v1/networkpolicies',
  'apis/policy/v1/poddisruptionbudgets',
  'apis/autoscaling/v2/horizontalpodautoscalers',
  'apis/keda.sh/v1alpha1/scaledobjects',
  'apis/keda.sh/v1alpha1/triggerauthentications',
  'apis/cert-manager.io/v1/certificates',
  'apis/monitoring.coreos.com/v1/podmonitors',
];

const helm = await goTool(...helmTool);
const definitions = await definitionFiles();
const cluster = helm === undefined || definitions === undefined ? undefined : await Cluster.start();
if (helm === undefined || definitions === undefined || cluster === undefined) {
  console.log('It cannot be tried here.');
  process.exit(2);
}

/** Helm on that server; what it wrote, and whether it was content. */
const run = (...args: string[]) => attempt(helm, ['--kubeconfig', cluster.kubeconfig, ...args]);

async function list(namespace: string, resource: string): Promise<Named[]> {
  const [path = '', name = ''] = /^(.*)\/([^/]+)$/.exec(resource)?.slice(1) ?? [];
  const { body } = (await cluster?.ask('GET', `/${path}/namespaces/${namespace}/${name}`)) ?? { body: {} };
  return ((body as { items?: Named[] }).items ?? []).filter(
    ({ metadata }) => metadata.name !== 'kube-root-ca.crt',
  );
}

async function all(namespace: string): Promise<string[]> {
  const found = await Promise.all(
    resources.map(async (resource) =>
      (await list(namespace, resource)).map(({ metadata }) => `${resource}/${metadata.name}`),
    ),
  );
  return found.flat().filter((name) => !name.startsWith('api/v1/secrets/sh.helm.release'));
}

try {
  for (const file of definitions) {
    const definition = parse(readFileSync(file, 'utf8')) as Named;
    await cluster.make('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
  }
  await cluster.make('/apis/node.k8s.io/v1/runtimeclasses', {
    kind: 'RuntimeClass',
    apiVersion: 'node.k8s.io/v1',
    metadata: { name: 'gvisor' },
    handler: 'runsc',
  });
  await cluster.make('/apis/scheduling.k8s.io/v1/priorityclasses', {
    kind: 'PriorityClass',
    apiVersion: 'scheduling.k8s.io/v1',
    metadata: { name: 'control' },
    value: 1000,
  });

  for (const level of ['baseline', 'restricted']) await cluster.namespace(`only-${level}`, level);
  for (const [name, flags] of Object.entries(cases())) {
    console.log(`\n${name}`);
    // Values of examples with others' nodes: these are kwok's.
    const fits = ['--set', 'verifiers.code.nodeSelector=null,verifiers.rewardGpu.nodeSelector=null'];
    const values = [
      ...flags.filter((_, i) => !['--namespace'].includes(flags[i] ?? '') && flags[i - 1] !== '--namespace'),
      ...fits,
    ];
    const hasCode = ['full', 'tls', 'code-apart'].includes(name);
    const level = hasCode ? 'privileged' : 'restricted';
    const namespace = `try-${name}`;
    await cluster.namespace(namespace, level);
    const release = ['assay', chart, '--namespace', namespace, ...values];
    if (name === 'gpu')
      await cluster.make(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`, claim('models'));
    const dry = await run('install', ...release, '--dry-run=server');
    check(dry.ok, `the server would take it${dry.ok ? '' : `: ${dry.output}`}`);
    const installed = await run('install', ...release);
    check(
      installed.ok,
      `it is installed, in a namespace that enforces ${level}${installed.ok ? '' : `: ${installed.output}`}`,
    );

    const wanted = (await list(namespace, 'apis/apps/v1/deployments')).map(({ metadata }) => metadata.name);
    const available = await cluster.until(60_000, async () => {
      const deployments = await list(namespace, 'apis/apps/v1/deployments');
      return deployments.every(
        ({ spec, status }) => spec.replicas === 0 || (status?.readyReplicas ?? 0) >= spec.replicas,
      );
    });
    check(available, `pods of ${wanted.join(', ')} are admitted, scheduled and ready`);
    const budgets = await list(namespace, 'apis/policy/v1/poddisruptionbudgets');
    const budgeted = await cluster.until(20_000, async () =>
      (await list(namespace, 'apis/policy/v1/poddisruptionbudgets')).every(
        ({ status }) => status?.observedGeneration > 0,
      ),
    );
    check(budgeted && budgets.length > 0, `${budgets.length} disruption budgets have a status`);
    const scalers = await list(namespace, 'apis/autoscaling/v2/horizontalpodautoscalers');
    if (scalers.length > 0) {
      const scaled = await cluster.until(60_000, async () =>
        (await list(namespace, 'apis/autoscaling/v2/horizontalpodautoscalers')).every(({ status }) =>
          status?.conditions?.some(
            (c: { type: string; status: string }) => c.type === 'AbleToScale' && c.status === 'True',
          ),
        ),
      );
      check(scaled, `${scalers.length} autoscalers can scale what they are for`);
    }
    for (const pod of podsOf(readRender(name))) {
      for (const asked of ['baseline', 'restricted'] as const) {
        const { code, body } = await cluster.tryPod(`only-${asked}`, pod.spec);
        const admits = violations(pod.spec, asked).length === 0;
        const said = JSON.stringify((body as { message?: string }).message ?? '');
        check(
          (code === 201) === admits,
          `${asked} ${admits ? 'admits' : 'refuses'} ${pod.name}${code === 201 || /violates PodSecurity/.test(said) ? '' : `: ${said}`}`,
        );
      }
    }
    const password = async () =>
      JSON.stringify(
        (await cluster.ask('GET', `/api/v1/namespaces/${namespace}/secrets/assay-postgres`)).body,
      );
    const dataOf = (text: string) => /"data":\{[^}]*\}/.exec(text)?.[0];
    const before = dataOf(await password());
    const upgraded = await run(
      'upgrade',
      ...release,
      '--set',
      'annotations.tried=yes,verifiers.math.slots=3',
    );
    check(upgraded.ok, `it is upgraded${upgraded.ok ? '' : `: ${upgraded.output}`}`);
    check(dataOf(await password()) === before, 'the password that was made is kept');
    const again = await run('rollback', 'assay', '1', '--namespace', namespace);
    check(again.ok, `it is rolled back${again.ok ? '' : `: ${again.output}`}`);
    const removed = await run('uninstall', 'assay', '--namespace', namespace);
    check(removed.ok, 'it is removed');
    let left: string[] = [];
    await cluster.until(60_000, async () => {
      left = await all(namespace);
      return left.every((each) => brought.has(each));
    });
    check(
      left.every((each) => brought.has(each)),
      left.length === 0 ? 'nothing is left' : `this is left: ${left}`,
    );
    const anew = await run('install', ...release);
    check(anew.ok, `it is installed anew, beside what was left${anew.ok ? '' : `: ${anew.output}`}`);
    check(dataOf(await password()) === before, 'the password is that of the volume');
  }
} finally {
  await cluster.stop();
}
console.log(faults.length === 0 ? '\nall ok' : `\n${faults.length} failed:\n${faults.join('\n')}`);
process.exitCode = faults.length === 0 ? 0 : 1;
