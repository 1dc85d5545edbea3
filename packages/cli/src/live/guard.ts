/** Which requests the live view answers at all. */
import type { IncomingMessage } from 'node:http';
import { isOwnHost } from '@assay/contract';

/** Why a request is refused. */
export interface Refusal {
  status: number;
  code: string;
  message: string;
  headers?: Record<string, string>;
}

/** Characters of a request's address. */
const longestUrl = 2_048;

/**
 * Refuses what no page of ours and no program of the user sends. The name in `Host` must be an address, `localhost` or
 * the name that is listened on: a page of a stranger that lets its own name point here (DNS rebinding) bears another.
 */
export function refusalOf(
  { method, url = '', headers }: IncomingMessage,
  ownName: string,
): Refusal | undefined {
  if (!isOwnHost(headers.host ?? '', ownName)) {
    const message =
      'This host name is not known here. Use an address, localhost, or the name given with --http.';
    return { status: 421, code: 'bad_host', message };
  }
  if (method !== 'GET' && method !== 'HEAD') {
    const message = 'Nothing can be changed here: only GET and HEAD are answered.';
    return { status: 405, code: 'bad_method', message, headers: { allow: 'GET, HEAD' } };
  }
  if (url.length > longestUrl) {
    const message = `The address is longer than ${longestUrl} characters.`;
    return { status: 414, code: 'long_address', message };
  }
  // Pages elsewhere may link here, but neither embed nor fetch anything.
  const site = headers['sec-fetch-site'];
  const isOurs = site === undefined || site === 'same-origin' || site === 'none';
  if (!isOurs && headers['sec-fetch-mode'] !== 'navigate') {
    return { status: 403, code: 'cross_site', message: 'Pages elsewhere cannot read this.' };
  }
  return undefined;
}
