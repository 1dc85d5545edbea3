import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { type TestContext, test } from 'node:test';
import { credentials, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { openGuard } from './open-methods.ts';
import { connectVerifier, verifierService } from './proto.ts';

/** A server of which Describe is open; `ask` answers with the gRPC status of what is sent there. */
async function serve(t: TestContext, ms: number) {
  const isOpen = (path: string) => path.endsWith('/Describe');
  const server = new Server({
    'grpc.max_receive_message_length': -1,
    interceptors: [openGuard(isOpen, ms)],
  });
  const texts: number[] = [];
  server.addService(verifierService, {
    Describe: (_call: unknown, callback: (error: null, value: object) => void) => callback(null, {}),
    Verify: (call: { request: { candidates: { text: string }[] }; end(): void }) => {
      texts.push(call.request.candidates[0]?.text.length ?? 0);
      call.end();
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const session = connect(`http://127.0.0.1:${port}`);
  t.after(() => {
    session.destroy();
    server.forceShutdown();
  });
  const ask = async (parts: Buffer[], whole = false) => {
    const stream = session.request({
      ...{ ':method': 'POST', ':path': '/assay.v1.Verifier/Describe' },
      ...{ 'content-type': 'application/grpc', te: 'trailers' },
    });
    stream.on('error', () => {});
    for (const part of parts) stream.write(part);
    if (whole) stream.end();
    const [headers] = await once(stream, 'response');
    const told = headers['grpc-status'] ?? (await once(stream.resume(), 'trailers'))[0]['grpc-status'];
    stream.destroy();
    return Number(told);
  };
  return { port, ask, texts };
}

/** The head of a message of so many bytes. */
function head(bytes: number): Buffer {
  const buffer = Buffer.alloc(5);
  buffer.writeUInt32BE(bytes, 1);
  return buffer;
}

test('what everybody may ask is short and comes soon', async (t) => {
  const patient = await serve(t, 60_000);
  assert.equal(await patient.ask([head(0)], true), status.OK);
  assert.equal(await patient.ask([head(100 * 1024 * 1024)]), status.RESOURCE_EXHAUSTED);
  const { ask } = await serve(t, 50);
  assert.equal(await ask([head(1_000), Buffer.alloc(10)]), status.DEADLINE_EXCEEDED);
  assert.equal(await ask([head(0)]), status.DEADLINE_EXCEEDED);
  assert.equal(await ask([]), status.DEADLINE_EXCEEDED);
});

test('other methods take what the server takes', async (t) => {
  const { port, texts } = await serve(t, 50);
  const connection = connectVerifier(`127.0.0.1:${port}`, {
    ...{ credentials: credentials.createInsecure(), options: {} },
  });
  t.after(() => connection.close());
  const call = connection.verify({ candidates: [{ text: 'x'.repeat(1_000_000) }] });
  await once(call.resume(), 'end');
  assert.deepEqual(texts, [1_000_000]);
});
