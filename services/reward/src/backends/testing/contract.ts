/** What every backend must do: the same tests for each of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Backend, BackendError, type Item } from '../../types.ts';

export interface UnderTest {
  readonly backend: Backend;
  /** Logits of `conversations`, from elsewhere than the backend. One at least is below 0. */
  readonly golden: readonly number[];
  /** How far a score may lie from its golden number, and from itself in another batch. @default 0 */
  readonly tolerance?: number;
  /** After the backend was closed. */
  close?(): Promise<void>;
}

const item = (content: string, response: string): Item => ({
  messages: [{ role: 'user', content }],
  promptKey: content,
  response,
});

/** Three conversations, two of them to the same prompt. */
export const conversations: readonly Item[] = [
  item('How many legs has a spider?', 'A spider has eight legs.'),
  item('How many legs has a spider?', 'Six.'),
  item('Say hello in French.', 'Bonjour !'),
];

/** 64 items of 16 prompts, of unlike lengths. */
const many: readonly Item[] = Array.from({ length: 64 }, (_, i) =>
  item(`What is ${i % 16} squared?`, `It is ${'so '.repeat(i % 7)}${i}.`),
);

const never = new AbortController().signal;

/** `make` gives a backend of its own to each test. */
export function backendContract(name: string, make: () => Promise<UnderTest>): void {
  const testWith = (what: string, run: (it: UnderTest, near: Near) => Promise<void>) =>
    test(what, async () => {
      const it = await make();
      const near: Near = (actual, expected) => {
        assert.equal(actual.length, expected.length);
        for (const [i, logit] of expected.entries()) {
          const off = Math.abs((actual[i] as number) - logit);
          assert.ok(off <= (it.tolerance ?? 0), `score ${i} is ${actual[i]} instead of ${logit}`);
        }
      };
      try {
        await run(it, near);
      } finally {
        await it.backend.close();
        await it.close?.();
      }
    });

  describe(`${name} is a backend`, () => {
    testWith('scores equal the golden logits, a negative one too', async ({ backend, golden }, near) => {
      assert.ok(golden.some((logit) => logit < 0));
      near(await logits(backend, conversations), golden);
    });

    testWith('64 at once score as one by one', async ({ backend }, near) => {
      const together = await inRequests(backend, many);
      const alone: number[] = [];
      for (const one of many) alone.push(...(await logits(backend, [one])));
      near(together, alone);
      assert.ok(new Set(together).size > 32);
    });

    testWith('scores come in the order of the items', async ({ backend }, near) => {
      const forwards = await inRequests(backend, many);
      near(await inRequests(backend, many.toReversed()), forwards.toReversed());
    });

    testWith('no items, no scores', async ({ backend }) => {
      assert.deepEqual(await backend.score([], never), []);
    });

    testWith('it says what it is, the same each time', async ({ backend }) => {
      const identity = await backend.identify(never);
      assert.notEqual(identity.model, '');
      assert.notEqual(identity.engine, '');
      assert.deepEqual(await backend.identify(never), identity);
      await backend.health(never);
    });

    testWith('an aborted call gives no score and spoils none', async ({ backend, golden }, near) => {
      await backend.identify(never);
      const controller = new AbortController();
      const call = logits(backend, many.slice(0, backend.maxItems), controller.signal);
      controller.abort();
      await assert.rejects(call, (error) => error instanceof BackendError && error.fault === 'timeout');
      near(await logits(backend, conversations), golden);
    });
  });
}

type Near = (actual: readonly number[], expected: readonly number[]) => void;

async function logits(backend: Backend, items: readonly Item[], signal = never): Promise<number[]> {
  return (await backend.score(items, signal)).map(({ logit }) => logit);
}

/** In as few calls as the backend takes. */
async function inRequests(backend: Backend, items: readonly Item[]): Promise<number[]> {
  const all: number[] = [];
  for (let from = 0; from < items.length; from += backend.maxItems) {
    all.push(...(await logits(backend, items.slice(from, from + backend.maxItems))));
  }
  return all;
}
