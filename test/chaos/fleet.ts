/** Orchestrators that share a store, replicas of a verifier, and the ways between them: all that chaos is for. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Cluster } from '../support/postgres.ts';
import { repository, tempDir } from '../support/temp.ts';
import { Clock } from './clock.ts';
import { Member } from './member.ts';
import { Wire } from './wire.ts';

export interface FleetOptions {
  orchestrators: number;
  replicas: number;
  /** Of these, replicas that break the contract now and then. */
  odd: number;
  /** Mean milliseconds of a judgement. */
  meanMs: number;
  leaseMs: number;
  /** Wires cost time: without them there are no faults of the network. */
  wires: boolean;
}

export interface Fleet {
  leaseMs: number;
  postgres: Cluster;
  /** When the last fault of the store's server is over. */
  storeMended: Promise<void>;
  orchestrators: Member[];
  replicas: Member[];
  clocks: Clock[];
  /** Wires from each orchestrator to each replica, to the store, and from clients to it; none without `wires`. */
  judging: Wire[][];
  storing: Wire[];
  serving: Wire[];
  /** Where clients reach the orchestrators. */
  addresses: string[];
}

const stub = join(repository, 'test/support/stub.ts');
const oddReplica = join(import.meta.dirname, 'odd-replica.ts');
const kit = ['--exit-with-parent', '--log-level', 'error', '--slots', '4', '--candidate-timeout-ms', '5000'];
const cli = join(repository, 'packages/cli/src/main.ts');

export async function startFleet(
  t: TestContext,
  postgres: Cluster,
  database: string,
  options: FleetOptions,
): Promise<Fleet> {
  const { leaseMs, meanMs, wires } = options;
  const clockDir = tempDir(t);
  const many = (count: number) => Array.from({ length: count }, (_, i) => i);
  const replicas = await Promise.all(
    many(options.replicas).map((i) => {
      const isOdd = i < options.odd;
      const started = new Member(t, `replica ${i}`, {
        module: isOdd ? oddReplica : stub,
        args: isOdd ? [] : kit,
        env: { STUB_MEAN_MS: String(meanMs), ODD_SEED: String(i) },
      });
      return started.start();
    }),
  );
  const clocks = many(options.orchestrators).map((i) => new Clock(clockDir, String(i)));
  const fleet: Fleet = {
    ...{ leaseMs, postgres, storeMended: Promise.resolve(), replicas, clocks },
    ...{ orchestrators: [], judging: [], storing: [], serving: [], addresses: [] },
  };
  for (const [i, clock] of clocks.entries()) {
    let store = database;
    let verifiers = replicas.map(({ address }) => address);
    if (wires) {
      const url = new URL(store);
      const toStore = await Wire.to(t, url.host);
      url.host = toStore.address;
      store = url.href;
      const toReplicas = await Promise.all(verifiers.map((address) => Wire.to(t, address)));
      verifiers = toReplicas.map(({ address }) => address);
      fleet.storing.push(toStore);
      fleet.judging.push(toReplicas);
    }
    const orchestrator = await new Member(t, `orchestrator ${i}`, {
      module: cli,
      args: [
        'serve',
        '--no-http',
        '--lease',
        String(leaseMs / 1000),
        ...verifiers.flatMap((address) => ['--verifier-address', address]),
      ],
      env: { ...clock.env, ASSAY_STORE: store },
    }).start();
    fleet.orchestrators.push(orchestrator);
    if (wires) fleet.serving.push(await Wire.to(t, orchestrator.address));
  }
  fleet.addresses = (wires ? fleet.serving : fleet.orchestrators).map(({ address }) => address);
  return fleet;
}
