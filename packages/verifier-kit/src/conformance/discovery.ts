/** Health and reflection: what operators and generic clients rely on. */
import { status } from '@assay/contract';
import {
  type ClientReadableStream,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { type Check, failed, type Group, skipped, type Target } from './check.ts';
import { contractFault, descriptorsIn } from './descriptors.ts';

const HealthConnection = makeGenericClientConstructor(healthService, 'Health');

/** Serving status as text, or the error's code. */
export function healthOf({ address, dialed, timeoutMs }: Target, service: string): Promise<string> {
  const connection = new HealthConnection(address, dialed.credentials, dialed.options);
  return new Promise<string>((resolve) => {
    connection.check?.(
      { service },
      { deadline: Date.now() + timeoutMs },
      (error: ServiceError | null, response?: { status: string }) =>
        resolve(error === null ? String(response?.status) : status[error.code]),
    );
  }).finally(() => connection.close());
}

function serving(name: string, service: string): Check {
  return {
    name,
    async run(target) {
      const answer = await healthOf(target, service);
      if (answer !== 'SERVING') failed(`SERVING for ${JSON.stringify(service)}`, answer);
      return answer;
    },
  };
}

/** The first status of a health watch, or the code of its end, at the deadline at the latest; `seen` is told of all. */
export function watchHealth(
  { address, dialed }: Target,
  service: string,
  deadlineMs: number,
  seen: (status: string) => void = () => {},
): { first: Promise<string>; close(): void } {
  const connection = new HealthConnection(address, dialed.credentials, dialed.options);
  const call = connection.watch?.(
    { service },
    { deadline: Date.now() + deadlineMs },
  ) as ClientReadableStream<{
    status: string;
  }>;
  const { promise, resolve } = Promise.withResolvers<string>();
  call.on('data', ({ status: now }: { status: string }) => {
    seen(now);
    resolve(now);
  });
  call.on('error', (error: ServiceError) => resolve(status[error.code] ?? 'UNKNOWN'));
  call.on('end', () => resolve('the end of the watch'));
  return {
    first: promise,
    close() {
      call.cancel();
      connection.close();
    },
  };
}

// list_services = 7 of ServerReflectionRequest. The names in the answer are found as bytes: decoding it would
// need the reflection proto for one question.
const listServices = Buffer.from([0x3a, 1, 0x2a]);
const wanted = 'assay.v1.Verifier';

// file_containing_symbol = 4 of ServerReflectionRequest.
const fileOfVerifier = Buffer.concat([Buffer.from([0x22, 17]), Buffer.from('assay.v1.Verifier')]);

function reflect(
  { connection, timeoutMs }: Target,
  version: string,
  question: Buffer,
): Promise<Buffer | ServiceError> {
  return new Promise((resolve) => {
    const call = connection.makeBidiStreamRequest(
      `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      new Metadata(),
      { deadline: Date.now() + timeoutMs },
    );
    call.on('data', resolve);
    call.on('error', resolve);
    call.on('end', () => resolve(Buffer.alloc(0)));
    call.write(question);
    call.end();
  });
}

export const discovery: Group = {
  name: 'discovery',
  checks: [
    serving('health-of-server', ''),
    serving('health-of-verifier', 'assay.v1.Verifier'),
    {
      name: 'reflection',
      async run(target) {
        for (const version of ['v1', 'v1alpha']) {
          const answer = await reflect(target, version, listServices);
          if (Buffer.isBuffer(answer)) {
            if (!answer.includes(wanted)) failed(`reflection to list ${wanted}`, 'a list without it');
            return `listed by reflection ${version}`;
          }
          if (answer.code !== status.UNIMPLEMENTED) failed('a list of services', answer.message);
        }
        return failed('gRPC reflection (v1 or v1alpha)', 'UNIMPLEMENTED');
      },
    },
    {
      name: 'health-watch',
      async run(target) {
        const watch = watchHealth(target, 'assay.v1.Verifier', target.timeoutMs);
        const answer = await watch.first.finally(() => watch.close());
        if (answer !== 'SERVING') failed('a watch that begins with SERVING', answer);
        return answer;
      },
    },
    {
      name: 'reflected-contract',
      async run(target) {
        for (const version of ['v1', 'v1alpha']) {
          const answer = await reflect(target, version, fileOfVerifier);
          if (!Buffer.isBuffer(answer)) continue;
          const files = descriptorsIn(answer);
          if (files.length === 0) failed('the file of assay.v1.Verifier', 'none');
          const fault = contractFault(files);
          if (fault !== undefined) failed('the messages of assay/v1/verifier.proto', fault);
          return `${files.length} files`;
        }
        return skipped('no reflection');
      },
    },
  ],
};
