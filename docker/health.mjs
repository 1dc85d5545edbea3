/**
 * Exits with 0 where what is at argv[2] says that it serves: a gRPC server (host:port), or the health of one over HTTP (a
 * URL). Needs no package. In TLS where this process's own environment names a certificate (ASSAY_TLS_CERT): it asks its own
 * container, so any certificate will do.
 */
import { readFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { connect } from 'node:http2';
import { get as getSecure } from 'node:https';

const { ASSAY_TLS_CERT: cert, ASSAY_TLS_KEY: key } = process.env;
const isSecure = Boolean(cert && key);
const tls = isSecure ? { cert: readFileSync(cert), key: readFileSync(key), rejectUnauthorized: false } : {};
const target = process.argv[2];
const isHttp = /^https?:/.test(target);
process.exitCode = (await (isHttp ? overHttp() : overGrpc())) ? 0 : 1;

function overHttp() {
  const get = isSecure ? getSecure : getPlain;
  const url = target.replace(/^https?/, isSecure ? 'https' : 'http');
  return new Promise((resolve, reject) => {
    get(url, tls, (response) => resolve(response.resume().statusCode === 200)).on('error', reject);
  });
}

async function overGrpc() {
  const session = connect(`${isSecure ? 'https' : 'http'}://${target}`, tls);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  // An empty HealthCheckRequest: uncompressed, of length 0.
  stream.end(Buffer.alloc(5));
  const response = Buffer.concat(await stream.toArray());
  session.close();
  // HealthCheckResponse { status: SERVING }
  return response.subarray(5).equals(Buffer.from([8, 1]));
}
