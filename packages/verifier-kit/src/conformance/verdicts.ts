/** Every candidate once, with a verdict that keeps the contract. */
import { type Candidate, type Verdict, verdictFault } from '@assay/contract';
import { failed, type Group, skipped, type Target } from './check.ts';
import { candidates, complete, ended, giveOne, problem, request, verify } from './client.ts';

/** Room for the problem and the framing beside a text that is as large as a request may be. */
const spareBytes = 64 << 10;

/** Scores of one candidate in batches of other sizes may differ by rounding. */
const scoreTolerance = 1e-2;

function difference(one: Verdict, other: Verdict): string | undefined {
  for (const field of ['status', 'reason', 'answer', 'answerClass'] as const) {
    if (one[field] !== other[field]) {
      return `${field} ${JSON.stringify(one[field])} and ${JSON.stringify(other[field])}`;
    }
  }
  const [a, b] = [one.score ?? 0, other.score ?? 0];
  const apart = Math.abs(a - b) > scoreTolerance * Math.max(1, Math.abs(a));
  return apart ? `scores ${a} and ${b}` : undefined;
}

/** Fails where a verdict is another than the one that its candidate had before. */
function compare(seen: Map<number, Verdict>, verdicts: readonly Verdict[]): void {
  for (const verdict of verdicts) {
    const earlier = seen.get(verdict.index) ?? verdict;
    seen.set(verdict.index, verdict);
    // An ERROR that may pass says nothing of the candidate.
    if (earlier.retryable || verdict.retryable) continue;
    // Nor does one that stays; which of several faults it names may be a matter of time.
    if (earlier.status === 'ERROR' && verdict.status === 'ERROR') continue;
    const differs = difference(earlier, verdict);
    if (differs !== undefined) failed('the same verdict of the same candidate', differs);
  }
}

/** Each sample once, as far as a batch holds them. */
function samples(target: Target): Candidate[] {
  return candidates(target, Math.min(target.texts.length, target.describe.maxBatch));
}

/** By how much clocks of two processes may differ over a call. */
const clockUs = 50_000;

const texts: Record<string, string> = {
  'text-empty': '',
  'text-nul': 'a\0b\0',
  'text-emoji': '\u{1F9EE} \u{1D7D2}\u0301 \u202E42',
  'text-of-1-mib': 'lorem 42 \\boxed{'.repeat(1 << 16),
};

/** The check whether any candidate of the problem is judged; where it is skipped, all that depends on it is, too. */
export const judgedCheck = 'judged';

export const verdicts: Group = {
  name: 'verdicts',
  needsJudging: true,
  checks: [
    {
      name: judgedCheck,
      always: true,
      async run(target) {
        problem(target);
        if (target.unjudged === undefined) return 'not every verdict is ERROR';
        const { why, madeUp } = target.unjudged;
        if (madeUp) skipped(`${why}; ${giveOne}`);
        return failed('a verdict other than ERROR of some candidate', why);
      },
    },
    {
      name: 'one-candidate',
      async run(target) {
        const asked = candidates(target, 1, 7);
        const outcome = await verify(target, request(target, asked));
        complete(outcome, asked, 'one candidate');
        const [verdict] = outcome.verdicts;
        return `${verdict?.status} ${verdict?.reason}`.trim();
      },
    },
    {
      name: 'full-batch',
      async run(target) {
        const { affordable, describe } = target;
        const asked = candidates(target, affordable);
        const start = performance.now();
        const outcome = await verify(target, request(target, asked));
        complete(outcome, asked, `a batch of ${affordable}`);
        if (outcome.empty > 0) failed('at least one verdict in every response', 'a response without');
        const took = `${affordable} candidates in ${Math.round(performance.now() - start)} ms`;
        return affordable < describe.maxBatch ? `${took}; max_batch would outlast the timeout` : took;
      },
    },
    {
      name: 'sparse-indexes',
      async run(target) {
        const asked: Candidate[] = [4294967295, 0, 65536].map((index) => ({
          index,
          text: target.texts[0] ?? '',
          tokens: 0,
        }));
        const few = asked.slice(0, target.describe.maxBatch);
        complete(await verify(target, request(target, few)), few, 'a batch of indexes far apart');
        return 'index 4294967295 and 0';
      },
    },
    {
      name: 'valid-verdicts',
      async run(target) {
        const { decides } = target.describe;
        const outcome = await verify(target, request(target, samples(target)));
        ended(outcome, 'a batch of the samples');
        for (const verdict of outcome.verdicts) {
          const fault = verdictFault(verdict);
          if (fault !== undefined) failed('verdicts that keep the contract', fault);
          const { status, message } = verdict;
          if (status !== 'ERROR' && (status === 'SCORED') === decides) {
            failed(decides ? 'CORRECT or INCORRECT (decides)' : 'SCORED (does not decide)', status);
          }
          if (/[\r\n]/.test(message)) failed('a message of one line', JSON.stringify(message));
        }
        return outcome.verdicts.map(({ status, reason }) => `${status} ${reason}`.trim()).join(', ');
      },
    },
    {
      name: 'repeatable',
      async run(target) {
        const seen = new Map<number, Verdict>();
        for (let call = 0; call < 2; call++) {
          const outcome = await verify(target, request(target, samples(target)));
          ended(outcome, 'a batch of the samples');
          compare(seen, outcome.verdicts);
        }
        return `${seen.size} candidates twice`;
      },
    },
    {
      name: 'retryable',
      async run(target) {
        const outcome = await verify(target, request(target, samples(target)));
        ended(outcome, 'a batch of the samples');
        const odd = outcome.verdicts.find(({ status, retryable }) => retryable && status !== 'ERROR');
        if (odd !== undefined) failed('retryable with ERROR alone', `retryable with ${odd.status}`);
        return 'with ERROR alone';
      },
    },
    {
      name: 'times',
      async run(target) {
        const since = performance.now();
        const outcome = await verify(target, request(target, samples(target)));
        ended(outcome, 'a batch of the samples');
        const most = 1000 * (performance.now() - since) + clockUs;
        for (const { index, times } of outcome.verdicts) {
          const { queueUs = 0, serviceUs = 0 } = times ?? {};
          if (queueUs + serviceUs > most) {
            const told = `queue_us ${queueUs} and service_us ${serviceUs} of index ${index}`;
            failed(`no more than the call's ${Math.round(most)} µs`, told);
          }
        }
        return 'within the time of the call';
      },
    },
    {
      name: 'same-at-once',
      async run(target) {
        const size = Math.max(1, Math.min(target.texts.length, Math.floor(target.describe.capacity / 4)));
        const asked = candidates(target, Math.min(size, target.affordable));
        const calls = [0, 1, 2].map(() => verify(target, request(target, asked)));
        const seen = new Map<number, Verdict>();
        for (const outcome of await Promise.all(calls)) {
          complete(outcome, asked, 'each of three calls at once');
          compare(seen, outcome.verdicts);
        }
        return `${seen.size} candidates, three times at once`;
      },
    },
    ...Object.entries(texts).map(([name, text]) => ({
      name,
      async run(target: Parameters<Group['checks'][number]['run']>[0]) {
        if (text.length + spareBytes > target.describe.maxMessageBytes)
          skipped('larger than max_message_bytes');
        const asked = [{ index: 0, text, tokens: 0 }];
        const outcome = await verify(target, request(target, asked));
        complete(outcome, asked, `a text of ${text.length} characters`);
        return `${outcome.verdicts[0]?.status} ${outcome.verdicts[0]?.reason}`.trim();
      },
    })),
  ],
};
