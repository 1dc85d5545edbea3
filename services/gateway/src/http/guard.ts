/** Which requests are looked at at all. */
import type { IncomingHttpHeaders } from 'node:http';
import { AssayError, isLoopback, isOwnHost } from '@assay/contract';

/**
 * Refuses what pages of strangers make a browser send: by a name of theirs that points here (on this machine's own
 * addresses), or across sites. Errors: `bad_host`, `cross_site`.
 */
export function checkOrigin(headers: IncomingHttpHeaders, ownName: string): void {
  if (isLoopback(ownName) && !isOwnHost(headers.host ?? '', ownName)) {
    throw new AssayError('bad_host', 'This host name is not known here.', {
      mend: 'Use an address or localhost, or let the gateway listen on an address of that name with --host.',
    });
  }
  const site = headers['sec-fetch-site'];
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isForeign || (headers.origin !== undefined && !isSameHost(headers.origin, headers.host))) {
    throw new AssayError('cross_site', 'Pages elsewhere cannot use this.', {
      mend: 'Call it from a program, or put a proxy of your own before it.',
    });
  }
}

function isSameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** The token of `Authorization: Bearer …`; undefined where there is no such header. Error: `bad_token`. */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | undefined {
  if (authorization === undefined) return undefined;
  const [, token] = /^Bearer +([\x21-\x7e]{16,512}) *$/i.exec(authorization) ?? [];
  if (token !== undefined) return token;
  throw new AssayError('bad_token', 'The header Authorization has another form.', {
    mend: 'Send it as: Authorization: Bearer TOKEN. A token is 16 to 512 letters, digits or marks.',
  });
}
