/**
 * Stands for a verifier's process in tests of the supervisor: listens, says that it is ready, and dies when whoever
 * connects sends `die`; answers `env` with the names in its environment. An argument makes it misbehave: `die-at-once`,
 * `silent` (never ready), `stubborn` (SIGTERM).
 */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  options: { host: { type: 'string' }, port: { type: 'string' }, 'exit-with-parent': { type: 'boolean' } },
  allowPositionals: true,
});

if (positionals.includes('die-at-once')) {
  process.stderr.write('no heart\n');
  process.exit(7);
}
if (values['exit-with-parent']) process.stdin.on('end', () => process.exit()).resume();
if (positionals.includes('silent')) await sleep(600_000);
if (positionals.includes('stubborn')) process.on('SIGTERM', () => {});

const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (data) => {
    if (String(data) === 'die') process.exit(9);
    socket.end(String(data) === 'env' ? JSON.stringify(Object.keys(process.env)) : String(process.pid));
  });
});
server.listen(Number(values.port), values.host, () => {
  const { port } = server.address() as { port: number };
  process.stdout.write(`${JSON.stringify({ ready: true, address: `${values.host}:${port}` })}\n`);
});
