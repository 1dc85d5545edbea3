/**
 * Kubernetes' Pod Security Standards, as far as the fields go that anything here sets: what a namespace's label
 * pod-security.kubernetes.io/enforce would refuse. After the checks of k8s.io/pod-security-admission v0.37.
 */
import type { Container, PodSpec } from './kube.ts';

const harmless = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);
const volumes = new Set([
  ...[
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'image',
    'persistentVolumeClaim',
    'projected',
  ],
  'secret',
]);
const known = {
  pod: new Set([
    'runAsNonRoot',
    'runAsUser',
    'runAsGroup',
    'fsGroup',
    'fsGroupChangePolicy',
    'seccompProfile',
  ]),
  container: new Set([
    ...['allowPrivilegeEscalation', 'capabilities', 'privileged', 'procMount', 'readOnlyRootFilesystem'],
    ...['runAsGroup', 'runAsNonRoot', 'runAsUser', 'seccompProfile'],
  ]),
};

/** Why a pod would be refused at this level; nothing: it would not be. */
export function violations(spec: PodSpec, level: 'baseline' | 'restricted'): string[] {
  const found: string[] = [];
  const pod = spec.securityContext ?? {};
  // A field that this knows nothing of must not pass unseen.
  for (const field of Object.keys(pod)) if (!known.pod.has(field)) found.push(`unknown field ${field}`);
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'hostPorts'])
    if (field in spec) found.push(field);
  // Its users are a pod's own in a user namespace, and at baseline its /proc: since 1.35.
  const ownUsers = spec.hostUsers === false;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    const own = container.securityContext ?? {};
    for (const field of Object.keys(own))
      if (!known.container.has(field)) found.push(`unknown field ${field}`);
    const { add = [], drop = [] } = own.capabilities ?? {};
    const say = (what: string) => found.push(`${container.name}: ${what}`);
    if (own.privileged) say('privileged');
    if (add.some((name) => !harmless.has(name))) say(`capabilities ${add}`);
    if ((own.procMount ?? 'Default') !== 'Default' && !(ownUsers && level === 'baseline')) say('procMount');
    if ([own, pod].some(({ seccompProfile }) => seccompProfile?.type === 'Unconfined')) say('seccomp');
    if (hostPorts(container)) say('host ports');
    if (level === 'baseline') continue;
    if (own.allowPrivilegeEscalation !== false) say('allowPrivilegeEscalation');
    if (!drop.includes('ALL') || add.some((name) => name !== 'NET_BIND_SERVICE')) say('capabilities');
    if ((own.seccompProfile ?? pod.seccompProfile) === undefined) say('no seccomp profile');
    if (!ownUsers && (own.runAsNonRoot ?? pod.runAsNonRoot) !== true) say('may be root');
    if (!ownUsers && (own.runAsUser ?? pod.runAsUser) === 0) say('is root');
  }
  for (const { name, ...rest } of spec.volumes ?? []) {
    const kinds = Object.keys(rest);
    if (kinds.includes('hostPath')) found.push(`${name}: hostPath`);
    if (level === 'restricted' && !kinds.every((kind) => volumes.has(kind))) found.push(`${name}: ${kinds}`);
  }
  return found;
}

function hostPorts({ ports = [] }: Container): boolean {
  return ports.some((port) => 'hostPort' in port);
}
