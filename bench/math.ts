// The math verifier beside Math-Verify: agreement with labelled pairs, and speed on one core.
//
//   assay bench math [--data ../shared/data] [--suite NAME]... [--no-speed] [--no-agreement] [--no-peer] [--json]
//
// Both judge the same pairs in the same run: ours as the real service over gRPC, Math-Verify as one warm Python
// process (installed from PyPI, or that of --python FILE). Data are labelled pairs, which are no part of the project.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '@assay/contract';
import { type Agreement, agreementOf } from './math/agreement.ts';
import { startIdle, startOurs } from './math/ours.ts';
import { installPeer, type Peer, pinned, startPeer } from './math/peer.ts';
import { agreementTable, differenceList, latencyTable, speedTable } from './math/print.ts';
import { type Latency, latencyOf, oneCore, type Speed, speedOf, workloadsOf } from './math/speed.ts';
import { loadSuites } from './math/suites.ts';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '../../shared/data') },
    suite: { type: 'string', multiple: true },
    agreement: { type: 'boolean', default: true },
    speed: { type: 'boolean', default: true },
    peer: { type: 'boolean', default: true },
    python: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const all = loadSuites(values.data);
const suites = all.filter(({ name }) => values.suite === undefined || values.suite.includes(name));
if (suites.length === 0) {
  console.error(`There are no suites${values.suite ? ` ${values.suite.join(', ')}` : ''} in ${values.data}.`);
  console.error(
    all.length === 0 ? 'Name their folder with --data.' : `There are: ${all.map((s) => s.name)}.`,
  );
  process.exit(2);
}
const say = (text: string) => {
  if (!values.json) console.log(text);
};

const core = oneCore();
const peer = values.peer ? await peerOrNone() : undefined;
const agreements: Agreement[] = [];
const speeds: Speed[] = [];
const latencies: Latency[] = [];
try {
  say(
    `${cpus()[0]?.model.trim()}, Node ${process.version}; Math-Verify: ${peer ? pinned.join(', ') : 'none'}\n`,
  );
  if (values.agreement) await measureAgreement();
  if (values.speed) await measureSpeed();
} finally {
  peer?.stop();
}
if (values.json) console.log(JSON.stringify({ agreements, speeds, latencies }, undefined, 2));

async function measureAgreement(): Promise<void> {
  const ours = await startOurs();
  try {
    for (const suite of suites) {
      if (suite.pairs.length > 0) agreements.push(await agreementOf(suite, ours, peer));
    }
  } finally {
    await ours.stop();
  }
  say(agreementTable(agreements));
  say(differenceList(agreements));
}

async function measureSpeed(): Promise<void> {
  const ours = await startOurs(core);
  const idle = await startIdle(core);
  const workloads = workloadsOf(suites);
  try {
    for (const workload of workloads) speeds.push(await speedOf(workload, ours, idle, peer));
    const hard = workloads[0];
    if (hard !== undefined) latencies.push(await latencyOf(hard, ours, peer));
  } finally {
    await Promise.all([ours.stop(), idle.stop()]);
  }
  say(
    `One core${core.length > 0 ? ` (${core.join(' ')})` : ', not pinned: no taskset'}, both warm, pairs/s\n`,
  );
  say(speedTable(speeds));
  say(latencyTable(latencies));
}

/** Without Python, or without a network to install it from, ours is measured alone. */
async function peerOrNone(): Promise<Peer | undefined> {
  try {
    return await startPeer(await installPeer(values.python), core);
  } catch (error) {
    console.error(`Math-Verify is left out: ${messageOf(error)}`);
    return undefined;
  }
}
