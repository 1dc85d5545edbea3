/** The orchestrator that a command talks to: one that runs elsewhere, or one on a store of this machine. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type OrchestratorApi, OrchestratorClient } from '@assay/client';
import { AssayError } from '@assay/contract';
import { Orchestrator } from '@assay/orchestrator';
import { isPostgres, openStore as openAny, type Store } from '@assay/store';
import { usageError } from './exit.ts';

export interface Place {
  /** File of the store, or postgres://…. */
  store: string;
  /** host:port of one or several; then the store is there. */
  orchestrator?: string[];
}

/** Lets `use` ask what is stored, and closes everything after it. Error: `store_missing`. */
export async function withOrchestrator<T>(
  { store: path, orchestrator: address }: Place,
  use: (api: OrchestratorApi) => Promise<T>,
): Promise<T> {
  const store = address === undefined ? await openStore(path) : undefined;
  const api = store === undefined ? new OrchestratorClient(address ?? []) : new Orchestrator(store);
  try {
    return await use(api);
  } finally {
    await api.close();
    await store?.close();
  }
}

/** Opens a store that is there already; close it. Errors: `usage`, `store_missing`, `store_open`. */
export async function openStore(place: string): Promise<Store> {
  const store = await findStore(place);
  if (store !== undefined) return store;
  throw new AssayError('store_missing', `There is no store ${place}.`, {
    mend: 'Start a run with assay run, or name the store with --store FILE or postgres://USER@HOST:PORT/DATABASE.',
  });
}

/** The same; undefined where there is no such file. */
export async function findStore(place: string): Promise<Store | undefined> {
  checkPlace(place);
  return isPostgres(place) || existsSync(place) ? openAny(place) : undefined;
}

/** Opens a store, and makes it where there is none. Errors: `usage`, `store_open`, `store_version`. */
export async function makeStore(place: string, leaseMs?: number): Promise<Store> {
  checkPlace(place);
  return openAny(place, leaseMs === undefined ? {} : { leaseMs });
}

/** Other URLs are no files: they may have passwords, which end up in names and messages. */
function checkPlace(place: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1];
  if (scheme === undefined || isPostgres(place)) return;
  throw usageError(
    `There are no stores at ${scheme.slice(0, 40)}://….`,
    'Give --store a file, or postgres://USER@HOST:PORT/DATABASE.',
  );
}

/** Folder for what belongs to a store: that of its file. */
export function besideStore(place: string): string {
  return isPostgres(place) ? '.assay' : dirname(place);
}
