/** What Assay cannot do without. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { OrchestratorClient } from '@assay/client';
import { AssayError, messageOf } from '@assay/contract';
import { Orchestrator, serveOrchestrator } from '@assay/orchestrator';
import { isPostgres, openSqliteStore } from '@assay/store';
import { builtinVerifiers } from '../builtin.ts';
import { makeStore } from '../open.ts';
import type { Check, Finding } from './check.ts';
import { tryProgram } from './program.ts';

const GiB = 2 ** 30;
const gib = (bytes: number) => `${(bytes / GiB).toFixed(1)} GiB`;

const leastNode = 24;
const leastDisk = 1 * GiB;
const leastMemory = 1 * GiB;

/** `store`: where runs would be stored. */
export function requiredChecks(store: string): Check[] {
  const folder = isPostgres(store) ? resolve() : existingFolder(resolve(store));
  return [
    { name: 'Node.js', run: node },
    { name: 'store', run: () => (isPostgres(store) ? postgres(store) : sqlite(folder)) },
    { name: 'disk', run: () => disk(folder) },
    { name: 'memory', run: memory },
    { name: 'CPUs', run: processors },
    { name: 'gRPC', run: grpc },
    { name: 'compression', run: compression },
    { name: 'isolated-vm', run: () => mathPart(isolateScript, 'isolated-vm') },
    { name: 'esbuild', run: () => mathPart(esbuildScript, 'esbuild') },
  ];
}

/** The nearest folder above a file that exists. */
function existingFolder(file: string): string {
  const folder = dirname(file);
  return existsSync(folder) || folder === dirname(folder) ? folder : existingFolder(folder);
}

async function node(): Promise<Finding> {
  const major = Number.parseInt(process.versions.node, 10);
  return {
    ok: major >= leastNode,
    detail: `${process.versions.node} (${process.platform}-${process.arch})`,
    mend: `Install Node.js ${leastNode} or newer, or start by ./assay, which brings it.`,
  };
}

async function sqlite(folder: string): Promise<Finding> {
  const mend = 'Name a file on a local disk that this user may write: --store FILE or ASSAY_STORE.';
  try {
    const scratch = await mkdtemp(join(folder, '.assay-doctor-'));
    try {
      const store = openSqliteStore(join(scratch, 'store.db'));
      await store.openRun({
        id: 'doctor',
        verifiers: ['none'],
        earlyStop: false,
        maxAttempts: 0,
        labels: {},
      });
      const found = (await store.listRuns()).length;
      store.close();
      return { ok: found === 1, detail: `SQLite writes and reads in ${folder}`, mend };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  } catch (error) {
    return { ok: false, detail: `SQLite cannot write in ${folder}: ${messageOf(error)}`, mend };
  }
}

async function postgres(url: string): Promise<Finding> {
  try {
    const store = await makeStore(url);
    try {
      const runs = (await store.listRuns()).length;
      return { ok: true, detail: `${store.location} answers and has ${runs} runs`, mend: '' };
    } finally {
      await store.close();
    }
  } catch (error) {
    const mend = (error instanceof AssayError && error.mend) || 'See what the server logs.';
    return { ok: false, detail: messageOf(error), mend };
  }
}

async function disk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  return {
    ok: bavail * bsize >= leastDisk,
    detail: `${gib(bavail * bsize)} free at ${folder}`,
    mend: `Make room (${gib(leastDisk)} at least), or name a store elsewhere: --store FILE.`,
  };
}

async function memory(): Promise<Finding> {
  const limit = process.constrainedMemory();
  const limited = limit > 0 && limit < totalmem();
  return {
    ok: (limited ? limit : totalmem()) >= leastMemory,
    detail: limited
      ? `${gib(limit)} (limit of the cgroup; the machine has ${gib(totalmem())}), ${gib(process.availableMemory())} free`
      : `${gib(totalmem())}, ${gib(process.availableMemory())} free`,
    mend: `Give it ${gib(leastMemory)} or more.`,
  };
}

async function processors(): Promise<Finding> {
  const [usable, all] = [availableParallelism(), cpus().length];
  return { ok: true, detail: usable < all ? `${usable} usable of ${all}` : `${usable}` };
}

async function grpc(): Promise<Finding> {
  const store = openSqliteStore(':memory:');
  const orchestrator = new Orchestrator(store);
  try {
    const server = await serveOrchestrator(orchestrator);
    const client = new OrchestratorClient(server.address, { timeoutMs: 5_000 });
    try {
      const start = performance.now();
      await client.listRuns();
      return { ok: true, detail: `a call over 127.0.0.1 took ${(performance.now() - start).toFixed(0)} ms` };
    } finally {
      await client.close();
      await server.close(0);
    }
  } catch (error) {
    return {
      ok: false,
      detail: `no call over 127.0.0.1: ${messageOf(error)}`,
      mend: 'Allow connections on the loopback interface; unset http_proxy and grpc_proxy, or set no_proxy=127.0.0.1.',
    };
  } finally {
    await orchestrator.close();
    store.close();
  }
}

async function compression(): Promise<Finding> {
  const text = Buffer.from('assay '.repeat(100));
  const gzip = await promisify(zlib.gunzip)(await promisify(zlib.gzip)(text));
  const zstd = await promisify(zlib.zstdDecompress)(await promisify(zlib.zstdCompress)(text));
  return {
    ok: gzip.equals(text) && zstd.equals(text),
    detail: 'gzip and zstd',
    mend: 'Use a Node.js that was built with zlib and zstd.',
  };
}

const isolateScript = `
  const ivm = require('isolated-vm');
  const isolate = new ivm.Isolate({ memoryLimit: 16 });
  console.log(isolate.createContextSync().evalSync('6 * 7'));`;

const esbuildScript = `console.log(eval(require('esbuild').transformSync('6 * 7 as number', { loader: 'ts' }).code));`;

/** Runs a script that prints 42 as the math verifier would: with what it can import, and its flags. */
async function mathPart(script: string, name: string): Promise<Finding> {
  const mend = `Install it again: npm ci in the repository. ${name} comes built for Linux and macOS, x64 and arm64.`;
  const { entry, nodeFlags } = (await builtinVerifiers.math?.program()) ?? { entry: '', nodeFlags: [] };
  const flags = [...new Set(['--no-node-snapshot', ...nodeFlags])];
  const { ok, output } = await tryProgram(process.execPath, [...flags, '-e', script], dirname(entry));
  return {
    ok: ok && output === '42',
    detail: ok && output === '42' ? 'works' : `does not work: ${output}`,
    mend,
  };
}
