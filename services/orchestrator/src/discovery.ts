/** Where replicas are: `host:port`, or `dns:host:port` for every address that a name resolves to. */
import { lookup } from 'node:dns/promises';
import { AssayError } from '@assay/contract';

export interface Target {
  host: string;
  port: number;
  /** Follow the name's addresses. */
  dns: boolean;
}

/** Reads an address. Error: `bad_address`. */
export function parseTarget(text: string): Target {
  const dns = text.startsWith('dns:');
  const rest = dns ? text.slice('dns:'.length).replace(/^\/+/, '') : text;
  const at = rest.lastIndexOf(':');
  const host = rest.slice(0, at).replace(/^\[(.*)\]$/, '$1');
  const port = Number(rest.slice(at + 1));
  if (at < 1 || host === '' || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new AssayError('bad_address', `${JSON.stringify(text)} is not an address of a verifier.`, {
      mend: 'Write host:port, or dns:host:port for all replicas behind a name.',
    });
  }
  return { host, port, dns };
}

export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The addresses of a target now; undefined where the name cannot be resolved at the moment. */
export async function resolveTarget({ host, port, dns }: Target): Promise<string[] | undefined> {
  if (!dns) return [formatAddress(host, port)];
  try {
    const found = await lookup(host, { all: true });
    return [...new Set(found.map(({ address }) => formatAddress(address, port)))];
  } catch {
    return undefined;
  }
}
