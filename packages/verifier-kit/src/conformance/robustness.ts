/** What is no gRPC, or not of this contract, harms nobody. */
import { connect } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { status } from '@assay/contract';
import type { ServiceError } from '@grpc/grpc-js';
import { failed, type Group, sleep, type Target } from './check.ts';
import { describe, lives } from './client.ts';

const garbage = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  Buffer.alloc(4096, 0xff),
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM'),
];

async function throwAt(address: string, bytes: string | Buffer): Promise<void> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  const socket = connect(Number(address.slice(colon + 1)), host);
  socket.on('error', () => {});
  socket.write(bytes);
  await Promise.race([new Promise((resolve) => socket.once('close', resolve)), sleep(100)]);
  socket.destroy();
}

function unknownMethod({ connection, timeoutMs }: Target): Promise<ServiceError | null> {
  return new Promise((resolve) => {
    connection.makeUnaryRequest(
      '/assay.v1.Verifier/NoSuchMethod',
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      Buffer.alloc(0),
      { deadline: Date.now() + timeoutMs },
      (error) => resolve(error),
    );
  });
}

export const robustness: Group = {
  name: 'robustness',
  checks: [
    {
      name: 'garbage-bytes',
      async run(target) {
        for (const bytes of garbage) await throwAt(target.address, bytes);
        await lives(target, 'after bytes that are no gRPC');
        return `${garbage.length} connections of garbage`;
      },
    },
    {
      name: 'unknown-method',
      async run(target) {
        const error = await unknownMethod(target);
        if (error?.code !== status.UNIMPLEMENTED) {
          failed('UNIMPLEMENTED', error === null ? 'OK' : `${status[error.code]}: ${error.details}`);
        }
        await lives(target, 'after a call of an unknown method');
        return 'UNIMPLEMENTED';
      },
    },
    {
      // After all that was asked of it.
      name: 'same-description',
      async run({ connection, describe: first, timeoutMs }) {
        const now = await describe(connection, timeoutMs);
        if (!isDeepStrictEqual(now, first)) failed(JSON.stringify(first), JSON.stringify(now));
        return `${now.name} ${now.version}`;
      },
    },
  ],
};
