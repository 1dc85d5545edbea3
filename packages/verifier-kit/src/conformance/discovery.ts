/** Health and reflection: what operators and generic clients rely on. */
import { status } from '@assay/contract';
import { credentials, Metadata, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { type Check, failed, type Group, type Target } from './check.ts';

const HealthConnection = makeGenericClientConstructor(healthService, 'Health');

/** Serving status as text, or the error's code. */
export function healthOf({ address, timeoutMs }: Target, service: string): Promise<string> {
  const connection = new HealthConnection(address, credentials.createInsecure());
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

// list_services = 7 of ServerReflectionRequest. The names in the answer are found as bytes: decoding it would
// need the reflection proto for one question.
const listServices = Buffer.from([0x3a, 1, 0x2a]);
const wanted = 'assay.v1.Verifier';

function reflect({ connection, timeoutMs }: Target, version: string): Promise<Buffer | ServiceError> {
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
    call.write(listServices);
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
          const answer = await reflect(target, version);
          if (Buffer.isBuffer(answer)) {
            if (!answer.includes(wanted)) failed(`reflection to list ${wanted}`, 'a list without it');
            return `listed by reflection ${version}`;
          }
          if (answer.code !== status.UNIMPLEMENTED) failed('a list of services', answer.message);
        }
        return failed('gRPC reflection (v1 or v1alpha)', 'UNIMPLEMENTED');
      },
    },
  ],
};
