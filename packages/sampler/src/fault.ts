/** What goes wrong with a request, and what is to be done about it. */
import { AssayError } from '@assay/contract';

/** `retry`: it may pass. `prompt`: it lies in what is asked, and stays. */
export type FaultKind = 'retry' | 'prompt';

export class RequestFault extends Error {
  readonly kind: FaultKind;
  /** The server is asked too much or too fast. */
  readonly overloaded: boolean;
  /** How long it asks to be left alone. */
  readonly waitMs: number | undefined;

  constructor(
    kind: FaultKind,
    message: string,
    { overloaded = false, waitMs }: { overloaded?: boolean; waitMs?: number | undefined } = {},
  ) {
    super(message);
    this.kind = kind;
    this.overloaded = overloaded;
    this.waitMs = waitMs;
  }
}

/** A refusal that no retry mends: the sampling ends with it. */
export function refusal(message: string, mend: string): AssayError {
  return new AssayError('server_refused', message, { mend });
}

/** How vLLM, SGLang, llama.cpp and hosted servers say that a prompt has too many tokens; llama.cpp also with status 500. */
const tooLong =
  /context_length_exceeded|exceed_context_size|(?:maximum|model's|available) context|maximum model length|too large to process/i;

/** The fault of an answer with a status that is no success. */
export function statusFault(
  status: number,
  body: string,
  headers: { readonly 'retry-after'?: string | undefined; readonly location?: string | undefined },
  said: string,
): RequestFault | AssayError {
  if ([400, 413, 422, 500].includes(status) && tooLong.test(body)) return new RequestFault('prompt', said);
  if (status === 408 || status === 429 || (status >= 500 && status !== 501)) {
    const overloaded = status === 429 || status === 503;
    return new RequestFault('retry', said, { overloaded, waitMs: retryAfterMs(headers['retry-after']) });
  }
  if (status >= 300 && status < 400) {
    const host = URL.parse(headers.location ?? '')?.host ?? 'another address';
    return refusal(
      `${said} It points to ${host}.`,
      'Redirects are not followed, as they may lead the key astray: give the address itself with --url.',
    );
  }
  return refusal(said, mendOf(status));
}

function mendOf(status: number): string {
  if (status === 401 || status === 403)
    return 'Name the variable that holds the key with --api-key-env NAME.';
  if (status === 404) return 'Check the path of --url (most servers have /v1), --model and --api.';
  return 'What was written is kept; the same command goes on once the request is one that the server takes.';
}

/** Of a Retry-After header: seconds, or a date. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+(?:\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
