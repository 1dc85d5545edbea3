/** Names of hosts in HTTP requests. */
import { isIP } from 'node:net';

/**
 * Whether a `Host` header is an address, `localhost` or the name that is listened on. A page of a stranger that lets its
 * own name point here (DNS rebinding) bears another.
 */
export function isOwnHost(host: string, ownName: string): boolean {
  const [, name = ''] = /^(\[[\da-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(host) ?? [];
  const plain = name.replace(/^\[|\]$/g, '').toLowerCase();
  return plain !== '' && (isIP(plain) !== 0 || plain === 'localhost' || plain === ownName.toLowerCase());
}
