/** How processes speak to each other: in TLS or in plain text, under which certificates, with which token. */
import { isIP } from 'node:net';
import {
  type ChannelCredentials,
  type ClientOptions,
  credentials,
  experimental,
  InterceptingCall,
  type Interceptor,
  ServerCredentials,
} from '@grpc/grpc-js';
import { badFile, LiveFiles, type Note, readCredential } from './credentials-files.ts';
import { authorityFiles, FileProvider, identityFiles, systemAuthorities } from './credentials-tls.ts';
import { AssayError } from './errors.ts';

/** TLS on the side of a server, of a client, or of a process that is both. Files are in PEM form. */
export interface Security {
  /** This process's certificate, with those between it and its authority: as a server, and where a server asks. */
  tlsCert?: string;
  tlsKey?: string;
  /** As a server: callers must show a certificate of these authorities. */
  tlsClientCa?: string;
  /** As a client: servers are in TLS, with certificates of these authorities. */
  tlsCa?: string;
  /** As a client: servers are in TLS; without `tlsCa` with certificates that this machine trusts. */
  tls?: boolean;
  /** The name that servers' certificates bear, where it is not that of their address. */
  tlsServerName?: string;
  /** Plain text also beyond this machine. */
  insecure?: boolean;
}

/** The flags of `Security`, for whoever reads a command line; `securityOf` adds the environment. */
export const securityFlags = [
  ['--tls-cert <file>', 'certificate of this process (PEM), for clients and for servers that ask'],
  ['--tls-key <file>', 'its private key (PEM)'],
  ['--tls-client-ca <file>', 'as a server: clients must have a certificate of these authorities'],
  ['--tls-ca <file>', 'as a client: speak TLS to servers with a certificate of these authorities'],
  ['--tls', 'as a client: speak TLS to servers whose certificates this machine trusts'],
  ['--tls-server-name <name>', 'as a client: the name in their certificates, if not that of the address'],
  ['--insecure', 'plain text also beyond this machine, where the network itself is to be trusted'],
] as const;

/** What stands behind each of the flags, `--tls-cert` as ASSAY_TLS_CERT. */
export const securityEnv = (flags: string) =>
  `ASSAY_${flags.split(' ')[0]?.slice(2).replaceAll('-', '_').toUpperCase()}`;

/** Fills in what is not given from the environment. Error: `usage`. */
export function securityOf<T extends Security>(given: T, env: NodeJS.ProcessEnv = process.env): T {
  const filled: Security = { ...given };
  for (const [flags] of securityFlags) {
    const name = securityEnv(flags);
    const value = env[name];
    if (value === undefined || value === '') continue;
    const key = (flags.split(' ')[0] ?? '').slice(2).replace(/-./g, (dash) => dash[1]?.toUpperCase() ?? '');
    if (key === 'tls' || key === 'insecure') filled[key] ??= truthOf(name, value);
    else filled[key as 'tlsCert'] ??= value;
  }
  return filled as T;
}

function truthOf(name: string, value: string): boolean {
  if (/^(1|true|yes)$/i.test(value)) return true;
  if (/^(0|false|no)$/i.test(value)) return false;
  throw new AssayError('usage', `${name} is ${JSON.stringify(value)}, which is neither 1 nor 0.`);
}

/** Whether what is sent to (or listened for at) this host stays on this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (name === 'localhost' || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}

/**
 * What a server listens with.
 * Errors: `usage`, `bad_file`; `plain_text` where it would be in plain text beyond this machine.
 */
export function serverCredentials(host: string, security: Security, note?: Note): ServerCredentials {
  const { tlsCert, tlsKey, tlsClientCa, insecure } = security;
  checkPair(security);
  if (tlsCert !== undefined && tlsKey !== undefined) {
    const authorities = tlsClientCa === undefined ? undefined : authorityFiles(tlsClientCa, note);
    const provider = new FileProvider(authorities, identityFiles(tlsCert, tlsKey, note));
    return experimental.createCertificateProviderServerCredentials(
      provider,
      authorities === undefined ? null : provider,
      authorities !== undefined,
    );
  }
  if (tlsClientCa !== undefined) {
    throw new AssayError('usage', '--tls-client-ca asks for certificates of clients, but there is no TLS.', {
      mend: 'Give --tls-cert and --tls-key, too.',
    });
  }
  if (!insecure && !isLoopback(host)) {
    throw new AssayError(
      'plain_text',
      `Without TLS, whoever is on the way to ${host} could read and change everything.`,
      {
        mend: 'Give --tls-cert and --tls-key, listen on 127.0.0.1, or say --insecure where the network is trusted.',
      },
    );
  }
  return ServerCredentials.createInsecure();
}

function checkPair({ tlsCert, tlsKey }: Security): void {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return;
  throw new AssayError('usage', 'A certificate and its key come together.', {
    mend: 'Give both --tls-cert and --tls-key, or neither.',
  });
}

export interface DialerOptions extends Security {
  /** File whose first line is the token to show. */
  tokenFile?: string;
  /** The token itself; goes before the file. */
  token?: string;
  note?: Note;
}

/** What a channel is made with. */
export interface Dialed {
  credentials: ChannelCredentials;
  options: ClientOptions;
}

/**
 * What a client connects with, for all the servers of one kind that it calls. Files are read when it is made, and again
 * when they change: for connections made after that, and for calls.
 */
export class Dialer {
  readonly #insecure: boolean;
  readonly #tls: ChannelCredentials | undefined;
  readonly #serverName: string | undefined;
  readonly #token: (() => string) | undefined;

  /** Errors: `usage`, `bad_file`, `bad_token`. */
  constructor(options: DialerOptions = {}) {
    const { tls, tlsCa, tlsCert, tlsKey, tlsServerName, insecure = false, note } = options;
    checkPair(options);
    this.#insecure = insecure;
    this.#serverName = tlsServerName;
    this.#token = tokenOf(options);
    if (!tls && tlsCa === undefined) return;
    const authorities = tlsCa === undefined ? systemAuthorities() : authorityFiles(tlsCa, note);
    const identity =
      tlsCert === undefined || tlsKey === undefined ? undefined : identityFiles(tlsCert, tlsKey, note);
    const provider = new FileProvider(authorities, identity);
    this.#tls = experimental.createCertificateProviderChannelCredentials(
      provider,
      identity === undefined ? null : provider,
    );
  }

  /** As the environment says: ASSAY_TLS_…, and the token from ASSAY_TOKEN or the file ASSAY_TOKEN_FILE names. */
  static ofEnvironment(given: DialerOptions = {}, env: NodeJS.ProcessEnv = process.env): Dialer {
    const { ASSAY_TOKEN: token, ASSAY_TOKEN_FILE: tokenFile } = env;
    return new Dialer(
      securityOf({ ...(token && { token }), ...(tokenFile && { tokenFile }), ...given }, env),
    );
  }

  /** For verifiers: as `ofEnvironment`, but their token is in the file that ASSAY_VERIFIER_TOKEN_FILE names. */
  static ofVerifiers(given: DialerOptions = {}, env: NodeJS.ProcessEnv = process.env): Dialer {
    const { ASSAY_VERIFIER_TOKEN_FILE: tokenFile } = env;
    return new Dialer(securityOf({ ...(tokenFile && { tokenFile }), ...given }, env));
  }

  /**
   * For `host:port`; `name` is the host's, where the address is one that the name was resolved to.
   * Error: `plain_text`, where no TLS protects what goes beyond this machine.
   */
  dial(address: string, name?: string): Dialed {
    const options: ClientOptions = this.#token === undefined ? {} : { interceptors: [bearer(this.#token)] };
    if (this.#tls !== undefined) {
      const serverName = this.#serverName ?? name;
      if (serverName !== undefined) options['grpc.ssl_target_name_override'] = serverName;
      return { credentials: this.#tls, options };
    }
    if (!isLoopback(address.slice(0, Math.max(0, address.lastIndexOf(':'))))) {
      if (this.#token !== undefined) {
        throw new AssayError('plain_text', `A token is not sent to ${address} in plain text.`, {
          mend: 'Give --tls-ca FILE (or --tls): tokens leave this machine in TLS only.',
        });
      }
      if (!this.#insecure) {
        throw new AssayError('plain_text', `Nothing is sent to ${address} in plain text.`, {
          mend: 'Give --tls-ca FILE (or --tls), or say --insecure where the network is trusted.',
        });
      }
    }
    return { credentials: credentials.createInsecure(), options };
  }
}

function tokenOf({ token, tokenFile, note }: DialerOptions): (() => string) | undefined {
  if (token !== undefined) {
    checkToken(token, () => new AssayError('bad_token', `ASSAY_TOKEN holds no token: ${tokenForm}.`));
    return () => token;
  }
  if (tokenFile === undefined) return undefined;
  const read = () => {
    const [line = ''] = readCredential('the token in', tokenFile).toString('latin1').split(/\r?\n/, 1);
    checkToken(line, () => badFile('the token in', tokenFile, tokenForm));
    return line;
  };
  const file = new LiveFiles([tokenFile], read, note);
  return () => file.value;
}

const tokenForm = 'a token is 16 to 512 letters, digits or marks, in one line';

function checkToken(token: string, fault: () => Error): void {
  if (!/^[\x21-\x7e]{16,512}$/.test(token)) throw fault();
}

function bearer(token: () => string): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, listener, next) {
        metadata.set('authorization', `Bearer ${token()}`);
        next(metadata, listener);
      },
    });
}
