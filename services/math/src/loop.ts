/** The isolate's side of the border. Runs where nothing of Node is. */
import { type Attach, attachName, type Batch, type Run, runName, shared } from './messages.ts';

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
  let items: readonly string[] = [];
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

  const run: Run = (batch) => {
    if (batch !== undefined) {
      const { head, items: given } = JSON.parse(batch) as Batch;
      [items, at, kept] = [given, 0, undefined];
      judge = prepared(head);
      Atomics.add(state, shared.steps, 1);
    }
    let written = 0;
    for (; at < items.length; at++) {
      if (Atomics.load(state, shared.stop) !== 0) return false;
      const result = kept ?? judge(items[at] as string);
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
    return true;
  };

  Object.defineProperty(globalThis, attachName, { value: attach });
  Object.defineProperty(globalThis, runName, { value: run });
}
