import { isDeepStrictEqual } from 'node:util';
import type { DescribeResponse } from '@assay/contract';
import { failed, type Group } from './check.ts';
import { describe } from './client.ts';

function faultOf(answer: DescribeResponse): string | undefined {
  const { name, version, kinds, slots, capacity, maxBatch, candidateTimeoutMs, maxMessageBytes } = answer;
  if (!/^[a-z0-9-]{1,63}$/.test(name)) return `name ${JSON.stringify(name)} is not [a-z0-9-]{1,63}`;
  if (version === '') return 'version is empty';
  if (kinds.length === 0) return 'kinds is empty';
  const bad = kinds.find((kind) => !/^[a-z0-9_]{1,63}$/.test(kind));
  if (bad !== undefined) return `kind ${JSON.stringify(bad)} is not [a-z0-9_]{1,63}`;
  if (slots < 1) return `slots ${slots} is less than 1`;
  if (capacity < slots) return `capacity ${capacity} is less than slots ${slots}`;
  if (maxBatch < 1) return `max_batch ${maxBatch} is less than 1`;
  if (capacity < maxBatch) return `capacity ${capacity} is less than max_batch ${maxBatch}`;
  if (candidateTimeoutMs < 1) return `candidate_timeout_ms ${candidateTimeoutMs} is less than 1`;
  if (maxMessageBytes < 1) return `max_message_bytes ${maxMessageBytes} is less than 1`;
  return undefined;
}

export const describeGroup: Group = {
  name: 'describe',
  checks: [
    {
      name: 'fields',
      async run({ describe: answer }) {
        const fault = faultOf(answer);
        if (fault !== undefined) failed('a description that keeps the contract', fault);
        const { name, version, kinds, slots, capacity, maxBatch } = answer;
        return `${name} ${version}: ${kinds.join(', ')}; slots ${slots}, capacity ${capacity}, max_batch ${maxBatch}`;
      },
    },
    {
      name: 'stable',
      async run({ connection, describe: first, timeoutMs }) {
        for (let call = 0; call < 3; call++) {
          const again = await describe(connection, timeoutMs);
          if (!isDeepStrictEqual(again, first)) failed(JSON.stringify(first), JSON.stringify(again));
        }
        return 'the same each time';
      },
    },
  ],
};
