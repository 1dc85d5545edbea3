/** Smaller runs beside the large one, each with what is particular to it. */
import assert from 'node:assert/strict';
import type { OrchestratorClient } from '@assay/client';
import { AssayError } from '@assay/contract';
import type { Store } from '@assay/store';
import { checkEarly, checkStored, Delivered } from './check.ts';
import { patiently } from './patience.ts';
import { Work } from './work.ts';

const early = new Work(900);
const uncached = new Work(300);
const cancelled = new Work(3_000);

export async function submitSideRuns(client: OrchestratorClient): Promise<void> {
  await Promise.all([
    submitAll(client, 'early', early, { earlyStop: true }),
    submitAll(client, 'uncached', uncached, { uncached: true }),
    cancelHalfway(client),
  ]);
}

export async function checkSideRuns(store: Store): Promise<void> {
  await checkEarly(store, 'early', early);
  await checkStored(store, 'uncached', uncached);
  assert.equal((await store.getRun('cancelled'))?.state, 'CANCELLED');
}

async function submitAll(
  client: OrchestratorClient,
  id: string,
  work: Work,
  settings: object,
): Promise<void> {
  await patiently(() => client.createRun({ id, verifiers: ['stub'], ...settings }));
  await patiently(() => client.submit(id, work.chunks(work.all), { complete: true }));
}

async function cancelHalfway(client: OrchestratorClient): Promise<void> {
  const id = 'cancelled';
  await patiently(() => client.createRun({ id, verifiers: ['stub'] }));
  let cancel: Promise<unknown> | undefined;
  const submitted = patiently(() => {
    const delivered = new Delivered(cancelled);
    const onVerdicts: Delivered['add'] = (verdicts) => {
      delivered.add(verdicts);
      if (delivered.count > cancelled.total / 10) cancel ??= patiently(() => client.cancelRun(id));
    };
    return client.submit(id, cancelled.chunks(cancelled.all), { onVerdicts });
  });
  const isCancelled = (error: unknown) => error instanceof AssayError && error.code === 'run_cancelled';
  // It may have had its last verdict before it was cancelled.
  await submitted.catch((error: unknown) => assert.ok(isCancelled(error), String(error)));
  await cancel;
  // One that took its stream up again as the run was cancelled has opened it anew.
  await patiently(() => client.cancelRun(id));
}
