/** SIGINT and SIGTERM. */
import { AssayError } from '@assay/contract';
import { exitCodes } from './exit.ts';

type Signal = 'SIGINT' | 'SIGTERM';

export interface Interrupts {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** The exit code of that signal. */
  readonly exitCode: number;
  /** Hands the signals back. */
  dispose(): void;
}

/** From now on the first signal asks for a graceful end, and the second ends the process at once. */
export function catchInterrupts(): Interrupts {
  const aborter = new AbortController();
  let exitCode: number = exitCodes.failed;
  const onSignal = (name: Signal) => {
    if (aborter.signal.aborted) process.exit(exitCodes[name]);
    exitCode = exitCodes[name];
    aborter.abort(new AssayError('interrupted', `Stopped by ${name}.`));
  };
  const names: Signal[] = ['SIGINT', 'SIGTERM'];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: aborter.signal,
    get exitCode() {
      return exitCode;
    },
    dispose() {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
