/** Everything that judges, in this process and its children: store, orchestrator, local verifiers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError, startTracing, type VerifierStatus } from '@assay/contract';
import { Orchestrator, type OrchestratorOptions } from '@assay/orchestrator';
import type { Store } from '@assay/store';
import { builtinVerifiers, isBuiltin } from './builtin.ts';
import { makeStore } from './open.ts';
import { SupervisedVerifier } from './supervisor.ts';
import { oneLine } from './terminal.ts';

export interface EmbeddedOptions {
  /** File of the store, or postgres://…. */
  store: string;
  /** Milliseconds after which a process of a shared store that says nothing is taken for dead. */
  leaseMs?: number;
  /** Names of the verifiers that are needed. */
  verifiers: readonly string[];
  /** Replicas that run already: `host:port` or `dns:host:port`. */
  addresses: readonly string[];
  /** Processes for each verifier that is started here. */
  replicas: number;
  /** Candidates that each of them judges at the same time; default: its own. */
  slots?: number | undefined;
  /** Things worth knowing, line by line. */
  onNote: (line: string) => void;
  /** Log lines of local verifiers. */
  onLog?: (line: string) => void;
  signal?: AbortSignal;
  orchestrator?: Partial<OrchestratorOptions>;
}

export interface Embedded {
  orchestrator: Orchestrator;
  store: Store;
  close(): Promise<void>;
}

/**
 * Opens the store and the orchestrator, and starts those of the built-in verifiers that none of `addresses` serves.
 * Errors: `verifier_unknown` where a verifier is neither built in nor at one of the addresses, `verifier_start`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { verifiers, addresses, onNote } = options;
  checkVerifiers(verifiers, addresses);
  const store = await makeStore(options.store, options.leaseMs);
  const endTracing = await startTracing('orchestrator');
  const orchestrator = new Orchestrator(store, [], options.orchestrator);
  const processes: SupervisedVerifier[] = [];
  const close = async () => {
    await orchestrator.close();
    await Promise.all(processes.map((process) => process.stop()));
    await endTracing();
    await store.close();
  };
  try {
    for (const address of addresses) orchestrator.addVerifier(address);
    const known = addresses.length === 0 ? [] : await describedVerifiers(orchestrator);
    const served = new Set(known.map(({ name }) => name));
    for (const { lastFault, address } of known.find(({ name }) => name === '')?.replicas ?? []) {
      onNote(`no verifier answers at ${address} yet: ${oneLine(lastFault) || 'it is silent'}`);
    }
    const missing = verifiers.filter((name) => !served.has(name));
    const strangers = missing.filter((name) => !isBuiltin(name));
    const allSpoke = !served.has('') && !addresses.some((address) => address.startsWith('dns:'));
    if (allSpoke && strangers.length > 0) throw unknownVerifier(strangers, [...served]);
    options.signal?.throwIfAborted();
    const starts = missing.filter(isBuiltin).map((name) =>
      startBuiltin(name, options, (process) => {
        processes.push(process);
        orchestrator.addVerifier(process.address, { local: true });
      }),
    );
    await allStarted(starts);
    return { orchestrator, store, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What can be said against these names before anything is started. Error: `verifier_unknown`. */
function checkVerifiers(verifiers: readonly string[], addresses: readonly string[]): void {
  const strangers = addresses.length > 0 ? [] : verifiers.filter((name) => !isBuiltin(name));
  if (strangers.length > 0) throw unknownVerifier(strangers, []);
}

function unknownVerifier(names: readonly string[], served: readonly string[]): AssayError {
  const builtin = Object.keys(builtinVerifiers).join(', ');
  const elsewhere = served.length > 0 ? ` The addresses given serve ${served.join(', ')}.` : '';
  return new AssayError('verifier_unknown', `There is no verifier ${names.join(', ')}.${elsewhere}`, {
    mend: `Built in: ${builtin}. For others name where they run: --verifier-address HOST:PORT.`,
  });
}

/**
 * The verifiers at the addresses that the orchestrator was given, once each of those has answered or failed.
 * Replicas that did not answer are listed under an empty name.
 */
export async function describedVerifiers(orchestrator: Orchestrator): Promise<VerifierStatus[]> {
  // Addresses become replicas when they have been resolved, a turn later.
  for (let waitedMs = 0; ; waitedMs += 20) {
    await sleep(20);
    const all = await orchestrator.listVerifiers();
    const replicas = all.find(({ name }) => name === '')?.replicas ?? [];
    const waiting = replicas.some(({ state, lastFault }) => state === 'CONNECTING' && lastFault === '');
    if ((!waiting && all.length > 0) || waitedMs > 6_000) return all;
  }
}

/** Starts the replicas of a verifier once it is prepared, and hands over each that is ready. */
async function startBuiltin(
  name: string,
  options: EmbeddedOptions,
  onReady: (process: SupervisedVerifier) => void,
): Promise<void> {
  const builtin = builtinVerifiers[name];
  if (builtin === undefined) throw unknownVerifier([name], []);
  const program = await builtin.program();
  await program.prepare?.(options.onNote);
  options.signal?.throwIfAborted();
  const starts = Array.from({ length: options.replicas }, async () =>
    onReady(
      await SupervisedVerifier.start({
        name,
        program,
        flags: options.slots === undefined ? [] : ['--slots', String(options.slots)],
        onLog: options.onLog ?? (() => {}),
        onRestart: options.onNote,
        signal: options.signal,
        ...(program.readyMs !== undefined && { readyMs: program.readyMs }),
      }),
    ),
  );
  await allStarted(starts);
}

/** Waits for all, also where some fail: whoever stops them must know them. */
async function allStarted(starts: readonly Promise<void>[]): Promise<void> {
  const failure = (await Promise.allSettled(starts)).find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
}
