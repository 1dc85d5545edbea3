/** A process that starts a REPL's stand-in on an endless proof, says its name, and waits to be killed. */
import { ReplProcess } from '../repl/process.ts';
import { named, scripted } from '../repl/testing/stand-in.ts';

const repl = await ReplProcess.start(named(scripted(), process.argv[2] ?? ''), {
  confine: process.argv[3] === 'confined',
});
void repl.ask({ cmd: '--! loop' }, 1000);
setInterval(() => {}, 1e6);
