/** How a call to a replica ended, for what it left without a verdict. */
import { grpcInFlight, grpcReason, type Reason, status } from '@assay/contract';
import type { ServiceError } from '@grpc/grpc-js';

export type CallEnd =
  /** The replica kept the contract and answered everything. */
  | { kind: 'ok' }
  /**
   * It cannot take work now, and that is nobody's fault: the tasks go back as they were. `taken`: its room is with
   * others; `overload`: it says that it is full, and not with how much, or with no more than ours; `let_go`: its
   * connection was at the end of its age, and the call never began.
   */
  | { kind: 'overload'; detail: string; inFlight: number | undefined }
  | { kind: 'draining' | 'unreachable' | 'cancelled' | 'taken' | 'let_go'; detail: string }
  /** It died or fell silent with these tasks in its hands. */
  | { kind: 'crash' | 'stall'; detail: string }
  /** It broke the contract. */
  | { kind: 'garbage'; detail: string }
  /** It refuses the request. */
  | { kind: 'rejected'; reason: Reason; detail: string };

/** Ends of calls that are nobody's fault. */
const innocent: readonly CallEnd['kind'][] = ['ok', 'cancelled', 'draining', 'taken', 'let_go'];

export function isFault({ kind }: CallEnd): boolean {
  return !innocent.includes(kind);
}

/** What a gRPC status says of the replica. */
export function endOf(error: ServiceError): CallEnd {
  const detail = error.details || error.message;
  const reason = grpcReason(error);
  switch (error.code) {
    case status.RESOURCE_EXHAUSTED:
      // gRPC's own limit on the size of messages has the same code.
      return reason === undefined && /larger than max/i.test(detail)
        ? { kind: 'rejected', reason: 'too_large', detail }
        : { kind: 'overload', detail, inFlight: grpcInFlight(error) };
    case status.UNAVAILABLE:
      if (reason !== undefined) return { kind: 'draining', detail };
      // What @grpc/grpc-js says of REFUSED_STREAM: sent as the server's GOAWAY was on its way.
      if (detail.startsWith('Stream refused by server')) return { kind: 'let_go', detail };
      return detail.startsWith('No connection established')
        ? { kind: 'unreachable', detail }
        : { kind: 'crash', detail };
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
      // It knows no token of ours (yet).
      return { kind: 'unreachable', detail };
    case status.DEADLINE_EXCEEDED:
      return { kind: 'stall', detail };
    case status.INVALID_ARGUMENT:
    case status.FAILED_PRECONDITION:
      return { kind: 'rejected', reason: 'bad_problem', detail };
    case status.INTERNAL:
    case status.CANCELLED:
    case status.UNKNOWN:
      // A peer that dies resets its streams, which arrives as INTERNAL or CANCELLED.
      return { kind: 'crash', detail: `${status[error.code]}: ${detail}` };
    default:
      return { kind: 'garbage', detail: `${status[error.code]}: ${detail}` };
  }
}
