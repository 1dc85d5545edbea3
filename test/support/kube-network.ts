/** Who reaches whom under NetworkPolicies, as Kubernetes defines them: what no policy selects is open. */
import { BlockList } from 'node:net';
import { type KubeObject, type Labels, type Selector, selects } from './kube.ts';

/** A pod, or an address outside of the cluster. */
export type Party = { readonly namespace: string; readonly labels: Labels } | { readonly address: string };

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { cidr: string; except?: string[] };
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { protocol?: string; port: number | string; endPort?: number }[];
}

const sides = { Egress: ['egress', 'to'], Ingress: ['ingress', 'from'] } as const;

/** Whether `from` reaches this port (TCP, unless `UDP`) of `to`. */
export function reaches(
  policies: readonly KubeObject[],
  from: Party,
  to: Party,
  port: number,
  protocol: 'TCP' | 'UDP' = 'TCP',
): boolean {
  return (
    allows(policies, 'Egress', from, to, port, protocol) &&
    allows(policies, 'Ingress', to, from, port, protocol)
  );
}

function allows(
  policies: readonly KubeObject[],
  type: keyof typeof sides,
  party: Party,
  other: Party,
  port: number,
  protocol: string,
): boolean {
  if (!('labels' in party)) return true;
  const [rules, peers] = sides[type];
  const own = policies.filter(
    ({ kind, metadata, spec }) =>
      kind === 'NetworkPolicy' &&
      metadata.namespace === party.namespace &&
      spec.policyTypes.includes(type) &&
      selects(spec.podSelector, party.labels),
  );
  if (own.length === 0) return true;
  return own.some(({ metadata, spec }) =>
    (spec[rules] ?? []).some(
      (rule: Rule) =>
        // No list is no condition, and neither is an empty one.
        (!rule.ports?.length || rule.ports.some((each) => isPort(each, port, protocol))) &&
        (!rule[peers]?.length || rule[peers].some((peer) => isPeer(peer, other, metadata.namespace ?? ''))),
    ),
  );
}

function isPort(rule: NonNullable<Rule['ports']>[number], port: number, protocol: string): boolean {
  if ((rule.protocol ?? 'TCP') !== protocol) return false;
  if (typeof rule.port === 'string') throw new Error(`a port by name: ${rule.port}`);
  return port >= rule.port && port <= (rule.endPort ?? rule.port);
}

function isPeer({ podSelector, namespaceSelector, ipBlock }: Peer, party: Party, namespace: string): boolean {
  if ('address' in party) {
    if (ipBlock === undefined) return false;
    const isIn = (cidr: string) => {
      const [net = '', bits] = cidr.split('/');
      const list = new BlockList();
      list.addSubnet(net, Number(bits));
      return list.check(party.address);
    };
    return isIn(ipBlock.cidr) && !(ipBlock.except ?? []).some(isIn);
  }
  if (ipBlock !== undefined) return false;
  const isNamespace =
    namespaceSelector === undefined
      ? party.namespace === namespace
      : selects(namespaceSelector, { 'kubernetes.io/metadata.name': party.namespace });
  return isNamespace && selects(podSelector ?? {}, party.labels);
}
