// The programs of scripts/kube-cluster.ts, built once into .tools/.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findGo, goModule, goTool, toolsFolder } from './go-tools.ts';
import { attempt, timed } from './machine.ts';

const kubernetes = { module: 'k8s.io/kubernetes', version: 'v1.37.2', staging: 'v0.37.2' };
const etcdModule = { module: 'go.etcd.io/etcd/server/v3', version: 'v3.7.3' };
const kwokTool = ['sigs.k8s.io/kwok/cmd/kwok', 'v0.8.0'] as const;
const programs = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
/** Which version they say they are. */
const stamps = Object.entries({
  gitVersion: kubernetes.version,
  gitMajor: '1',
  gitMinor: kubernetes.version.split('.')[1],
})
  .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
  .join(' ');
const folder = join(toolsFolder, `kube-${kubernetes.version}`);

export interface Programs {
  /** With etcd, kube-apiserver, kube-controller-manager, kube-scheduler. */
  readonly folder: string;
  readonly kwok: string;
  /** What kwok's nodes do, as files of its configuration. */
  readonly stages: readonly string[];
}

/** Undefined where they cannot be had, which is said on stdout. */
export async function providePrograms(): Promise<Programs | undefined> {
  const kwok = await goTool(...kwokTool);
  const source = await goModule('sigs.k8s.io/kwok', kwokTool[1]);
  if (kwok === undefined || source === undefined || !(await provide())) return undefined;
  return { folder, kwok, stages: await stagesOf(source) };
}

/** What pretended nodes do with pods and volumes: all goes well, at once. */
async function stagesOf(source: string): Promise<string[]> {
  const folders = ['node/fast', 'node/heartbeat-with-lease', 'pod/fast', 'volume/fast'];
  const found = await Promise.all(
    folders.map(async (each) => {
      const place = join(source, 'kustomize/stage', each);
      return (await readdir(place))
        .filter(
          (name) => name.endsWith('.yaml') && !['kustomization.yaml', 'storage-class.yaml'].includes(name),
        )
        .map((name) => join(place, name));
    }),
  );
  return found.flat();
}

/** Builds what there is no release of as one module: with the versions that Kubernetes' own go.mod has. */
async function provide(): Promise<boolean> {
  if (existsSync(folder)) return true;
  const source = await goModule(kubernetes.module, kubernetes.version);
  if (source === undefined) return false;
  const draft = join(toolsFolder, `draft-${process.pid}`);
  try {
    await mkdir(draft, { recursive: true });
    const own = await readFile(join(source, 'go.mod'), 'utf8');
    const staging = [...own.matchAll(/^\s*(k8s\.io\/[a-z0-9-]+) => \.\/staging/gm)].map(([, name]) => name);
    await writeFile(
      join(draft, 'go.mod'),
      [
        'module kube',
        /^go .*$/m.exec(own)?.[0],
        `require ${kubernetes.module} ${kubernetes.version}`,
        `require ${etcdModule.module} ${etcdModule.version}`,
        ...staging.map((name) => `replace ${name} => ${name} ${kubernetes.staging}`),
      ].join('\n'),
    );
    const packages = {
      etcd: etcdModule.module,
      ...Object.fromEntries(programs.map((name) => [name, `${kubernetes.module}/cmd/${name}`])),
    };
    const go = await findGo();
    for (const [name, path] of Object.entries(packages)) {
      const settings = ['CGO_ENABLED=0', 'GOFLAGS=-mod=mod', 'GOWORK=off', 'GOTOOLCHAIN=local'];
      const { ok, output } = await timed(`building ${name}`, () =>
        attempt('env', [
          ...[...settings, 'nice', '-n', '15', go, 'build', '-C', draft, '-trimpath', '-buildvcs=false'],
          ...[`-ldflags=-s -w ${stamps}`, '-o', join(draft, name), path],
        ]),
      );
      if (!ok) {
        console.log(output.slice(-1000));
        return false;
      }
    }
    await rename(draft, folder);
    return true;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
