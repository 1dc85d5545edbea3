/** Our errors as gRPC's. */
import { AssayError, grpcError, messageOf, status } from '@assay/contract';
import type { ServiceError } from '@grpc/grpc-js';

/** gRPC statuses of our errors; others are INTERNAL. */
const statusOf: Record<string, status> = {
  invalid_run: status.INVALID_ARGUMENT,
  invalid_problem: status.INVALID_ARGUMENT,
  invalid_request: status.INVALID_ARGUMENT,
  invalid_candidate: status.INVALID_ARGUMENT,
  problem_differs: status.INVALID_ARGUMENT,
  bad_address: status.INVALID_ARGUMENT,
  bad_level: status.INVALID_ARGUMENT,
  run_exists: status.ALREADY_EXISTS,
  run_unknown: status.NOT_FOUND,
  run_busy: status.FAILED_PRECONDITION,
  verifier_unknown: status.FAILED_PRECONDITION,
  run_cancelled: status.ABORTED,
  store_refused: status.FAILED_PRECONDITION,
  closed: status.UNAVAILABLE,
  plain_text: status.FAILED_PRECONDITION,
  rate_limited: status.RESOURCE_EXHAUSTED,
  too_many_runs: status.RESOURCE_EXHAUSTED,
  silent: status.DEADLINE_EXCEEDED,
  token_unknown: status.UNAUTHENTICATED,
};

export function toGrpc(error: unknown): Partial<ServiceError> {
  // Details travel in a header, and one that is too long breaks the connection for others, too.
  const details = messageOf(error).slice(0, 2_000);
  if (!(error instanceof AssayError)) return grpcError(status.INTERNAL, details);
  return grpcError(statusOf[error.code] ?? status.INTERNAL, details, error.code);
}
