/** The isolate's side of the border. Runs where nothing of Node is. */
import { type Attach, attachName, type Batch, decode, type Run, runName, shared } from './messages.ts';

/** Judges one item: JSON. */
type Item = (item: string) => string;

/** Most heads whose preparation is kept, and their total length: what is prepared takes many times as much. */
const maxHeads = 64;
const maxHeadLength = 256 * 1024;

/**
 * Makes a script an isolate's. `prepare` reads what the items of a batch have in common, once for as many batches
 * as it is remembered. What either function throws is the item's fault, and the end of this isolate.
 */
export function serve(prepare: (head: string) => Item): void {
  let state: Int32Array = new Int32Array(shared.words);
  let text: Uint16Array = new Uint16Array(0);
  const heads = new Map<string, Item>();
  let headLength = 0;
  let judge: Item = String;
  let batches: readonly Batch[] = [];
  let batch = 0;
  let at = 0;
  /** Finished, but there was no room left for it. */
  let kept: string | undefined;

  const prepared = (head: string): Item => {
    const known = heads.get(head);
    if (known !== undefined) {
      // A Map iterates in the order of insertion: the first is the one unused for longest.
      heads.delete(head);
      heads.set(head, known);
      return known;
    }
    const made = prepare(head);
    heads.set(head, made);
    headLength += head.length;
    for (const old of heads.keys()) {
      if (heads.size <= maxHeads && headLength <= maxHeadLength) break;
      heads.delete(old);
      headLength -= old.length;
    }
    return made;
  };

  const attach: Attach = (buffer) => {
    state = new Int32Array(buffer, 0, shared.words);
    text = new Uint16Array(buffer, 4 * shared.words, shared.textUnits);
  };

  const run: Run = (work) => {
    if (work !== undefined) {
      batches = decode(work);
      [batch, at, kept] = [0, 0, undefined];
    }
    let written = 0;
    for (; batch < batches.length; batch++, at = 0) {
      const { head, items } = batches[batch] as Batch;
      const stop = shared.stops + batch;
      if (at === 0 && kept === undefined) {
        Atomics.store(state, shared.batch, batch);
        Atomics.store(state, shared.head, 1);
        if (Atomics.load(state, stop) === 0) judge = prepared(head);
        Atomics.store(state, shared.head, 0);
        Atomics.add(state, shared.steps, 1);
      }
      for (; at < items.length; at++) {
        const result = kept ?? (Atomics.load(state, stop) === 0 ? judge(items[at] as string) : 'null');
        const end = written + result.length + 1;
        if (end > text.length) {
          if (written === 0) throw new Error('a result that is too long');
          kept = result;
          return false;
        }
        kept = undefined;
        for (let from = 0; from < result.length; from++) text[written + from] = result.charCodeAt(from);
        text[end - 1] = 44; // ,
        written = end;
        Atomics.store(state, shared.written, written);
        Atomics.add(state, shared.steps, 1);
      }
    }
    batches = [];
    return true;
  };

  Object.defineProperty(globalThis, attachName, { value: attach });
  Object.defineProperty(globalThis, runName, { value: run });
}
