/** Certificates, keys and authorities from files, for gRPC's connections on both sides. */
import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { experimental } from '@grpc/grpc-js';
import { badFile, LiveFiles, type Note, readCredential } from './credentials-files.ts';
import { messageOf } from './errors.ts';

type CaListener = experimental.CaCertificateUpdateListener;
type IdentityListener = experimental.IdentityCertificateUpdateListener;
type Authorities = experimental.CaCertificateUpdate;
interface Identity {
  certificate: Buffer;
  privateKey: Buffer;
}

/** A certificate with its key. Error: `bad_file`. */
export function identityFiles(cert: string, key: string, note?: Note): LiveFiles<Identity> {
  const read = () => {
    const identity = {
      certificate: readCredential('the certificate', cert),
      privateKey: readCredential('the private key', key),
    };
    checkCertificates('the certificate', cert, identity.certificate);
    try {
      createSecureContext({ cert: identity.certificate, key: identity.privateKey });
    } catch (cause) {
      // OpenSSL's words name no file and show nothing of the key.
      throw badFile(`the private key of ${cert},`, key, messageOf(cause), cause);
    }
    return identity;
  };
  return new LiveFiles([cert, key], read, note);
}

/** Certificates of authorities. Error: `bad_file`. */
export function authorityFiles(ca: string, note?: Note): LiveFiles<Authorities> {
  const read = () => {
    const caCertificate = readCredential('the authorities', ca);
    checkCertificates('the authorities', ca, caCertificate);
    return { caCertificate };
  };
  return new LiveFiles<Authorities>([ca], read, note);
}

/** Whom this machine trusts. */
export function systemAuthorities(): LiveFiles<Authorities> {
  const caCertificate = Buffer.from(getCACertificates('default').join('\n'));
  return new LiveFiles<Authorities>([], () => ({ caCertificate }));
}

function checkCertificates(what: string, file: string, pem: Buffer): void {
  const blocks = pem.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (blocks === null) throw badFile(what, file, 'there is no certificate in PEM form in it');
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch (cause) {
    throw badFile(what, file, messageOf(cause), cause);
  }
}

/** What gRPC asks for certificates, answered from files. */
export class FileProvider implements experimental.CertificateProvider {
  readonly #authorities: LiveFiles<Authorities> | undefined;
  readonly #identity: LiveFiles<Identity> | undefined;

  constructor(authorities?: LiveFiles<Authorities>, identity?: LiveFiles<Identity>) {
    this.#authorities = authorities;
    this.#identity = identity;
  }

  addCaCertificateListener(listener: CaListener): void {
    this.#authorities?.listen(listener);
    process.nextTick(listener, this.#authorities?.value ?? null);
  }

  removeCaCertificateListener(listener: CaListener): void {
    this.#authorities?.unlisten(listener);
  }

  addIdentityCertificateListener(listener: IdentityListener): void {
    this.#identity?.listen(listener);
    process.nextTick(listener, this.#identity?.value ?? null);
  }

  removeIdentityCertificateListener(listener: IdentityListener): void {
    this.#identity?.unlisten(listener);
  }
}
