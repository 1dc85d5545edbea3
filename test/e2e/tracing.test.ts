import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { OrchestratorClient } from '@assay/client';
import { Metadata } from '@grpc/grpc-js';
import { serve } from '../support/assay.ts';
import { until } from '../support/process.ts';
import { Replica } from '../support/replica.ts';
import { chunks, sampleProblems } from '../support/samples.ts';
import { tempDir } from '../support/temp.ts';

interface Span {
  traceId: string;
  spanId: string;
  parentId: string;
  name: string;
  service: string;
  startNs: bigint;
  endNs: bigint;
}

// OTLP's protobuf, as far as it is looked at: opentelemetry/proto/trace/v1/trace.proto.
type Field = { number: number; bytes?: Buffer; fixed?: bigint };
function* fieldsOf(buffer: Buffer): Generator<Field> {
  let at = 0;
  const varint = () => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = buffer[at++] as number;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
      shift += 7n;
    }
  };
  while (at < buffer.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    if (tag % 8 === 0) yield { number, fixed: varint() };
    else if (tag % 8 === 2) {
      const length = Number(varint());
      yield { number, bytes: buffer.subarray(at, at + length) };
      at += length;
    } else {
      const width = tag % 8 === 1 ? 8 : 4;
      yield { number, ...(width === 8 && { fixed: buffer.readBigUInt64LE(at) }) };
      at += width;
    }
  }
}
const parts = (buffer: Buffer, number: number) =>
  [...fieldsOf(buffer)].flatMap((field) => (field.number === number && field.bytes ? [field.bytes] : []));
const textOf = (buffer: Buffer | undefined, number: number) =>
  (buffer && parts(buffer, number)[0]?.toString()) ?? '';

function spansOf(request: Buffer): Span[] {
  return parts(request, 1).flatMap((resourceSpans) => {
    const attributes = parts(parts(resourceSpans, 1)[0] ?? Buffer.alloc(0), 1);
    const service = attributes.find((attribute) => textOf(attribute, 1) === 'service.name');
    return parts(resourceSpans, 2)
      .flatMap((scopeSpans) => parts(scopeSpans, 2))
      .map((span) => {
        const id = (number: number) => parts(span, number)[0]?.toString('hex') ?? '';
        const time = (number: number) =>
          [...fieldsOf(span)].find((field) => field.number === number)?.fixed ?? 0n;
        return {
          ...{ traceId: id(1), spanId: id(2), parentId: id(4), name: textOf(span, 5) },
          service: service === undefined ? '' : textOf(parts(service, 2)[0], 1),
          ...{ startNs: time(7), endNs: time(8) },
        };
      });
  });
}

/** A collector of OTLP over HTTP. */
async function collector(t: TestContext) {
  const spans: Span[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    requests.push(request);
    spans.push(...spansOf(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, requests };
}

test('the spans of a submission are one tree across processes, under the span of its caller', async (t) => {
  const { url, spans, requests } = await collector(t);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '100' };
  const replica = await Replica.start(t, { env });
  const store = join(tempDir(t), 'store.db');
  const args = ['--port', '0', '--no-http', '--store', store, '--verifier-address', replica.address];
  const server = await serve(t, args, { env });
  const client = new OrchestratorClient(server.address);
  t.after(() => client.close());
  await client.createRun({ id: 'traced', verifiers: ['stub'] });
  const [traceId, caller] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  const trace = new Metadata();
  trace.set('traceparent', `00-${traceId}-${caller}-01`);
  const input = chunks(sampleProblems({ problems: 3, candidates: 40 }));
  await client.submit('traced', input, { complete: true, trace });

  const ours = () => spans.filter((span) => span.traceId === traceId);
  const named = (name: string, service: string) =>
    ours().filter((span) => span.name === name && span.service === service);
  await until('the last span is there', () => named('Submit', 'orchestrator').length === 1);
  await until('the verifier has told, too', () => named('judge', 'stub').length > 0);
  await replica.kill('SIGTERM');
  server.kill('SIGTERM');
  await server.ended;

  assert.equal(requests[0]?.url, '/v1/traces');
  assert.equal(requests[0]?.headers['content-type'], 'application/x-protobuf');
  assert.ok(
    spans.every((span) => span.traceId === traceId),
    'nothing stands outside of the tree',
  );
  const byId = new Map(ours().map((span) => [span.spanId, span]));
  const parentOf = ({ parentId }: Span) => byId.get(parentId);
  const [submit] = named('Submit', 'orchestrator');
  assert.equal(submit?.parentId, caller);
  for (const name of ['accept', 'Verify', 'commit']) {
    const found = named(name, 'orchestrator');
    assert.ok(found.length > 0, name);
    assert.ok(
      found.every((span) => parentOf(span) === submit),
      name,
    );
  }
  const served = named('Verify', 'stub');
  assert.ok(served.length > 0);
  for (const span of served) assert.ok(named('Verify', 'orchestrator').includes(parentOf(span) as Span));
  for (const name of ['queue', 'judge']) {
    for (const span of named(name, 'stub')) assert.ok(served.includes(parentOf(span) as Span), name);
  }
  for (const span of ours()) assert.ok(span.endNs >= span.startNs, span.name);
});
