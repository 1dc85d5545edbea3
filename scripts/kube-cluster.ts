// A control plane of Kubernetes on 127.0.0.1, with nodes that are only pretended: for scripts/kube.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PodSpec } from '../test/support/kube.ts';
import { type Programs, providePrograms } from './kube-programs.ts';
import { timed } from './machine.ts';

const token = 'try';

export class Cluster {
  readonly kubeconfig: string;
  readonly #place: string;
  readonly #port: number;
  readonly #children: ChildProcess[] = [];

  private constructor(place: string, port: number) {
    this.#place = place;
    this.#port = port;
    this.kubeconfig = join(place, 'kubeconfig');
  }

  /** Undefined where its programs cannot be had, which is said on stdout. */
  static async start(): Promise<Cluster | undefined> {
    const programs = await providePrograms();
    if (programs === undefined) return undefined;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
    const cluster = new Cluster(await mkdtemp(join(tmpdir(), 'assay-kube-')), await freePort());
    try {
      await timed('starting the control plane', () => cluster.#start(programs));
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  async #start({ folder, kwok, stages }: Programs): Promise<void> {
    const [client, peer] = [await freePort(), await freePort()];
    const at = (name: string) => join(this.#place, name);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(at('accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await writeFile(at('tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
    await writeFile(this.kubeconfig, kubeconfigOf(this.#port), { mode: 0o600 });
    this.#spawn(join(folder, 'etcd'), [
      ...['--data-dir', at('etcd'), '--unsafe-no-fsync', '--log-level', 'error'],
      ...[
        '--listen-client-urls',
        `http://127.0.0.1:${client}`,
        '--advertise-client-urls',
        `http://127.0.0.1:${client}`,
      ],
      ...['--listen-peer-urls', `http://127.0.0.1:${peer}`],
    ]);
    this.#spawn(join(folder, 'kube-apiserver'), [
      ...['--etcd-servers', `http://127.0.0.1:${client}`, '--cert-dir', at('certificates')],
      ...[
        '--bind-address',
        '127.0.0.1',
        '--secure-port',
        String(this.#port),
        '--token-auth-file',
        at('tokens.csv'),
      ],
      ...[
        '--service-account-issuer',
        'https://kubernetes.default.svc',
        '--service-account-key-file',
        at('accounts.key'),
      ],
      ...[
        '--service-account-signing-key-file',
        at('accounts.key'),
        '--service-cluster-ip-range',
        '10.96.0.0/16',
      ],
      ...[
        '--allow-privileged=true',
        '--authorization-mode',
        'RBAC',
        '--enable-admission-plugins',
        'PodSecurity,RuntimeClass,Priority',
      ],
    ]);
    if (
      !(await this.until(
        120_000,
        async () => (await this.ask('GET', '/readyz').catch(() => ({ code: 0 }))).code === 200,
      ))
    ) {
      throw new Error(`kube-apiserver does not get ready: ${await this.#lastWords('kube-apiserver')}`);
    }
    const controller = async () => [
      ...['--kubeconfig', this.kubeconfig, '--leader-elect=false'],
      ...['--bind-address', '127.0.0.1', '--secure-port', String(await freePort())],
    ];
    this.#spawn(join(folder, 'kube-controller-manager'), [
      ...(await controller()),
      ...['--service-account-private-key-file', at('accounts.key')],
    ]);
    this.#spawn(join(folder, 'kube-scheduler'), await controller());
    this.#spawn(kwok, [
      ...['--kubeconfig', this.kubeconfig, '--manage-all-nodes=true'],
      ...['--server-address', `127.0.0.1:${await freePort()}`],
      ...stages.flatMap((file) => ['--config', file]),
    ]);
    await this.make('/apis/storage.k8s.io/v1/storageclasses', storageClass);
    for (const zone of ['a', 'b']) await this.make('/api/v1/nodes', node(zone));
  }

  /** Its answer, whatever it is. */
  ask(method: string, path: string, body?: object): Promise<{ code: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const options = {
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        headers,
        rejectUnauthorized: false,
        timeout: 20_000,
      };
      const call = request(options, async (response) => {
        const text = Buffer.concat(await response.toArray()).toString();
        resolve({ code: response.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : text });
      });
      call.on('error', reject);
      call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer`)));
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Makes an object. @throws Error what the server says against it */
  async make(path: string, object: object): Promise<void> {
    const { code, body } = await this.ask('POST', path, object);
    if (code !== 201) throw new Error(`POST ${path}: ${code} ${JSON.stringify(body)}`);
  }

  /** A namespace that enforces a level of pod security. */
  async namespace(name: string, level: string): Promise<void> {
    const labels = { 'pod-security.kubernetes.io/enforce': level };
    await this.make('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
  }

  /** What admission says of a pod, of which nothing is kept; a StatefulSet's volumes are taken to be there. */
  tryPod(namespace: string, given: PodSpec): Promise<{ code: number; body: unknown }> {
    const volumes = [...(given.volumes ?? [])];
    for (const { name } of given.containers.flatMap(({ volumeMounts = [] }) => volumeMounts)) {
      if (!volumes.some((volume) => volume.name === name)) volumes.push({ name, emptyDir: {} });
    }
    const spec = { ...given, volumes };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'try-' }, spec };
    return this.ask('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod);
  }

  /** Whether a condition comes true within this time. */
  async until(ms: number, holds: () => Promise<boolean>): Promise<boolean> {
    for (const end = performance.now() + ms; performance.now() < end; await sleep(250))
      if (await holds()) return true;
    return false;
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.reverse().map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await ended;
      }),
    );
    await rm(this.#place, { recursive: true, force: true });
  }

  #spawn(program: string, args: string[]): void {
    const name = program.split('/').at(-1) ?? '';
    const log = openSync(join(this.#place, `${name}.log`), 'a');
    const child = spawn(program, args, { stdio: ['ignore', log, log] });
    child.on('error', () => {});
    process.once('exit', () => child.kill('SIGKILL'));
    this.#children.push(child);
  }

  async #lastWords(name: string): Promise<string> {
    return (await readFile(join(this.#place, `${name}.log`), 'utf8')).slice(-1000);
  }
}

/** As kwok knows it. */
const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'kwok-volume', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'kwok.x-k8s.io/volume',
  volumeBindingMode: 'Immediate',
};

function node(zone: string): object {
  const size = { cpu: '64', memory: '512Gi', 'ephemeral-storage': '1Ti', pods: '250', 'nvidia.com/gpu': '4' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `node-${zone}`,
      labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/hostname': `node-${zone}` },
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
    },
    status: { capacity: size, allocatable: size },
  };
}

function kubeconfigOf(port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'try',
    clusters: [
      { name: 'try', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'try', user: { token } }],
    contexts: [{ name: 'try', context: { cluster: 'try', user: 'try' } }],
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
