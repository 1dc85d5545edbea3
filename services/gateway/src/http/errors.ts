/** Errors as application/problem+json (RFC 9457), with our code and how to mend them. */
import { AssayError, messageOf, status } from '@assay/contract';

export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  /** What happened, and where. */
  detail: string;
  /** Stable. */
  code: string;
  /** What to do about it. */
  mend?: string;
}

export const problemType = 'application/problem+json';

/** By the code of the error. */
const byCode: Readonly<Record<string, number>> = {
  bad_host: 421,
  bad_token: 401,
  body_late: 408,
  body_too_large: 413,
  cross_site: 403,
  gateway_full: 503,
  gateway_stopping: 503,
  late: 504,
  media_type: 415,
  method_not_allowed: 405,
  not_found: 404,
  orchestrator_unreachable: 503,
  plain_text: 502,
  run_cancelled: 409,
  run_unknown: 404,
  unsupported: 501,
  verifier_unknown: 409,
  verifier_unreachable: 503,
};

/** By the status that the orchestrator's answer had. */
const byStatus: Readonly<Partial<Record<status, number>>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.OUT_OF_RANGE]: 400,
  [status.UNAUTHENTICATED]: 401,
  [status.PERMISSION_DENIED]: 403,
  [status.NOT_FOUND]: 404,
  [status.ALREADY_EXISTS]: 409,
  [status.FAILED_PRECONDITION]: 409,
  [status.ABORTED]: 409,
  [status.RESOURCE_EXHAUSTED]: 429,
  [status.UNIMPLEMENTED]: 501,
  [status.UNAVAILABLE]: 503,
  [status.DEADLINE_EXCEEDED]: 504,
};

const titles: Readonly<Record<number, string>> = {
  400: 'The request cannot be used',
  401: 'No valid token',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'The request came too slowly',
  409: 'Not possible as things are',
  413: 'Too large',
  415: 'Not a known form of content',
  421: 'Another host',
  429: 'Too much at once',
  431: 'Too long a head',
  500: 'A fault of the gateway',
  501: 'Not supported',
  502: 'The orchestrator failed',
  503: 'Not available now',
  504: 'Not in time',
};

function httpStatus(error: AssayError): number {
  const known = byCode[error.code];
  if (known !== undefined) return known;
  const cause = error.cause as { code?: unknown } | null | undefined;
  if (typeof cause?.code === 'number') return byStatus[cause.code as status] ?? 502;
  if (/^(invalid|bad)_/.test(error.code)) return 400;
  return error.code === 'orchestrator_failed' ? 502 : 500;
}

/** What any thrown value is told as. Of what is our own fault no more is told than that. */
export function problemOf(error: unknown): ProblemDetails {
  if (!(error instanceof AssayError)) {
    // Of Fastify's own checks, such as a path that cannot be decoded.
    const given = (error as { statusCode?: unknown } | null)?.statusCode;
    if (typeof given === 'number' && given >= 400 && given < 500)
      return details(given, 'invalid_request', messageOf(error));
    return details(500, 'gateway_failed', 'This should not happen; the log says more.');
  }
  const [detail = '', ...mend] = error.message.split('\n  ');
  return details(httpStatus(error), error.code, detail, mend.join(' '));
}

function details(code: number, name: string, detail: string, mend = ''): ProblemDetails {
  return {
    type: `urn:assay:error:${name}`,
    title: titles[code] ?? 'Error',
    status: code,
    detail,
    code: name,
    ...(mend !== '' && { mend }),
  };
}
