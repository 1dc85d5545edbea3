/** Requests that break the contract are refused, saying so. */
import type { VerifyRequestInit } from '@assay/contract';
import { type Check, failed, type Group, skipped, type Target } from './check.ts';
import { candidates, request, told, verify } from './client.ts';

function refused(name: string, bad: (target: Target) => VerifyRequestInit): Check {
  return {
    name,
    async run(target) {
      const outcome = await verify(target, bad(target));
      if (outcome.code !== 'INVALID_ARGUMENT' || outcome.verdicts.length > 0) {
        failed('INVALID_ARGUMENT and no verdict', told(outcome));
      }
      if (outcome.reason === '') failed('a trailer assay-reason', told(outcome));
      return outcome.details;
    },
  };
}

export const requests: Group = {
  name: 'requests',
  checks: [
    refused('no-candidates', (target) => request(target, [])),
    refused('too-many-candidates', (target) =>
      request(target, candidates(target, target.describe.maxBatch + 1)),
    ),
    refused('duplicate-index', (target) => {
      if (target.describe.maxBatch < 2) skipped('max_batch is 1');
      return request(target, [...candidates(target, 1), ...candidates(target, 1)]);
    }),
    refused('no-problem', (target) => ({ candidates: candidates(target, 1) })),
    refused('bad-digest', (target) => ({ ...request(target, candidates(target, 1)), problemDigest: 'abc' })),
    refused('no-spec', (target) => ({ problem: { id: 'bare' }, candidates: candidates(target, 1) })),
    refused('other-kind', (target) => {
      if (target.describe.kinds.includes('custom')) skipped('it takes every custom kind');
      const custom = { kind: 'kind_that_nobody_has', json: '{}' };
      return { problem: { custom }, candidates: candidates(target, 1) };
    }),
  ],
};
