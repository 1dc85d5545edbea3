/** What can go wrong in a fleet, on purpose: every fault mends itself, and may last while others come. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';

export interface Chance {
  /** Uniform in [0, 1). */
  random: () => number;
  /** Aborts when the chaos is over: what lasts is mended then. */
  signal: AbortSignal;
}

/** Does its harm, and resolves when it is mended. */
export type FaultAct = (fleet: Fleet, chance: Chance) => Promise<void>;

function any<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Milliseconds between `least` and `most`, or until the chaos is over. */
async function lasting(least: number, most: number, { random, signal }: Chance): Promise<void> {
  await sleep(least + (most - least) * random(), undefined, { signal }).catch(() => {});
}

const members = (fleet: Fleet) => [...fleet.orchestrators, ...fleet.replicas];

/** What is done to the server of the store is done in turn: where the disk is full, it does not start. */
function alone(fleet: Fleet, act: () => Promise<void>): Promise<void> {
  fleet.storeMended = fleet.storeMended.then(act);
  return fleet.storeMended;
}

/** By name. */
export const faults: Readonly<Record<string, FaultAct>> = {
  /** kill -9 of an orchestrator or a replica. */
  kill: (fleet, { random }) => any(members(fleet), random).restart('SIGKILL'),

  /** SIGTERM: what it has is ended or given back. */
  drain: (fleet, { random }) => any(members(fleet), random).restart('SIGTERM'),

  /** SIGSTOP, for less or more than a lease: what a paused machine looks like to the others. */
  stop: async (fleet, chance) => {
    const member = any(members(fleet), chance.random);
    member.signal('SIGSTOP');
    await lasting(500, 3 * fleet.leaseMs, chance);
    member.signal('SIGCONT');
  },

  /** An orchestrator and a replica do not reach each other, and nobody tells them. */
  partition: async (fleet, chance) => {
    const wire = any(any(fleet.judging, chance.random), chance.random);
    wire.silence();
    await lasting(1_000, 8_000, chance);
    wire.mend();
  },

  /** An orchestrator does not reach the store. */
  'store-partition': async (fleet, chance) => {
    const wire = any(fleet.storing, chance.random);
    wire.silence();
    await lasting(1_000, 2 * fleet.leaseMs, chance);
    wire.mend();
  },

  /** Connections are reset: between an orchestrator and a replica, its store, or its clients. */
  reset: async (fleet, chance) => {
    const wire = any([...fleet.judging.flat(), ...fleet.storing, ...fleet.serving], chance.random);
    wire.cut();
    await lasting(100, 2_000, chance);
    wire.mend();
  },

  /** A slow way to a replica. */
  slow: async (fleet, chance) => {
    const wire = any(any(fleet.judging, chance.random), chance.random);
    wire.slow(20 + 100 * chance.random());
    await lasting(2_000, 8_000, chance);
    wire.mend();
  },

  /** Postgres dies, and starts again from its log. */
  postgres: (fleet) => alone(fleet, () => fleet.postgres.restart()),

  /** The store's disk is full for a while: no write comes through. */
  disk: (fleet, chance) =>
    alone(fleet, async () => {
      await fleet.postgres.fillDisk();
      await lasting(500, 3_000, chance);
      await fleet.postgres.freeDisk();
    }),

  /** An orchestrator's clock jumps by an hour, and back. */
  clock: async (fleet, chance) => {
    const clock = any(fleet.clocks, chance.random);
    clock.jump((chance.random() < 0.5 ? -1 : 1) * 3_600);
    await lasting(1_000, 5_000, chance);
    clock.jump(0);
  },
};
