/**
 * A child process of the pool: holds one V8 isolate without any of Node in it and answers one batch after the other.
 * Whatever goes wrong in the isolate costs the isolate; whatever goes wrong with the isolate costs this process.
 */
import ivm from 'isolated-vm';
import { type Answer, type Boot, entryName } from './messages.ts';

type Judge = (json: string) => Answer;

/** The isolates boot from a snapshot: the script is compiled and run once, not for each. */
function prepare({ source, memoryMb, timeoutMs }: Boot): Judge {
  const snapshot = ivm.Isolate.createSnapshot([{ code: source, filename: 'inside.js' }]);
  const boot = () => {
    const isolate = new ivm.Isolate({ snapshot, memoryLimit: memoryMb });
    return { isolate, call: isolate.createContextSync().global.getSync(entryName, { reference: true }) };
  };
  let current = boot();
  return (json) => {
    try {
      // Relative to this call: one deadline shared by many calls brings isolated-vm down.
      return { json: current.call.applySync(undefined, [json], { timeout: timeoutMs }) as string };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // Its state may be half written.
      if (!current.isolate.isDisposed) current.isolate.dispose();
      current = boot();
      return { failure: message.includes('timed out') ? 'timeout' : 'failure', message };
    }
  };
}

let judge: Judge = () => ({ failure: 'failure', message: 'no isolate' });

process.on('message', (message: Boot | string) => {
  if (typeof message === 'string') return process.send?.(judge(message));
  try {
    judge = prepare(message);
    return process.send?.({});
  } catch (error) {
    return process.send?.({ failure: 'failure', message: String(error) } satisfies Answer);
  }
});

// The parent says when it is over: it drains first where both get the signal of a terminal.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit());
