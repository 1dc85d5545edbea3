/** n@k by enumeration, to test against: every subset, every order of ties, every submission. */
import type { BehaviourTable, Passing } from '../behaviours.ts';

export interface Rule {
  n: number;
  k: number;
  filter: boolean;
  cluster: boolean;
  noneKept: 'fail' | 'unfiltered';
}

interface Candidate {
  label: number;
  passes: boolean;
  right: boolean;
}

interface Cluster {
  size: number;
  right: number;
  wrong: number;
}

/** Every candidate of a table; unclassed ones have a label that no other has. */
function candidatesOf({ classes, unclassed }: BehaviourTable): Candidate[] {
  const list: Candidate[] = [];
  let alone = classes.length;
  const add = ({ count, correct, kept, keptCorrect }: Passing, label: () => number) => {
    const push = (times: number, passes: boolean, right: boolean) => {
      for (let i = 0; i < times; i++) list.push({ label: label(), passes, right });
    };
    push(keptCorrect, true, true);
    push(kept - keptCorrect, true, false);
    push(correct - keptCorrect, false, true);
    push(count - kept - (correct - keptCorrect), false, false);
  };
  classes.forEach((passing, label) => {
    add(passing, () => label);
  });
  if (unclassed) add(unclassed, () => alone++);
  return list;
}

/** Chance that one of n submissions is right; `waiting` are the clusters that have not had their turn in this round. */
function solved(clusters: readonly Cluster[], waiting: readonly number[], n: number): number {
  const left = (i: number) => (clusters[i] as Cluster).right + (clusters[i] as Cluster).wrong;
  const all = [...clusters.keys()].filter((i) => left(i) > 0);
  if (n === 0 || all.length === 0) return 0;
  const open = waiting.filter((i) => left(i) > 0);
  if (open.length === 0) return solved(clusters, all, n);
  const most = Math.max(...open.map((i) => (clusters[i] as Cluster).size));
  const first = open.filter((i) => (clusters[i] as Cluster).size === most);
  const chances = first.map((i) => {
    const { size, right, wrong } = clusters[i] as Cluster;
    const rest = clusters.with(i, { size, right, wrong: wrong - 1 });
    const later = open.filter((other) => other !== i);
    return (right + (wrong === 0 ? 0 : wrong * solved(rest, later, n - 1))) / (right + wrong);
  });
  return chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
}

function submit(drawn: readonly Candidate[], { n, filter, cluster, noneKept }: Rule): number {
  const kept = filter ? drawn.filter(({ passes }) => passes) : drawn;
  const pool = kept.length === 0 && noneKept === 'unfiltered' ? drawn : kept;
  const clusters = new Map<number, Cluster>();
  for (const { label, right } of pool) {
    const key = cluster ? label : 0;
    const { size, right: r, wrong: w } = clusters.get(key) ?? { size: 0, right: 0, wrong: 0 };
    clusters.set(key, { size: size + 1, right: r + (right ? 1 : 0), wrong: w + (right ? 0 : 1) });
  }
  return solved(
    [...clusters.values()],
    [...clusters.keys()].map((_, i) => i),
    n,
  );
}

/** Mean over all C(n, k) subsets. For up to about 10 candidates. */
export function bySubmissions(table: BehaviourTable, rule: Rule): number {
  const candidates = candidatesOf(table);
  let subsets = 0;
  let sum = 0;
  for (let mask = 0; mask < 2 ** candidates.length; mask++) {
    const drawn = candidates.filter((_, i) => (mask >> i) & 1);
    if (drawn.length !== rule.k) continue;
    subsets++;
    sum += submit(drawn, rule);
  }
  return sum / subsets;
}
