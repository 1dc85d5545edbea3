// The stand-in as a process, for tests of the command: takes its options as JSON, and says where it listens.
import { type StandInOptions, startStandIn } from './server.ts';

const { url } = await startStandIn(JSON.parse(process.argv[2] ?? '{}') as StandInOptions);
process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
// The parent is gone when its pipe is.
process.stdin.on('end', () => process.exit()).resume();
