/** Exits with 0 where the gRPC server at argv[2] (host:port) says that it serves. Needs no package. */
import { connect } from 'node:http2';

const session = connect(`http://${process.argv[2]}`);
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
process.exitCode = response.subarray(5).equals(Buffer.from([8, 1])) ? 0 : 1;
