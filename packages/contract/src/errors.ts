/** Errors of Assay's own: each has a stable code, says what and where, and how to mend it. */
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** Trailer that carries a reason code beside a gRPC status. */
export const reasonTrailer = 'assay-reason';

/** Trailer of RESOURCE_EXHAUSTED: the candidates that the verifier has in all, of whoever calls it. */
export const inFlightTrailer = 'assay-in-flight';

const brand = Symbol.for('assay.AssayError');

/**
 * An error that a user can act on. `code` is stable (documented, tested on); `message` is for people.
 * `instanceof` also holds for errors of another copy of this package.
 */
export class AssayError extends Error {
  readonly code: string;
  readonly mend: string | undefined;

  constructor(code: string, message: string, options: { mend?: string; cause?: unknown } = {}) {
    super(options.mend === undefined ? message : `${message}\n  ${options.mend}`, {
      cause: options.cause,
    });
    this.name = 'AssayError';
    this.code = code;
    this.mend = options.mend;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** An error for a gRPC handler to answer with; the reason travels in a trailer. */
export function grpcError(code: status, message: string, reason?: string): Partial<ServiceError> {
  const metadata = new Metadata();
  if (reason !== undefined) metadata.set(reasonTrailer, reason);
  return { code, details: message, metadata };
}

/** The reason code that a gRPC error carries, if any. */
export function grpcReason(error: Partial<ServiceError>): string | undefined {
  const value = error.metadata?.get(reasonTrailer)[0];
  return typeof value === 'string' ? value : undefined;
}

/** How many candidates a verifier that is full says it has, if it does. */
export function grpcInFlight(error: Partial<ServiceError>): number | undefined {
  const value = Number(error.metadata?.get(inFlightTrailer)[0] ?? Number.NaN);
  return Number.isInteger(value) ? value : undefined;
}

/** A short text of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export { status };
