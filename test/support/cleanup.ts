/** What a test leaves behind is taken away when it ends. */
import type { TestContext } from 'node:test';

type Undo = () => unknown;

const stacks = new WeakMap<TestContext, Undo[]>();

/** Runs when the test ends: the last one first, and each whatever becomes of the others (hooks of t.after do neither). */
export function defer(t: TestContext, undo: Undo): void {
  const known = stacks.get(t);
  if (known !== undefined) {
    known.push(undo);
    return;
  }
  const stack = [undo];
  stacks.set(t, stack);
  t.after(async () => {
    const failures: unknown[] = [];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      try {
        await next();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `cleaning up: ${failures.join('; ')}`);
  });
}

/** Aborts when the test ends: for what goes on beside its steps. */
export function endOf(t: TestContext): AbortSignal {
  const aborter = new AbortController();
  defer(t, () => aborter.abort());
  return aborter.signal;
}
