/** Care with methods that everybody may call: who shows no token must not take the server's memory. */
import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';

/** Bytes; the longest question is a name, or KEDA's description of a trigger. */
const maxQuestionBytes = 64 * 1024;
/** Milliseconds within which the question must be there. */
const questionMs = 10_000;

/** Where gRPC keeps the limits of one call: it has no setting for those of a method. */
interface Limited {
  maxReceiveMessageSize: number;
  decoder: { maxReadMessageLength: number };
}

/**
 * Reads small messages only, and soon, of calls to methods that are `open`. To be the first of a server's interceptors.
 * gRPC errors: RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED.
 */
export function openGuard(open: (path: string) => boolean, ms = questionMs): ServerInterceptor {
  return ({ path, requestStream }, call) => {
    if (!open(path)) return new ServerInterceptingCall(call);
    const limited = call as unknown as Limited;
    limited.maxReceiveMessageSize = maxQuestionBytes;
    limited.decoder.maxReadMessageLength = maxQuestionBytes;
    const timer = setTimeout(() => {
      call.sendStatus({ code: status.DEADLINE_EXCEEDED, details: `no question came within ${ms} ms` });
    }, ms).unref();
    return new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMessage(message, proceed) {
            if (requestStream) clearTimeout(timer);
            proceed(message);
          },
          onReceiveHalfClose(proceed) {
            clearTimeout(timer);
            proceed();
          },
          onCancel() {
            clearTimeout(timer);
          },
        });
      },
    });
  };
}
