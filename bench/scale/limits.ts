/** Which part gives way first as the load grows: for each, the candidates a day at which one of it is no longer enough. */
import { type Inputs, peakFactor, type VerifierInputs } from './inputs.ts';

export interface Limit {
  part: string;
  /** Candidates a day at which it is full, at the day's peak. */
  perDay: number;
  /** What is full then. */
  full: string;
  remedy: string;
}

/** Slots that are needed at the peak for each candidate a day. */
export function slotsPerDaily(inputs: Inputs, verifier: VerifierInputs): number {
  const { share, duplicates, serviceS } = verifier;
  const peak = peakFactor(inputs) / 86_400;
  return (share * (1 - duplicates) * serviceS * peak) / inputs.scaling.utilization;
}

/** Rows a second that the planned Postgres takes. */
export function postgresRows({ postgres }: Inputs): number {
  const { rowsPerSecond, measuredCores, cores, efficiency } = postgres;
  return rowsPerSecond * (1 + Math.max(0, cores / measuredCores - 1) * efficiency);
}

/** In the order in which they are reached. Demand is proportional to load, so each is its limit over the demand of one. */
export function limitsOf(inputs: Inputs): Limit[] {
  const { orchestrator, postgres, network, kubernetes, verifiers } = inputs;
  const peak = peakFactor(inputs) / 86_400;
  const all = Object.values(verifiers);
  const per = (of: (verifier: VerifierInputs) => number) => all.reduce((sum, each) => sum + of(each), 0);
  const pods = per((each) => slotsPerDaily(inputs, each) / each.slotsPerPod);
  const cores = per((each) => (slotsPerDaily(inputs, each) / each.slotsPerPod) * each.coresPerPod);
  const rows = postgresRows(inputs);
  const bytes = (network.candidateBytes + network.verdictBytes) * network.hops;
  const lean = verifiers.lean;
  const limits: Limit[] = [
    {
      part: 'verifiers on one machine',
      perDay: kubernetes.nodeCores / cores,
      full: `${kubernetes.nodeCores} cores`,
      remedy: 'a cluster: replicas of each verifier, found by DNS, scaled by work',
    },
    {
      part: 'one orchestrator with SQLite',
      perDay: orchestrator.perSecondSqlite / peak,
      full: `${count(orchestrator.perSecondSqlite)} candidates/s in one process on ${orchestrator.cores} cores`,
      remedy: 'several orchestrators that share a store in Postgres',
    },
    {
      part: 'one orchestrator with Postgres',
      perDay: orchestrator.perSecondPostgres / peak,
      full: `${count(orchestrator.perSecondPostgres)} candidates/s in one process`,
      remedy: 'more orchestrators: they share runs by leases, and each has its own connections to verifiers',
    },
    {
      part: 'replicas that one orchestrator keeps connections to',
      perDay: orchestrator.replicas / pods,
      full: `${count(orchestrator.replicas)} replicas`,
      remedy: 'cells: orchestrators with verifiers of their own, by Service names',
    },
    {
      part: 'commits of one Postgres',
      perDay: rows / peak,
      full: `${count(rows)} rows/s on ${postgres.cores} cores`,
      remedy: 'runs divided among several stores (a run stays in one), larger batches',
    },
    {
      part: 'log of one Postgres',
      perDay: postgres.logBytesPerSecond / (2 * postgres.bytesPerRow * peak),
      full: `${gb(postgres.logBytesPerSecond)}/s written, each row twice`,
      remedy: 'as above; local NVMe for the log',
    },
    {
      part: 'size of one Postgres',
      perDay: postgres.maxBytes / (postgres.bytesPerRow * postgres.retentionDays),
      full: `${gb(postgres.maxBytes)} in ${postgres.retentionDays} days`,
      remedy: 'verdicts of ended runs to Parquet in an object store, tallies stay; shorter retention',
    },
    {
      part: 'network of one orchestrator',
      perDay: network.nodeBytesPerSecond / (bytes * peak),
      full: `${gb(network.nodeBytesPerSecond)}/s, ${network.hops} hops`,
      remedy: 'more orchestrators; problems by digest, texts compressed',
    },
    {
      part: 'pods of one cluster',
      perDay: kubernetes.pods / pods,
      full: `${count(kubernetes.pods)} pods`,
      remedy: 'larger pods; several clusters, each a cell',
    },
    {
      part: 'nodes of one cluster',
      perDay: (kubernetes.nodes * kubernetes.nodeCores) / cores,
      full: `${count(kubernetes.nodes)} nodes of ${kubernetes.nodeCores} cores`,
      remedy: 'larger nodes; several clusters, each a cell',
    },
  ];
  if (lean !== undefined) {
    // A wave asks for as many pods again as are there, within a minute; each node pulls once.
    const nodes = (slotsPerDaily(inputs, lean) / lean.slotsPerPod / kubernetes.nodeCores) * lean.coresPerPod;
    limits.push({
      part: 'pulling Lean to new nodes',
      perDay: (network.registryBytesPerSecond * inputs.scaling.settleS) / (lean.imageBytes * nodes),
      full: `${gb(lean.imageBytes)} to each node at ${gb(network.registryBytesPerSecond)}/s, in ${inputs.scaling.settleS} s`,
      remedy: 'Lean in the nodes’ image, or pulled from other nodes; a larger floor',
    });
  }
  return limits.sort((a, b) => a.perDay - b.perDay);
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function gb(bytes: number): string {
  return bytes >= 1e12 ? `${+(bytes / 1e12).toPrecision(3)} TB` : `${+(bytes / 1e9).toPrecision(3)} GB`;
}
