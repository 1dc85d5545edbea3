/** The orchestrator that a command talks to: one that runs elsewhere, or one on a store of this machine. */
import { existsSync } from 'node:fs';
import { type OrchestratorApi, OrchestratorClient } from '@assay/client';
import { AssayError } from '@assay/contract';
import { Orchestrator } from '@assay/orchestrator';
import { openSqliteStore, type Store } from '@assay/store';

export interface Place {
  /** File of the store. */
  store: string;
  /** host:port; then the store is there. */
  orchestrator?: string;
}

/** Lets `use` ask what is stored, and closes everything after it. Error: `store_missing`. */
export async function withOrchestrator<T>(
  { store: path, orchestrator: address }: Place,
  use: (api: OrchestratorApi) => Promise<T>,
): Promise<T> {
  const store = address === undefined ? openStore(path) : undefined;
  const api = store === undefined ? new OrchestratorClient(address ?? '') : new Orchestrator(store);
  try {
    return await use(api);
  } finally {
    await api.close();
    store?.close();
  }
}

/** Opens a store that is there already; close it. Error: `store_missing`. */
export function openStore(path: string): Store {
  if (existsSync(path)) return openSqliteStore(path);
  throw new AssayError('store_missing', `There is no store ${path}.`, {
    mend: 'Start a run with assay run, or name the store with --store FILE.',
  });
}
