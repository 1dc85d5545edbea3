/** The Helm chart's renders (test/deploy/golden) as Kubernetes' objects, and what Kubernetes would make of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export type Labels = Readonly<Record<string, string>>;

export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: string[] }[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly restartPolicy?: string;
  readonly env?: readonly {
    name: string;
    value?: string;
    valueFrom?: { secretKeyRef?: { name: string; key: string } };
  }[];
  readonly ports?: readonly { name: string; containerPort: number }[];
  readonly resources?: { requests?: Labels; limits?: Labels };
  readonly securityContext?: SecurityContext;
  readonly volumeMounts?: readonly { name: string; mountPath: string; readOnly?: boolean }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

export interface Probe {
  readonly grpc?: { port: number };
  readonly httpGet?: { port: number | string; path: string };
  readonly tcpSocket?: { port: number | string };
  readonly exec?: object;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

export interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly procMount?: string;
  readonly capabilities?: { add?: string[]; drop?: string[] };
  readonly seccompProfile?: { type: string };
}

export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly hostUsers?: boolean;
  readonly runtimeClassName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: SecurityContext;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly ({ name: string } & Record<string, Record<string, unknown> | string>)[];
}

// Of each kind only what tests look at: what an object must be is kubeconform's to say.
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { name: string; namespace?: string; labels?: Labels; annotations?: Labels };
  // biome-ignore lint/suspicious/noExplicitAny: of every kind.
  readonly spec?: any;
  readonly data?: Labels;
}

export interface Pod {
  readonly name: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
}

const folder = join(import.meta.dirname, '../deploy/golden');

export const renders: readonly string[] = readdirSync(folder).map((file) => basename(file, '.yaml'));

export function readRender(name: string): KubeObject[] {
  return parseRender(readFileSync(join(folder, `${name}.yaml`), 'utf8'));
}

export function parseRender(text: string): KubeObject[] {
  return parseAllDocuments(text)
    .map((document) => {
      if (document.errors[0] !== undefined) throw document.errors[0];
      return document.toJS() as KubeObject | null;
    })
    .filter((object) => object !== null);
}

/** The pods that its workloads make, one of each. */
export function podsOf(objects: readonly KubeObject[]): Pod[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    if (kind === 'Pod') return [{ name: metadata.name, labels: metadata.labels ?? {}, spec }];
    const template = spec?.template;
    if (template?.spec?.containers === undefined) return [];
    return [{ name: metadata.name, labels: template.metadata.labels, spec: template.spec }];
  });
}

export function containersOf({ spec }: Pod): Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

export function selects(selector: Selector, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      return (operator === 'Exists') === (value !== undefined);
    })
  );
}
