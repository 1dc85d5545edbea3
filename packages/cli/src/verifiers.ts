/** The verifiers that can be used from here. */
import { OrchestratorClient } from '@assay/client';
import type { VerifierStatus } from '@assay/contract';
import { Orchestrator } from '@assay/orchestrator';
import { openSqliteStore } from '@assay/store';
import { builtinVerifiers } from './builtin.ts';
import { describedVerifiers } from './embedded.ts';
import { oneLine, table } from './terminal.ts';

export interface VerifiersOptions {
  verifierAddress?: string[];
  orchestrator?: string[];
  json?: boolean;
}

/** Prints the built-in verifiers and those that run at the places given. */
export async function listVerifiers(options: VerifiersOptions): Promise<void> {
  const running = await runningVerifiers(options);
  if (options.json) {
    const builtin = Object.entries(builtinVerifiers).map(([name, { kinds, title }]) => ({
      name,
      kinds,
      title,
    }));
    process.stdout.write(`${JSON.stringify({ builtin, running }, null, 2)}\n`);
    return;
  }
  process.stdout.write(`Built in\n${builtinTable()}`);
  if (running !== undefined) process.stdout.write(`\nRunning\n${runningTable(running)}`);
}

/** Undefined where no place is given. */
async function runningVerifiers(options: VerifiersOptions): Promise<VerifierStatus[] | undefined> {
  const { orchestrator: address, verifierAddress = [] } = options;
  if (address !== undefined) {
    const client = new OrchestratorClient(address);
    try {
      return await client.listVerifiers();
    } finally {
      await client.close();
    }
  }
  if (verifierAddress.length === 0) return undefined;
  const store = openSqliteStore(':memory:');
  const orchestrator = new Orchestrator(store, verifierAddress);
  try {
    return await describedVerifiers(orchestrator);
  } finally {
    await orchestrator.close();
    store.close();
  }
}

function builtinTable(): string {
  const rows = Object.entries(builtinVerifiers).map(([name, { kinds, title }]) => [
    name,
    kinds.join(', '),
    title,
  ]);
  return table([['verifier', 'kinds', ''], ...rows]);
}

/** A row for each replica. */
export function runningTable(verifiers: readonly VerifierStatus[]): string {
  const header = ['verifier', 'version', 'kinds', 'replica', 'state', 'slots', 'in flight', 'time', 'faults'];
  const rows = verifiers.flatMap(({ name, replicas }) =>
    replicas.map(({ address, state, description, inFlight, serviceMs, faults, lastFault }) => [
      name || '?',
      description?.version ?? '',
      description?.kinds.join(', ') ?? '',
      address,
      state.toLowerCase(),
      String(description?.slots ?? ''),
      String(inFlight),
      serviceMs > 0 ? `${serviceMs.toPrecision(3)} ms` : '',
      Object.entries(faults)
        .map(([kind, count]) => `${kind} × ${count}`)
        .join(', ') || (description === null ? oneLine(lastFault, 80) : ''),
    ]),
  );
  return rows.length === 0 ? 'none\n' : table([header, ...rows]);
}
