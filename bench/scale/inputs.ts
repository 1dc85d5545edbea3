/** What the plan is computed from: every number is a parameter, with its source. Times in seconds, sizes in bytes. */

export interface VerifierInputs {
  /** Share of the candidates that it judges. */
  share: number;
  /** Share of those whose verdict another candidate has already brought. */
  duplicates: number;
  /** One slot's time for a candidate, and its coefficient of variation. */
  serviceS: number;
  serviceCv: number;
  /** Where that is from. */
  source: string;
  slotsPerPod: number;
  coresPerPod: number;
  gpusPerPod: number;
  /** From being asked for to taking work, on a node that is there: image, start, self-test. */
  podStartS: number;
  /** What a node pulls before that. */
  imageBytes: number;
  /** Seconds of work before each slot that the scaler aims at. */
  targetS: number;
  /** Least pods, as a share of what the day's mean needs. */
  floor: number;
  /** Price of its cores over that of cores with 2 GB of memory each. */
  memoryFactor: number;
}

export interface Inputs {
  perDay: number;
  /** Arrivals of each hour, relative to each other. */
  hours: number[];
  /** Waves of training steps on top: for `lastsS` of every `everyS` seconds, `factor` times as many. The mean stays. */
  waves: { everyS: number; lastsS: number; factor: number };
  verifiers: Record<string, VerifierInputs>;
  /** How many times as long programs take where gVisor is between them and the node; not so in the day itself. */
  gvisor: { factor: number; source: string };
  /** Mean life of a pod on a machine of one's own, and of one on preemptible machines. */
  podLifeS: number;
  spotLifeS: number;
  /** Share of the CPU pods on preemptible machines. */
  spotShare: number;
  /** KEDA asks, the autoscaler acts, and lowers only to the most that was wanted for so long. */
  scaling: { pollS: number; settleS: number; nodeStartS: number; utilization: number };
  orchestrator: {
    perSecondSqlite: number;
    perSecondPostgres: number;
    cores: number;
    replicas: number;
    source: string;
  };
  postgres: {
    rowsPerSecond: number;
    measuredCores: number;
    /** Cores of the planned server, and what each further core gives of the first ones' rate. */
    cores: number;
    efficiency: number;
    source: string;
    bytesPerRow: number;
    maxBytes: number;
    logBytesPerSecond: number;
    retentionDays: number;
  };
  network: {
    candidateBytes: number;
    verdictBytes: number;
    hops: number;
    nodeBytesPerSecond: number;
    registryBytesPerSecond: number;
  };
  kubernetes: { nodes: number; pods: number; nodeCores: number; source: string };
  prices: {
    coreHour: number;
    spotCoreHour: number;
    gpuHour: number;
    diskGbMonth: number;
    objectGbMonth: number;
    crossZoneGb: number;
    source: string;
  };
}

const mib = 2 ** 20;

export const defaults: Inputs = {
  perDay: 1e9,
  hours: [6, 5, 5, 5, 5, 6, 7, 8, 9, 10, 11, 11, 11, 11, 11, 12, 12, 11, 10, 9, 9, 8, 7, 6],
  waves: { everyS: 600, lastsS: 120, factor: 2 },
  verifiers: {
    math: {
      share: 0.6,
      duplicates: 0.5,
      serviceS: 65e-6,
      serviceCv: 3,
      source:
        'measured by this command; else bench/README.md, math: "MATH responses" over gRPC, 15,363/s on one core',
      slotsPerPod: 2,
      coresPerPod: 2,
      gpusPerPod: 0,
      podStartS: 8,
      imageBytes: 273 * mib,
      targetS: 60,
      floor: 0.5,
      memoryFactor: 1,
    },
    code: {
      share: 0.28,
      duplicates: 0.1,
      // 80 % Python, 10 tests at 813/s on 2 slots; 20 % C++, compiled, at 6.3 programs of 10 tests/s on 2 slots.
      serviceS: 0.8 * ((10 * 2) / 813) + 0.2 * (2 / 6.3),
      serviceCv: 1.5,
      source:
        'bench/README.md, code: Python 813 tests/s, C++ programs with 10 tests 6.3/s, 2 slots; mix assumed',
      slotsPerPod: 4,
      coresPerPod: 4,
      gpusPerPod: 0,
      podStartS: 30,
      imageBytes: 1_490 * mib,
      targetS: 120,
      floor: 0.5,
      memoryFactor: 0.384 / 0.34,
    },
    lean: {
      share: 0.02,
      duplicates: 0.05,
      serviceS: 3.8,
      serviceCv: 2,
      source: 'bench/README.md, lean-scheduler: 98 real proofs, mean 3.8 s, median 1.2 s; spread assumed',
      slotsPerPod: 4,
      coresPerPod: 4,
      gpusPerPod: 0,
      podStartS: 60,
      imageBytes: 6_000 * mib,
      targetS: 240,
      floor: 0.5,
      memoryFactor: 0.384 / 0.34,
    },
    reward: {
      share: 0.1,
      duplicates: 0,
      serviceS: 1 / 70,
      serviceCv: 0.6,
      source: 'not measured: 60 to 80 candidates/s a GPU estimated for a model of 8 · 10⁹ weights',
      slotsPerPod: 1,
      coresPerPod: 4,
      gpusPerPod: 1,
      podStartS: 180,
      imageBytes: 22_000 * mib,
      targetS: 240,
      floor: 0.7,
      memoryFactor: 1,
    },
  },
  gvisor: {
    // As serviceS of code, with Python's 10 tests at 60/s.
    factor: (0.8 * ((10 * 2) / 60) + 0.2 * (2 / 6.3)) / (0.8 * ((10 * 2) / 813) + 0.2 * (2 / 6.3)),
    source: 'docker/README.md: Python 60 tests/s instead of 813, by ptrace in 2022; C++ as without: assumed',
  },
  podLifeS: 30 * 86_400,
  spotLifeS: 5 * 86_400,
  spotShare: 0.7,
  scaling: { pollS: 15, settleS: 300, nodeStartS: 60, utilization: 0.7 },
  orchestrator: {
    perSecondSqlite: 50_800,
    perSecondPostgres: 25_000,
    cores: 2,
    replicas: 1_000,
    source:
      'bench/README.md, orchestrator: 50,800/s with SQLite, 22.8 µs of CPU each; with Postgres 15.7 µs more (bench store: 32.3 and 16.6 µs); replicas that one keeps connections to: assumed',
  },
  postgres: {
    rowsPerSecond: 30_000,
    measuredCores: 2,
    cores: 32,
    efficiency: 0.2,
    source:
      'bench store: 0.47 × the commits of SQLite in the same run, which are 69,800/s on an idle machine (bench/README.md); what further cores give, and bytes: assumed',
    bytesPerRow: 900,
    maxBytes: 64e12,
    logBytesPerSecond: 1e9,
    retentionDays: 30,
  },
  network: {
    candidateBytes: 2_500,
    verdictBytes: 300,
    hops: 3,
    nodeBytesPerSecond: 12.5e9 / 8,
    registryBytesPerSecond: 100e9 / 8,
  },
  kubernetes: {
    nodes: 5_000,
    pods: 150_000,
    nodeCores: 32,
    source: 'kubernetes.io, "Considerations for large clusters" (v1.35): 5,000 nodes, 150,000 pods',
  },
  prices: {
    coreHour: 0.0425,
    spotCoreHour: 0.0225,
    gpuHour: 3.9,
    diskGbMonth: 0.08,
    objectGbMonth: 0.023,
    crossZoneGb: 0.02,
    source:
      'cores: AWS documentation, example of c5.2xlarge, on demand 0.34 $/h and spot 0.18 $/h for 8 vCPU; GPU: H100 on AWS, 3.90 $/h, as costnimbus.com lists it in March 2026; disk, objects, traffic between zones, and cores with 4 GB instead of 2 (m5.2xlarge, 0.384 $/h): AWS list prices of us-east-1, from memory. Check before use.',
  },
};

/** Fills in what is given, at any depth. Throws where a name is unknown or a number is none. */
export function withOverrides(given: object, base: object = defaults, path = ''): Inputs {
  const filled: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(given)) {
    const known = filled[name];
    const where = `${path}${name}`;
    if (known === undefined) throw new Error(`There is no input ${where}.`);
    if (typeof known !== typeof value || Array.isArray(known) !== Array.isArray(value)) {
      throw new Error(`Input ${where} must be a ${Array.isArray(known) ? 'list' : typeof known}.`);
    }
    if (typeof value === 'number' && !(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new Error(`Input ${where} must be a number of at least 0.`);
    }
    const isGroup = typeof known === 'object' && known !== null && !Array.isArray(known);
    filled[name] = isGroup ? withOverrides(value as object, known, `${where}.`) : value;
  }
  return filled as unknown as Inputs;
}

/** `verifiers.math.share=0.5` as an override. */
export function overrideOf(text: string): object {
  const [path = '', value = ''] = text.split(/=(.*)/s);
  const leaf: unknown = JSON.parse(value);
  return path.split('.').reduceRight((inner, name) => ({ [name]: inner }), leaf as object);
}

/** How many times the day's mean arrives at second `t` of the day. */
export function intensity({ hours, waves }: Inputs, t: number): number {
  const mean = hours.reduce((sum, each) => sum + each, 0) / hours.length;
  // Between the middles of two hours it goes over from one to the other.
  const at = ((t / 3_600) % 24) - 0.5;
  const [before, share] = [Math.floor(at), at - Math.floor(at)];
  const hour = (i: number) => hours[(i + hours.length) % hours.length] as number;
  const daily = (hour(before) * (1 - share) + hour(before + 1) * share) / mean;
  const { everyS, lastsS, factor } = waves;
  const wavesMean = 1 + ((factor - 1) * lastsS) / everyS;
  return (daily * (t % everyS < lastsS ? factor : 1)) / wavesMean;
}

/** The most that arrives, as a multiple of the mean. */
export function peakFactor(inputs: Inputs): number {
  let most = 0;
  for (let t = 0; t < 86_400; t += 60) most = Math.max(most, intensity(inputs, t));
  return most;
}
