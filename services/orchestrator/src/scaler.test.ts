import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Dialer, Tokens } from '@assay/contract';
import { openSqliteStore } from '@assay/store';
import { credentials, makeGenericClientConstructor, type ServiceError, status } from '@grpc/grpc-js';
import { Orchestrator } from './orchestrator.ts';
import { isActive, triggerOf, wantedSeconds } from './scaler.ts';
import { Backlogs } from './scaler-backlog.ts';
import { serveOrchestrator } from './server.ts';
import { ScriptedVerifier } from './testing/scripted-verifier.ts';

// KEDA's messages by their field numbers, written and read here by hand: our own proto file must not be what both sides
// are wrong by.
const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]);
const bytes = (field: number, content: Uint8Array | string): Buffer => {
  const body = Buffer.from(content as string);
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(body.length)]), body]);
};
const scaledObject = (metadata: Record<string, string>) =>
  Buffer.concat([
    ...[bytes(1, 'math'), bytes(2, 'assay')],
    ...Object.entries(metadata).map(([key, value]) =>
      bytes(3, Buffer.concat([bytes(1, key), bytes(2, value)])),
    ),
  ]);
type Fields = Map<number, Buffer | number>;
function fieldsOf(buffer: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const next = () => {
    let [value, shift] = [0, 1];
    for (;;) {
      const byte = buffer[at++] as number;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
      shift *= 128;
    }
  };
  while (at < buffer.length) {
    const tag = next();
    if (tag % 8 === 0) fields.set(tag >> 3, next());
    else if (tag % 8 === 1) {
      fields.set(tag >> 3, buffer.readDoubleLE(at));
      at += 8;
    } else {
      const length = next();
      fields.set(tag >> 3, buffer.subarray(at, at + length));
      at += length;
    }
  }
  return fields;
}

const raw = (buffer: Buffer) => buffer;
const method = (name: string, responseStream = false) => ({
  ...{ path: `/externalscaler.ExternalScaler/${name}`, requestStream: false, responseStream },
  ...{ requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw },
});
const Keda = makeGenericClientConstructor(
  {
    ...{
      isActive: method('IsActive'),
      getMetricSpec: method('GetMetricSpec'),
      getMetrics: method('GetMetrics'),
    },
    streamIsActive: method('StreamIsActive', true),
  },
  'Keda',
);

function keda(t: TestContext, address: string) {
  const connection = new Keda(address, credentials.createInsecure());
  t.after(() => connection.close());
  const ask = (name: string, message: Buffer) =>
    new Promise<Fields>((resolve, reject) => {
      connection[name]?.(message, (error: ServiceError | null, answer: Buffer) =>
        error === null ? resolve(fieldsOf(answer)) : reject(error),
      );
    });
  const inner = async (name: string, message: Buffer) =>
    fieldsOf((await ask(name, message)).get(1) as Buffer);
  return { connection, ask, inner };
}

async function* endless() {
  const problem = { id: 'p', mathAnswer: { gold: '1' }, spec: 'mathAnswer' as const };
  for (let i = 0; ; i++) yield { problem, candidates: [{ index: i, text: `${i}` }] };
}

describe("KEDA's external scaler", () => {
  test('pushes from zero for a verifier that nobody has heard of, and measures what waits', async (t) => {
    const store = openSqliteStore(':memory:');
    const orchestrator = new Orchestrator(store, [], { maxOutstanding: 200 });
    const server = await serveOrchestrator(orchestrator);
    t.after(async () => {
      await server.close(100);
      await orchestrator.close();
      await store.close();
    });
    const { connection, ask, inner } = keda(t, server.address);
    const ref = scaledObject({ verifier: 'scripted', targetSecondsPerSlot: '2.5' });
    assert.equal((await ask('isActive', ref)).get(1) ?? 0, 0);

    const seen: number[] = [];
    const stream = connection.streamIsActive?.(ref) as unknown as NodeJS.EventEmitter & { cancel(): void };
    stream.on('error', () => {});
    const pushed = new Promise<void>((resolve) => {
      stream.on('data', (answer: Buffer) => {
        seen.push((fieldsOf(answer).get(1) as number | undefined) ?? 0);
        if (seen.at(-1) === 1) resolve();
      });
    });
    await orchestrator.createRun({ id: 'r', verifiers: ['scripted'] });
    const aborter = new AbortController();
    const submitting = orchestrator.submit('r', endless(), { signal: aborter.signal });
    submitting.catch(() => {});
    await pushed;
    assert.deepEqual(seen, [0, 1]);

    // The first replica comes, and takes its time.
    const verifier = await new ScriptedVerifier({
      describe: { candidateTimeoutMs: 60_000 },
      verify: () => {},
    }).start();
    t.after(() => verifier.stop());
    await orchestrator.registerVerifier(verifier.address);
    const spec = await inner('getMetricSpec', ref);
    assert.equal(String(spec.get(1)), 'assay-work-seconds');
    assert.deepEqual([spec.get(2), spec.get(3)], [3, 2.5]);
    const question = Buffer.concat([bytes(1, ref), bytes(2, 'assay-work-seconds')]);
    let value = 0;
    for (let tries = 0; value < 50 && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      value = ((await inner('getMetrics', question)).get(3) as number | undefined) ?? 0;
    }
    // 200 candidates of a second each, as long as nothing is measured, on 4 slots a replica.
    assert.equal(value, 50);
    aborter.abort(new Error('enough'));
    await submitting.catch(() => {});
    stream.cancel();
  });

  test('needs no token, as KEDA has none, and says what is wrong with a trigger', async (t) => {
    const store = openSqliteStore(':memory:');
    const orchestrator = new Orchestrator(store);
    const server = await serveOrchestrator(orchestrator, { tokens: new Tokens('/dev/null') });
    t.after(async () => {
      await server.close(100);
      await orchestrator.close();
      await store.close();
    });
    const { ask } = keda(t, server.address);
    assert.equal((await ask('isActive', scaledObject({ verifier: 'math' }))).get(1) ?? 0, 0);
    const wrong: [Record<string, string>, RegExp][] = [
      [{}, /names no verifier/],
      [{ verifier: 'Math!' }, /names no verifier/],
      [{ verifier: 'math', targetSecondsPerSlot: '0' }, /targetSecondsPerSlot/],
      [{ verifier: 'math', slotsPerReplica: 'many' }, /slotsPerReplica/],
      [{ verifier: 'math', targetBusyPercent: '-5' }, /targetBusyPercent/],
    ];
    for (const [metadata, message] of wrong) {
      await assert.rejects(ask('isActive', scaledObject(metadata)), (error: ServiceError) => {
        assert.equal(error.code, status.INVALID_ARGUMENT);
        return message.test(error.details);
      });
    }
  });

  test('adds up what the orchestrators of a store have, and counts their replicas once', async (t) => {
    const describe = { candidateTimeoutMs: 60_000 };
    const verifier = await new ScriptedVerifier({ describe, verify: () => {} }).start();
    const places = await Promise.all(
      [1, 2].map(async () => {
        const store = openSqliteStore(':memory:');
        const orchestrator = new Orchestrator(store, [verifier.address], { maxOutstanding: 100 });
        const server = await serveOrchestrator(orchestrator);
        await orchestrator.createRun({ id: 'r', verifiers: ['scripted'] });
        const aborter = new AbortController();
        const submitting = orchestrator.submit('r', endless(), { signal: aborter.signal });
        submitting.catch(() => {});
        t.after(async () => {
          aborter.abort(new Error('enough'));
          await submitting.catch(() => {});
          await server.close(100);
          await orchestrator.close();
          await store.close();
        });
        return { orchestrator, address: server.address };
      }),
    );
    t.after(() => verifier.stop());
    const [first] = places;
    const peers = [...places.map(({ address }) => address), '127.0.0.1:1'];
    const notes: string[] = [];
    const backlogs = new Backlogs((first ?? assert.fail()).orchestrator, {
      ...{ peers, peerDialer: new Dialer(), note: (line: string) => notes.push(line) },
      shared: { unowned: async () => new Map(Object.entries({ scripted: 7, other: 1 })) },
    });
    t.after(() => backlogs.close());
    const waitFor = async (candidates: number) => {
      for (let tries = 0; tries < 100; tries++) {
        const backlog = await backlogs.of('scripted');
        if (backlog.candidates === candidates) return backlog;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return assert.fail(JSON.stringify(await backlogs.of('scripted')));
    };
    const backlog = await waitFor(200);
    assert.equal(backlog.slotsPerReplica, 4);
    assert.equal(backlog.waiting, 7, 'what no orchestrator has, counts as well');
    assert.ok(isActive(await backlogs.of('other')), 'also where none has heard of the verifier');
    assert.equal(notes.length, 1, 'told once');
    assert.match(notes[0] ?? '', /^scaling goes by less work than there is.*127\.0\.0\.1:1: /);
    // Each orchestrator keeps all of its slots at work, and there are no more than four.
    const isFull = async () => (await backlogs.of('scripted')).busySlots > 3.5;
    for (let tries = 0; tries < 400 && !(await isFull()); tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const { busySlots } = await backlogs.of('scripted');
    assert.ok(busySlots > 3.5 && busySlots <= 4, `${busySlots}`);
  });

  test('knows peers by the name that they were found under, which is in their certificates', async (t) => {
    const store = openSqliteStore(':memory:');
    const orchestrator = new Orchestrator(store);
    const server = await serveOrchestrator(orchestrator);
    const dialer = new Dialer();
    const asked: (readonly [string, string | undefined])[] = [];
    const peerDialer = {
      dial: (address: string, name?: string) => {
        asked.push([address, name]);
        return dialer.dial(address, name);
      },
    };
    const port = server.address.split(':').at(-1);
    const peers = [`dns:localhost:${port}`, '127.0.0.2:1'];
    const backlogs = new Backlogs(orchestrator, { peers, peerDialer });
    t.after(async () => {
      await backlogs.close();
      await server.close(100);
      await orchestrator.close();
      await store.close();
    });
    await backlogs.of('scripted');
    const named = asked.filter(([, name]) => name === 'localhost').map(([address]) => address);
    assert.ok(named.includes(server.address), `${asked}`);
    assert.deepEqual(
      asked.filter(([, name]) => name === undefined),
      [['127.0.0.2:1', undefined]],
    );
  });
});

test('wants no more replicas than candidates can keep busy', () => {
  const backlog = (candidates: number, secondsEach: number, busySlots = 0) => ({
    ...{ candidates, waiting: 0, workS: candidates * secondsEach, slotsPerReplica: 4, busySlots },
  });
  const replicas = (of: ReturnType<typeof backlog>, metadata: Record<string, string> = {}) => {
    const trigger = triggerOf({ verifier: 'x', ...metadata });
    return wantedSeconds(of, trigger) / trigger.targetSecondsPerSlot;
  };
  // 1,000 candidates of 0.1 s: 10 s of 10 slots.
  assert.equal(replicas(backlog(1_000, 0.1)), 2.5);
  assert.equal(replicas(backlog(1_000, 0.1), { targetSecondsPerSlot: '1' }), 25);
  // 80 of a minute each keep no more than 40 slots busy with two each, however short the target.
  assert.equal(replicas(backlog(80, 60)), 10);
  assert.equal(replicas(backlog(0, 60)), 0);
  assert.ok(!isActive(backlog(0, 1)) && isActive({ ...backlog(0, 1), waiting: 1 }));
  // Hardly anything waits, and 28 slots are at work: 40 of them are 70 %. More work than that decides all the same.
  assert.equal(replicas(backlog(28, 0.1, 28)), 10);
  assert.equal(replicas(backlog(28, 0.1, 28), { targetBusyPercent: '50' }), 14);
  assert.equal(replicas(backlog(1_000, 1, 28)), 25);
  const unknown = { candidates: 30, waiting: 0, workS: 0, slotsPerReplica: 0, busySlots: 0 };
  assert.equal(replicas(unknown, { slotsPerReplica: '3', secondsPerCandidate: '2' }), 2);
});
