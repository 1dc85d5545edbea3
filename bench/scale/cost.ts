/** What a day costs, in dollars, by the prices of the inputs. */
import type { VerifierDay } from './day.ts';
import type { Inputs } from './inputs.ts';
import { peakFactor } from './inputs.ts';
import { postgresRows } from './limits.ts';

export interface Cost {
  cpu: number;
  gpu: number;
  orchestrators: number;
  postgres: number;
  storage: number;
  network: number;
  total: number;
  perMillion: number;
}

/** Orchestrators and stores that the day's peak needs, and one orchestrator more, as one may fail. */
export function controlPlane(inputs: Inputs): { orchestrators: number; stores: number } {
  const peak = (inputs.perDay / 86_400) * peakFactor(inputs);
  const { utilization } = inputs.scaling;
  return {
    orchestrators: 1 + Math.ceil(peak / inputs.orchestrator.perSecondPostgres / utilization),
    stores: Math.max(1, Math.ceil(peak / postgresRows(inputs) / utilization)),
  };
}

export function costOf(inputs: Inputs, days: Readonly<Record<string, VerifierDay>>): Cost {
  const { prices, spotShare, postgres, network, perDay } = inputs;
  const cpuHour = spotShare * prices.spotCoreHour + (1 - spotShare) * prices.coreHour;
  let [cpu, gpu] = [0, 0];
  for (const [name, { podHours }] of Object.entries(days)) {
    const verifier = inputs.verifiers[name];
    if (verifier === undefined) continue;
    const { coresPerPod, gpusPerPod, memoryFactor } = verifier;
    // A GPU's price has its machine's cores in it.
    if (gpusPerPod > 0) gpu += podHours * gpusPerPod * prices.gpuHour;
    else cpu += podHours * coresPerPod * cpuHour * memoryFactor;
  }
  const { orchestrators, stores } = controlPlane(inputs);
  const bytes = perDay * postgres.bytesPerRow;
  const parts = {
    cpu,
    gpu,
    orchestrators: orchestrators * inputs.orchestrator.cores * 24 * prices.coreHour,
    // Each with a standby.
    postgres: stores * 2 * postgres.cores * 24 * prices.coreHour,
    // What is kept at any time, a thirtieth of a month's price a day; a standby's copy as well.
    storage: (2 * bytes * postgres.retentionDays * prices.diskGbMonth) / 1e9 / 30,
    // Two of three zones are others.
    network:
      ((perDay * (network.candidateBytes + network.verdictBytes) * network.hops * 2) / 3 / 1e9) *
      prices.crossZoneGb,
  };
  const total = Object.values(parts).reduce((sum, each) => sum + each, 0);
  return { ...parts, total, perMillion: (total / perDay) * 1e6 };
}
