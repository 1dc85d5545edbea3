/**
 * A child process of the pool: one V8 isolate without any of Node in it, which runs in a thread of its own while
 * this thread watches it. Whatever goes wrong in the isolate costs the isolate, and this process where the isolate
 * does not end.
 */
import ivm from 'isolated-vm';
import {
  attachName,
  type Boot,
  type Fault,
  type FromChild,
  runName,
  shared,
  sharedBytes,
  type ToChild,
} from './messages.ts';

/** How often a busy isolate is looked at. */
const tickMs = 10;

/** Time for an isolate to end what it does: a native operation does not end before it is done. */
const disposeMs = 40;

/** Time for the item that runs when its batch is stopped. */
const stopMs = 30;

/** Resident bytes after a fault with which this process does not go on: what isolates took is not all given back. */
const maxResident = 176 * 1024 * 1024;

/** For each batch of the warm-up. */
const warmUpMs = 2_000;

const memory = new SharedArrayBuffer(sharedBytes);
const words = new Int32Array(memory, 0, shared.words);
const text = Buffer.from(memory, 4 * shared.words);

interface Inside {
  readonly isolate: ivm.Isolate;
  readonly run: ivm.Reference;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

let boot: () => Promise<Inside> = () => Promise.reject(new Error('no isolate'));
let inside: Inside;
let timeoutMs = 0;

function send(message: FromChild): void {
  process.send?.(message);
}

/** The isolates boot from a snapshot: the script is compiled and run once, not for each. */
async function prepare(given: Boot): Promise<void> {
  const snapshot = ivm.Isolate.createSnapshot([{ code: given.source, filename: 'inside.js' }]);
  timeoutMs = given.timeoutMs;
  const create = () => {
    const isolate = new ivm.Isolate({
      snapshot,
      memoryLimit: given.memoryMb,
      onCatastrophicError: (message) => {
        send({ results: results(), end: 'memory', ...place(), message });
        die();
      },
    });
    const { global } = isolate.createContextSync();
    const buffer = new ivm.ExternalCopy(memory).copyInto({ release: true });
    global.getSync(attachName, { reference: true }).applySync(undefined, [buffer]);
    return { isolate, run: global.getSync(runName, { reference: true }) };
  };
  boot = async () => {
    const warm = create();
    try {
      for (const work of given.warmUp) {
        words.fill(0);
        await warm.run.apply(undefined, [work], { timeout: warmUpMs });
      }
      return warm;
    } catch {
      // A cold one will do.
      if (!warm.isolate.isDisposed) warm.isolate.dispose();
      return create();
    }
  };
  inside = await boot();
}

let sent = 0;

/** What was written and not sent. */
function results(): string {
  const from = sent;
  const written = Atomics.load(words, shared.written);
  sent = written;
  return text.toString('utf16le', 2 * from, 2 * written);
}

/** Where the isolate is. */
function place(): { batch: number; at: 'head' | 'item' } {
  const at = Atomics.load(words, shared.head) === 1 ? 'head' : 'item';
  return { batch: Atomics.load(words, shared.batch), at };
}

/** Whether the batch that runs is to end. */
function stopping(): boolean {
  return Atomics.load(words, shared.stops + Atomics.load(words, shared.batch)) === 1;
}

async function judge(work: string): Promise<void> {
  words.fill(0);
  sent = 0;
  let given: string | undefined = work;
  for (;;) {
    const done = await watched(given);
    if (done) return send({ results: results(), end: 'done' });
    if (done === undefined) return;
    send({ results: results() });
    given = undefined;
    sent = 0;
    Atomics.store(words, shared.written, 0);
  }
}

/** Processor time that the isolate has had. */
function cpuMs(): number {
  return Number(inside.isolate.cpuTime) / 1e6;
}

/** Runs the isolate; undefined where it came to a fault, which has then been sent. */
async function watched(work: string | undefined): Promise<boolean | undefined> {
  const running = inside.run.apply(undefined, [work]).then(
    (done) => done === true,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const timedOut = Promise.withResolvers<undefined>();
  let steps = Atomics.load(words, shared.steps);
  let since = performance.now();
  let cpuSince = cpuMs();
  const look = () => {
    const now = performance.now();
    const seen = Atomics.load(words, shared.steps);
    if (seen !== steps) [steps, since, cpuSince] = [seen, now, cpuMs()];
    const left = since + (stopping() ? Math.min(stopMs, timeoutMs) : timeoutMs) - now;
    if (left <= 0) return timedOut.resolve(undefined);
    // Tells the parent that something is happening here, too.
    if (since === now) send({ results: results() });
    timer = setTimeout(look, Math.min(tickMs, Math.ceil(left)));
  };
  let timer = setTimeout(look, tickMs);
  const outcome = await Promise.race([running, timedOut.promise]);
  clearTimeout(timer);
  if (typeof outcome === 'boolean') return outcome;
  if (outcome === undefined) {
    const starved = cpuMs() - cpuSince < timeoutMs / 2;
    const why = starved ? ', for want of processor time' : '';
    await fault('timeout', `no result within ${timeoutMs} ms${why}`, running, starved);
  } else await fault(outcome.message.includes('memory') ? 'memory' : 'failure', outcome.message, running);
  return undefined;
}

/** Sends what is known, and only then cleans up: nobody is to wait for that. The isolate's state may be half written. */
async function fault(
  kind: Fault,
  message: string,
  running: Promise<unknown>,
  starved = false,
): Promise<void> {
  send({ results: results(), end: kind, ...place(), message, starved });
  if (!inside.isolate.isDisposed) inside.isolate.dispose();
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, disposeMs, 'late'));
  if ((await Promise.race([running, late])) === 'late') return die();
  if (process.memoryUsage.rss() > maxResident) return die();
  inside = await boot();
  send({ ready: true });
}

/** At once: an orderly exit would wait for the isolate's thread. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

process.on('message', (message: ToChild) => {
  if ('work' in message) void judge(utf8.decode(message.work));
  else if ('stop' in message) Atomics.store(words, shared.stops + message.stop, 1);
  else {
    void prepare(message).then(() => send({ ready: true }));
  }
});

// Rejections, too.
process.on('uncaughtException', (error) => {
  // Booting failed: a process without an isolate is of no use.
  process.send?.({ end: 'failure', message: String(error) } satisfies FromChild, () => process.exit(1));
});

// The parent says when it is over: it drains first where both get the signal of a terminal.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', die);
