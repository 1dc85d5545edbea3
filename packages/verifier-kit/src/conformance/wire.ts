/** Requests as bytes, and with metadata: what the typed client cannot send. */
import { type Verdict, type VerifyRequestInit, type VerifyResponse, verifierService } from '@assay/contract';
import { Metadata } from '@grpc/grpc-js';
import { type Check, failed, type Group, type Target } from './check.ts';
import { candidates, complete, lives, type Outcome, outcomeOf, request, told } from './client.ts';

const { path, requestSerialize, responseDeserialize } = verifierService.Verify;

/** Calls Verify with these bytes. */
function verifyBytes(target: Target, bytes: Buffer, metadata = new Metadata()): Promise<Outcome> {
  const call = target.connection.makeServerStreamRequest(
    path,
    (given: Buffer) => given,
    responseDeserialize as (given: Buffer) => VerifyResponse,
    bytes,
    metadata,
    { deadline: Date.now() + target.timeoutMs },
  );
  return outcomeOf(call);
}

function bytesOf(of: VerifyRequestInit): Buffer {
  return requestSerialize(of as Parameters<typeof requestSerialize>[0]);
}

/** Field 1000 of this type, which no message has: `later` in a text. */
const unknownField = Buffer.from([0xc2, 0x3e, 5, ...Buffer.from('later')]);

/** Each is no VerifyRequest: a field that is cut off, a text that is no UTF-8, a group that never ends. */
const malformed = [
  Buffer.from([0x0a, 0x7f, 0x61]),
  Buffer.from([0x12, 0xff, 0xff, 0xff, 0xff, 0x0f]),
  Buffer.alloc(64, 0xff),
];

/** Bytes of headers that servers take unless told otherwise (8 KiB in all), with room for others. */
const headerBytes = 4096;

function judgedWith(name: string, what: string, make: () => Metadata): Check {
  return {
    name,
    async run(target) {
      const asked = candidates(target, 1);
      const outcome = await verifyBytes(target, bytesOf(request(target, asked)), make());
      complete(outcome, asked, what);
      return `${(outcome.verdicts[0] as Verdict).status}`;
    },
  };
}

export const wire: Group = {
  name: 'wire',
  needsJudging: true,
  checks: [
    {
      name: 'unknown-fields',
      async run(target) {
        const asked = candidates(target, 1);
        const bytes = Buffer.concat([bytesOf(request(target, asked)), unknownField]);
        complete(await verifyBytes(target, bytes), asked, 'a request with a field of a later contract');
        return 'ignored';
      },
    },
    {
      name: 'malformed',
      always: true,
      async run(target) {
        const codes: string[] = [];
        for (const bytes of malformed) {
          const outcome = await verifyBytes(target, bytes);
          if (outcome.code === 'OK' || outcome.code === 'DEADLINE_EXCEEDED' || outcome.verdicts.length > 0) {
            failed('an error at once for bytes that are no VerifyRequest', told(outcome));
          }
          codes.push(outcome.code);
        }
        await lives(target, 'after bytes that are no VerifyRequest');
        return codes.join(', ');
      },
    },
    judgedWith('traceparent', 'a call with a trace', () => {
      const metadata = new Metadata();
      metadata.set('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
      metadata.set('tracestate', 'assay=1');
      return metadata;
    }),
    judgedWith('metadata', `a call with ${headerBytes} bytes of metadata`, () => {
      const metadata = new Metadata();
      metadata.set('x-conformance', 'x'.repeat(headerBytes));
      metadata.set('x-conformance-bin', Buffer.from([0, 255]));
      return metadata;
    }),
  ],
};
