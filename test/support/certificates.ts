/** Authorities and certificates for tests, by OpenSSL's command. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Why tests that need it are left out. */
export const withoutOpenssl =
  spawnSync('openssl', ['version']).status === 0 ? false : 'there is no openssl command';

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const newKey = (file: string) => [
  '-newkey',
  'ec',
  '-pkeyopt',
  'ec_paramgen_curve:P-256',
  '-nodes',
  '-keyout',
  file,
];

export interface Identity {
  cert: string;
  key: string;
}

/** An authority in a folder, which signs certificates for 127.0.0.1 and the names that it is given. */
export class Authority {
  readonly cert: string;
  readonly #key: string;
  readonly #folder: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.cert = join(folder, `${name}.crt`);
    this.#key = join(folder, `${name}.key`);
    openssl('req', '-x509', ...newKey(this.#key), '-out', this.cert, '-days', '2', '-subj', `/CN=${name}`);
  }

  sign(name: string, names = 'IP:127.0.0.1,DNS:localhost'): Identity {
    const [cert, key, request] = ['crt', 'key', 'csr'].map((end) => join(this.#folder, `${name}.${end}`)) as [
      ...[string, string, string],
    ];
    const alternative = ['-addext', `subjectAltName=${names}`];
    openssl('req', ...newKey(key), '-out', request, '-subj', `/CN=${name}`, ...alternative);
    const by = ['-CA', this.cert, '-CAkey', this.#key, '-CAcreateserial', '-copy_extensions', 'copyall'];
    openssl('x509', '-req', '-in', request, '-out', cert, '-days', '2', ...by);
    return { cert, key };
  }
}
