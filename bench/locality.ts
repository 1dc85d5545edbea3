// Bytes sent to 8 replicas for problems of 1 MB: with replicas that go on with what they have, and in strict turns.
//
//   assay bench locality [--problems 64] [--candidates 64] [--replicas 8] [--megabytes 1] [--slots 2]
//
// Kit verifiers that sleep 20 ms, each in a process of its own behind a proxy here that counts what it is sent; one
// orchestrator with the SQLite store. The least is every problem once; in turns it is about every problem at each replica.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SubmitChunk } from '@assay/client';
import { defaultOptions, Orchestrator } from '@assay/orchestrator';
import { openSqliteStore } from '@assay/store';
import { type Service, startService } from './support/services.ts';

const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '64' },
    candidates: { type: 'string', default: '64' },
    replicas: { type: 'string', default: '8' },
    megabytes: { type: 'string', default: '1' },
    slots: { type: 'string', default: '2' },
  },
});
const [problems, candidates] = [Number(values.problems), Number(values.candidates)];
const [replicas, slots] = [Number(values.replicas), Number(values.slots)];
const bytes = Number(values.megabytes) * 1e6;

let sent = 0;
async function counted(service: Service): Promise<Server> {
  const [host = '', port] = service.address.split(':');
  const server = createServer((from) => {
    const to = connect(Number(port), host);
    from.on('data', ({ length }) => {
      sent += length;
    });
    from.pipe(to).pipe(from);
    for (const socket of [from, to]) socket.on('error', () => from.destroy() && to.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function* input(): AsyncGenerator<SubmitChunk> {
  const filler = 'x'.repeat(bytes);
  for (let p = 0; p < problems; p++) {
    yield {
      problem: { id: `p${p}`, prompt: `${p} ${filler}`, mathAnswer: { gold: '1' }, spec: 'mathAnswer' },
      candidates: Array.from({ length: candidates }, (_, index) => ({ index, text: `${p}/${index}` })),
    };
  }
}

const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const flags = ['--slots', `${slots}`];
const services = await Promise.all(
  Array.from({ length: replicas }, () =>
    startService(join(import.meta.dirname, 'support/sleeper.ts'), flags),
  ),
);
const proxies = await Promise.all(services.map(counted));
const addresses = proxies.map((proxy) => `127.0.0.1:${(proxy.address() as { port: number }).port}`);
try {
  console.log(
    `${problems} problems of ${bytes / 1e6} MB × ${candidates} candidates, ${replicas} replicas × ${slots} slots\n`,
  );
  console.log('passed over at most  MB sent  problems sent  of the least  seconds  of all slots busy');
  for (const passOvers of [0, 2, defaultOptions.passOvers, 32]) {
    sent = 0;
    const store = openSqliteStore(join(dir, `${passOvers}.db`));
    const orchestrator = new Orchestrator(store, addresses, { passOvers });
    await orchestrator.createRun({ id: 'bench', verifiers: ['sleeper'] });
    const start = performance.now();
    await orchestrator.submit('bench', input(), { complete: true });
    const seconds = (performance.now() - start) / 1000;
    await orchestrator.close();
    await store.close();
    const ideal = (problems * candidates * 0.02) / (replicas * slots);
    const cells = [
      passOvers === 0 ? 'turns'.padEnd(19) : `${passOvers} × replicas`.padEnd(19),
      (sent / 1e6).toFixed(0).padStart(9),
      (sent / bytes).toFixed(0).padStart(15),
      (sent / bytes / problems).toFixed(2).padStart(14),
      seconds.toFixed(1).padStart(9),
      `${((100 * ideal) / seconds).toFixed(0)} %`.padStart(19),
    ];
    console.log(cells.join(''));
  }
} finally {
  for (const proxy of proxies) proxy.close();
  await Promise.all(services.map((service) => service.stop()));
  rmSync(dir, { recursive: true, force: true });
}
