import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { describe, type TestContext, test } from 'node:test';
import {
  Dialer,
  problemDigest,
  type VerdictInit,
  VerifierConnection,
  type VerifyRequestInit,
} from '@assay/contract';
import { credentials, status } from '@grpc/grpc-js';
import { sleep, type Target } from './conformance/check.ts';
import { describe as describeAt, type Outcome, open, verify } from './conformance/client.ts';
import { healthOf } from './conformance/discovery.ts';
import type { VerifierDefinition } from './definition.ts';
import { type RunningVerifier, type ServeOptions, serveVerifier } from './server.ts';

const problem = { id: 'p', mathAnswer: { gold: '42' } };

function ask(texts: string[], more: Partial<VerifyRequestInit> = {}): VerifyRequestInit {
  return { problem, candidates: texts.map((text, index) => ({ index, text })), ...more };
}

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

/** Serves, and calls it; both end with the test. */
async function serve(
  t: TestContext,
  definition: Partial<VerifierDefinition>,
  options: ServeOptions = {},
): Promise<{ running: RunningVerifier; target: Target; gauge(name: string): Promise<number> }> {
  const running = await serveVerifier(
    { name: 'kit', version: '1', kinds: ['math_answer'], slots: 2, ...definition },
    { logLevel: 'silent', ...options },
  );
  const connection = new VerifierConnection(running.address, credentials.createInsecure());
  t.after(async () => {
    connection.close();
    await running.close();
  });
  return {
    running,
    target: {
      address: running.address,
      dialed: new Dialer().dial(running.address),
      connection,
      timeoutMs: 5000,
    } as Target,
    async gauge(name) {
      const text = await running.metrics();
      return Number(new RegExp(`^assay_verifier_${name} (.*)$`, 'm').exec(text)?.[1]);
    },
  };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return;
    await sleep(10);
  }
  assert.fail('did not come true within 2 s');
}

function brief({ verdicts }: Outcome): string[] {
  return verdicts
    .toSorted((a, b) => a.index - b.index)
    .map(({ status, reason, retryable }) => `${status} ${reason}${retryable ? ' retryable' : ''}`.trim());
}

const correct = { status: 'CORRECT' } as const;
const never = () => new Promise<never>(() => {});

test('what needs no token reads no more than a short question, and streams are counted', async (t) => {
  const { target } = await serve(t, { verify: () => correct });
  const session = connect(`http://${target.address}`);
  t.after(() => session.destroy());
  const stream = session.request({
    ...{ ':method': 'POST', ':path': '/grpc.health.v1.Health/Check' },
    ...{ 'content-type': 'application/grpc', te: 'trailers' },
  });
  stream.on('error', () => {});
  const long = Buffer.alloc(5);
  long.writeUInt32BE(60 * 1024 * 1024, 1);
  stream.write(long);
  const [headers] = await once(stream, 'response');
  assert.equal(Number(headers['grpc-status']), status.RESOURCE_EXHAUSTED);
  assert.equal(session.remoteSettings.maxConcurrentStreams, 1_024);
});

describe('verdicts', () => {
  test('come in the order in which they finish, each once', async (t) => {
    const { target } = await serve(t, {
      slots: 4,
      async verify(_problem, { text }) {
        await sleep(Number(text));
        return correct;
      },
    });
    const outcome = await verify(target, ask(['150', '5', '100', '50']));
    assert.deepEqual(
      outcome.verdicts.map(({ index }) => index),
      [1, 3, 2, 0],
    );
    assert.equal(outcome.code, 'OK');
  });

  test('that finish in one turn share a response', async (t) => {
    const { target } = await serve(t, {
      slots: 200,
      verify: (_problem, { index }) => (index % 2 ? correct : Promise.resolve(correct)),
    });
    const responses: number[] = [];
    const call = target.connection.verify(ask(times(128, '')));
    call.on('data', ({ verdicts }) => responses.push(verdicts.length));
    await new Promise((resolve) => call.on('end', resolve));
    assert.equal(
      responses.reduce((sum, size) => sum + size, 0),
      128,
    );
    assert.ok(responses.length <= 2, `${responses}`);
  });

  test('carry times, the function’s own first', async (t) => {
    const { target } = await serve(t, {
      slots: 1,
      async verify(_problem, { index }) {
        await sleep(30);
        return index === 1 ? { ...correct, times: { serviceUs: 7, cpuUs: 5 } } : correct;
      },
    });
    const { verdicts } = await verify(target, ask(['', '']));
    const [first, second] = verdicts.map((verdict) => verdict.times);
    assert.ok(first !== null && first !== undefined && first.serviceUs >= 25_000 && first.queueUs < 20_000);
    assert.equal(second?.serviceUs, 7);
    assert.equal(second?.cpuUs, 5);
    assert.ok((second?.queueUs ?? 0) >= 25_000);
  });

  test('of functions that throw are ERROR verifier_failure', async (t) => {
    const { target } = await serve(t, {
      verify(_problem, { text }) {
        if (text === 'now') throw new Error('two\n lines \ud800');
        return text === 'later' ? Promise.reject(new Error('later')) : correct;
      },
    });
    const outcome = await verify(target, ask(['now', 'later', 'fine']));
    assert.deepEqual(brief(outcome), [
      'ERROR verifier_failure retryable',
      'ERROR verifier_failure retryable',
      'CORRECT',
    ]);
    assert.equal(outcome.verdicts.find(({ index }) => index === 0)?.message, 'two lines \ufffd');
  });

  test('that break the contract become ERROR verifier_failure, not retryable', async (t) => {
    const bad: unknown[] = [
      { status: 'INCORRECT' },
      { status: 'CORRECT', score: Number.NaN },
      { status: 'SCORED', score: 1 },
      { status: 'VERDICT_STATUS_UNSPECIFIED' },
      { status: 'INCORRECT', reason: 'Not A Code' },
      {},
      undefined,
      { status: 'CORRECT', answer: 42 },
      { status: 'CORRECT', message: new Error('no text') },
      { status: 'CORRECT', answerClass: [] },
      { status: 'CORRECT', score: '1' },
      { status: 'INCORRECT', reason: 5 },
      { status: 'CORRECT', parts: 5 },
      { status: 'CORRECT', parts: [null] },
      { status: 'CORRECT', parts: [{ name: 5, status: 'CORRECT' }] },
    ];
    const { target } = await serve(t, { verify: (_problem, { index }) => bad[index] as VerdictInit });
    const outcome = await verify(target, ask(times(bad.length, '')));
    assert.deepEqual(brief(outcome), times(bad.length, 'ERROR verifier_failure'));
    assert.match(outcome.verdicts[2]?.message ?? '', /SCORED from a verifier that decides/);
  });

  test('of a scorer are SCORED or ERROR', async (t) => {
    const answers = [correct, { status: 3, score: 0.5 }, { status: 'ERROR', reason: 'undecided' }] as const;
    const { target } = await serve(t, {
      decides: false,
      verify: (_problem, { index }) => answers[index] ?? correct,
    });
    const outcome = await verify(target, ask(times(3, '')));
    assert.deepEqual(brief(outcome), ['ERROR verifier_failure', 'SCORED', 'ERROR undecided']);
  });

  test('that are large come in responses that clients read', async (t) => {
    const message = 'x'.repeat(400_000);
    const { target } = await serve(t, { verify: () => ({ ...correct, message }) });
    const outcome = await verify(target, ask(times(24, '')));
    assert.equal(outcome.code, 'OK', outcome.details);
    assert.equal(outcome.verdicts.length, 24);
  });

  test('wait for slow readers, and keep their room meanwhile', async (t) => {
    const message = 'x'.repeat(1 << 20);
    const { target, gauge } = await serve(t, { verify: async () => ({ ...correct, message }) });
    const call = target.connection.verify(ask(times(64, '')));
    let got = 0;
    call.on('data', ({ verdicts }) => {
      got += verdicts.length;
    });
    call.pause();
    t.after(() => call.cancel());
    await until(async () => (await gauge('candidates_total.*')) === 64);
    await sleep(50);
    const held = await gauge('in_flight_candidates');
    // What the sockets and the client buffer by themselves is written; most is not.
    assert.ok(held >= 16, `${held}`);
    call.resume();
    await new Promise((resolve) => call.on('end', resolve));
    assert.equal(got, 64);
    assert.equal(await gauge('in_flight_candidates'), 0);
  });
});

describe('limits', () => {
  test('slots hold over all calls', async (t) => {
    let now = 0;
    let most = 0;
    const { target } = await serve(t, {
      slots: 3,
      async verify() {
        most = Math.max(most, ++now);
        await sleep(2);
        now--;
        return correct;
      },
    });
    await Promise.all(times(4, ask(times(10, ''))).map((request) => verify(target, request)));
    assert.equal(most, 3);
  });

  test('slots of a batch verifier are batches', async (t) => {
    let now = 0;
    let most = 0;
    const { target } = await serve(t, {
      slots: 2,
      maxBatch: 4,
      async *verifyBatch(_problem, candidates) {
        most = Math.max(most, ++now);
        await sleep(5);
        now--;
        yield candidates.map(({ index }) => ({ index, ...correct }));
      },
    });
    const description = await describeAt(target.connection, 1000);
    assert.equal(description.slots, 8);
    const outcomes = await Promise.all(times(5, ask(times(3, ''))).map((request) => verify(target, request)));
    assert.ok(outcomes.every(({ code, verdicts }) => code === 'OK' && verdicts.length === 3));
    assert.equal(most, 2);
  });

  test('a slot takes several batches, where the function wants them', async (t) => {
    let now = 0;
    let most = 0;
    const { target } = await serve(t, {
      slots: 1,
      maxBatch: 4,
      batchesPerSlot: 3,
      async *verifyBatch(_problem, candidates) {
        most = Math.max(most, ++now);
        await sleep(50);
        now--;
        yield candidates.map(({ index }) => ({ index, ...correct, times: { serviceUs: 7 } }));
      },
    });
    const description = await describeAt(target.connection, 1000);
    assert.equal(description.slots, 4);
    const outcomes = await Promise.all(times(5, ask(times(2, ''))).map((request) => verify(target, request)));
    assert.equal(most, 3);
    for (const { times } of outcomes.flatMap(({ verdicts }) => verdicts)) {
      assert.equal(times?.serviceUs, 7);
      assert.ok((times?.queueUs ?? 0) >= 45_000, 'what is not service was waiting');
    }
  });

  test('a call over capacity is refused in whole', async (t) => {
    let judged = 0;
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { target } = await serve(t, {
      capacity: 10,
      maxBatch: 8,
      async verify() {
        judged++;
        await held;
        return correct;
      },
    });
    const first = open(target, ask(times(8, '')));
    await until(() => judged === 2);
    const refused = await verify(target, ask(times(3, '')));
    assert.deepEqual(
      [refused.code, refused.reason, refused.verdicts.length],
      ['RESOURCE_EXHAUSTED', 'full', 0],
    );
    const fits = open(target, ask(times(2, '')));
    finish();
    assert.equal((await first.outcome).code, 'OK');
    assert.equal((await fits.outcome).code, 'OK');
    assert.equal(judged, 10);
  });

  test('synchronous work lets others in', async (t) => {
    const { target } = await serve(t, {
      verify() {
        const end = performance.now() + 4;
        while (performance.now() < end);
        return correct;
      },
    });
    const call = open(target, ask(times(200, '')));
    let answered = 0;
    let over = false;
    call.outcome.then(() => {
      over = true;
    });
    while (!over) {
      await describeAt(target.connection, 1000);
      answered++;
    }
    assert.ok(answered > 10, `${answered} answers within one batch`);
    assert.equal((await call.outcome).verdicts.length, 200);
  });

  test('a candidate that takes too long is given up; its slot comes back when its function ends', async (t) => {
    let end = () => {};
    let reason: unknown;
    const { target, gauge } = await serve(t, {
      candidateTimeoutMs: 50,
      verify(_problem, { text }, { signal }) {
        if (text === 'quick') return correct;
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return new Promise((resolve) => {
          end = () => resolve(correct);
        });
      },
    });
    const outcome = await verify(target, ask(['slow', 'quick', 'quick']));
    assert.deepEqual(brief(outcome), ['ERROR verifier_timeout retryable', 'CORRECT', 'CORRECT']);
    assert.match(String(reason), /gave up after 50 ms/);
    assert.equal(await gauge('leaked_slots'), 1);
    assert.equal(await gauge('in_flight_candidates'), 0);
    end();
    await until(async () => (await gauge('leaked_slots')) === 0);
  });

  test('a verifier whose slots are all lost stops serving', async (t) => {
    let stuck = false;
    const { target } = await serve(
      t,
      { candidateTimeoutMs: 20, verify: never },
      { graceMs: 60, onStuck: () => (stuck = true) },
    );
    const outcome = await verify(target, ask(['', '']));
    assert.deepEqual(brief(outcome), times(2, 'ERROR verifier_timeout retryable'));
    assert.equal(await healthOf(target, ''), 'SERVING');
    await until(() => stuck);
    assert.equal(await healthOf(target, ''), 'NOT_SERVING');
  });
});

describe('batches', () => {
  const batch = (verifyBatch: VerifierDefinition['verifyBatch']) => ({ slots: 1, maxBatch: 8, verifyBatch });

  test('with unknown, doubled and missing verdicts answer each candidate once', async (t) => {
    const { target } = await serve(
      t,
      batch(async function* () {
        yield [{ index: 1, ...correct }];
        yield [
          { index: 1, status: 'INCORRECT', reason: 'wrong_answer' },
          { index: 77, ...correct },
        ];
      }),
    );
    const outcome = await verify(target, ask(['', '']));
    assert.deepEqual(brief(outcome), ['ERROR verifier_failure retryable', 'CORRECT']);
  });

  test('that throw keep what they had', async (t) => {
    const { target } = await serve(
      t,
      batch(async function* () {
        yield [{ index: 0, ...correct }];
        throw new Error('the worker died');
      }),
    );
    const outcome = await verify(target, ask(['', '', '']));
    assert.deepEqual(brief(outcome), ['CORRECT', ...times(2, 'ERROR verifier_failure retryable')]);
    assert.equal(outcome.verdicts.at(-1)?.message, 'the worker died');
  });

  test('are given up when nothing comes any more, not while something does', async (t) => {
    const { target, gauge } = await serve(t, {
      ...batch(async function* (_problem, candidates, { signal }) {
        for (const { index } of candidates.slice(0, 4)) {
          await sleep(40);
          yield [{ index, ...correct }];
        }
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      }),
      candidateTimeoutMs: 100,
    });
    const outcome = await verify(target, ask(times(5, '')));
    assert.deepEqual(brief(outcome), [...times(4, 'CORRECT'), 'ERROR verifier_timeout retryable']);
    await until(async () => (await gauge('leaked_slots')) === 0);
  });

  test('that are cancelled free their room when their function ends', async (t) => {
    let aborted = false;
    const { target, gauge } = await serve(
      t,
      batch(async function* (_problem, candidates, { signal }) {
        yield [{ index: 0, ...correct }];
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted = true;
        yield candidates.slice(1).map(({ index }) => ({ index, ...correct }));
      }),
    );
    const call = open(target, ask(times(8, '')));
    await call.first;
    assert.equal(await gauge('in_flight_candidates'), 7);
    call.cancel();
    await until(() => aborted);
    await until(async () => (await gauge('in_flight_candidates')) === 0);
  });
});

describe('calls that end early', () => {
  test('cancelled: what waits is dropped, what runs is told', async (t) => {
    const aborted: unknown[] = [];
    let started = 0;
    const { target, gauge } = await serve(t, {
      verify(_problem, _candidate, { signal }) {
        started++;
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(signal.reason);
            setTimeout(reject, 100, signal.reason);
          });
        });
      },
    });
    const call = open(target, ask(times(50, '')));
    await until(() => started === 2);
    assert.equal(await gauge('queued_candidates'), 48);
    call.cancel();
    await until(() => aborted.length === 2);
    assert.match(String(aborted[0]), /CANCELLED/);
    assert.equal(await gauge('queued_candidates'), 0);
    // What runs still takes room, until it really ends.
    assert.equal(await gauge('in_flight_candidates'), 2);
    await until(async () => (await gauge('in_flight_candidates')) === 0);
    assert.equal(started, 2);
  });

  test('past the deadline: the same', async (t) => {
    let reason: unknown;
    const { target, running } = await serve(t, {
      verify(_problem, _candidate, { signal }) {
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(signal.reason);
          });
        });
      },
    });
    const outcome = await verify(target, ask(['', '', '']), 100);
    assert.equal(outcome.code, 'DEADLINE_EXCEEDED');
    await until(() => reason !== undefined);
    await until(async () =>
      /calls_total\{code="(DEADLINE_EXCEEDED|CANCELLED)"\} 1/.test(await running.metrics()),
    );
  });
});

describe('problems', () => {
  test('that cannot be judged get ERROR bad_problem', async (t) => {
    const { target } = await serve(t, {
      verify: () => correct,
      checkProblem({ id }) {
        if (id === 'throws') throw new Error('cannot parse');
        return id === 'bad' ? 'the gold answer is empty' : undefined;
      },
    });
    for (const [id, message] of [
      ['bad', 'the gold answer is empty'],
      ['throws', 'cannot parse'],
    ]) {
      const outcome = await verify(target, ask(['', ''], { problem: { ...problem, id } }));
      assert.deepEqual(brief(outcome), times(2, 'ERROR bad_problem'));
      assert.equal(outcome.verdicts[0]?.message, message);
    }
    assert.deepEqual(brief(await verify(target, ask(['']))), ['CORRECT']);
  });

  test('are known by digest, and what is sent is what is judged', async (t) => {
    const seen: string[] = [];
    const { target } = await serve(t, {
      verify({ mathAnswer }, _candidate, { problemDigest: digest }) {
        seen.push(`${mathAnswer?.gold} ${digest}`);
        return correct;
      },
    });
    const digest = problemDigest(problem);
    await verify(target, ask([''], { problemDigest: digest }));
    await verify(target, ask([''], { problemDigest: digest, problem: null }));
    const other = { mathAnswer: { gold: '43' } };
    await verify(target, ask([''], { problemDigest: digest, problem: other }));
    assert.deepEqual(seen, [`42 ${digest}`, `42 ${digest}`, `43 ${problemDigest(other)}`]);
    // Nobody names another's problem.
    const poisoned = problemDigest({ mathAnswer: { gold: '44' } });
    await verify(target, ask([''], { problemDigest: poisoned, problem: other }));
    const { code, reason } = await verify(target, ask([''], { problemDigest: poisoned, problem: null }));
    assert.deepEqual([code, reason], ['FAILED_PRECONDITION', 'problem_unknown']);
    await verify(target, ask([''], { problemDigest: digest, problem: null }));
    assert.equal(seen.at(-1), `42 ${digest}`);
  });

  test('of custom kinds', async (t) => {
    const { target } = await serve(t, { kinds: ['mine'], verify: () => correct });
    const mine = await verify(target, ask([''], { problem: { custom: { kind: 'mine', json: '1' } } }));
    assert.equal(mine.code, 'OK');
    const other = await verify(target, ask([''], { problem: { custom: { kind: 'other' } } }));
    assert.deepEqual([other.code, other.reason], ['INVALID_ARGUMENT', 'bad_problem']);
    assert.match(other.details, /kind "other"; kit takes mine/);
  });
});

describe('life', () => {
  test('drains: what runs finishes, nothing new is taken', async (t) => {
    let started = 0;
    const events: string[] = [];
    const { target, running } = await serve(t, {
      async verify() {
        started++;
        await sleep(100);
        return correct;
      },
      async start(limits) {
        events.push(`start ${limits.slots}`);
      },
      async stop() {
        events.push('stop');
      },
    });
    const call = open(target, ask(times(4, '')));
    await until(() => started === 2);
    const drained = running.drain();
    const refused = await verify(target, ask(['']));
    assert.deepEqual([refused.code, refused.reason], ['UNAVAILABLE', 'draining']);
    assert.equal(await healthOf(target, 'assay.v1.Verifier'), 'NOT_SERVING');
    assert.equal((await describeAt(target.connection, 1000)).name, 'kit');
    const outcome = await call.outcome;
    assert.equal(outcome.code, 'OK');
    assert.equal(outcome.verdicts.length, 4);
    await drained;
    assert.deepEqual(events, ['start 2', 'stop']);
  });

  test('ends calls by force after the grace', async (t) => {
    const { target, running, gauge } = await serve(t, { verify: never }, { graceMs: 50 });
    const call = open(target, ask(['']));
    await until(async () => (await gauge('in_flight_candidates')) === 1);
    await assert.rejects(running.drain(), { code: 'drain_timeout' });
    const outcome = await call.outcome;
    assert.deepEqual([outcome.code, outcome.reason], ['UNAVAILABLE', 'draining']);
  });

  test('says that it is not fit while its definition says so, and takes calls all the same', async (t) => {
    let ill = true;
    const health = async () => {
      if (ill) throw new Error('the backend is down');
    };
    const { target, running } = await serve(
      t,
      { verify: () => correct, health },
      { healthMs: 5, metricsPort: 0 },
    );
    await until(async () => (await healthOf(target, '')) === 'NOT_SERVING');
    assert.equal((await fetch(`http://${running.metricsAddress}/healthz`)).status, 503);
    assert.deepEqual(brief(await verify(target, ask(['42']))), ['CORRECT']);
    ill = false;
    await until(async () => (await healthOf(target, 'assay.v1.Verifier')) === 'SERVING');
    await running.drain();
  });

  test('serves metrics and health over HTTP', async (t) => {
    const { target, running } = await serve(t, { verify: () => correct }, { metricsPort: 0 });
    await verify(target, ask(['a', 'b']));
    const text = await (await fetch(`http://${running.metricsAddress}/metrics`)).text();
    assert.match(text, /^assay_verifier_candidates_total\{status="CORRECT",reason=""\} 2$/m);
    assert.match(text, /^assay_verifier_service_seconds_count 2$/m);
    assert.match(text, /^assay_verifier_calls_total\{code="OK"\} 1$/m);
    assert.match(text, /^process_cpu_seconds_total /m);
    assert.equal((await fetch(`http://${running.metricsAddress}/healthz`)).status, 200);
    assert.equal((await fetch(`http://${running.metricsAddress}/`)).status, 404);
  });

  test('says which address is taken', async (t) => {
    const { running } = await serve(t, { verify: () => correct });
    const port = Number(running.address.split(':')[1]);
    const again = { name: 'kit', version: '1', kinds: ['math_answer'], verify: () => correct };
    await assert.rejects(serveVerifier(again, { port, logLevel: 'silent' }), { code: 'bind' });
    await assert.rejects(serveVerifier(again, { metricsPort: port, logLevel: 'silent' }), { code: 'bind' });
  });

  test('says what is wrong with a definition', async () => {
    const good = { name: 'kit', version: '1', kinds: ['math_answer'], verify: () => correct };
    const bad: [Partial<VerifierDefinition>, RegExp][] = [
      [{ name: 'Kit' }, /bad name/],
      [{ version: '' }, /empty version/],
      [{ kinds: [] }, /no kinds/],
      [{ kinds: ['Math'] }, /bad kind "Math"/],
      [{ slots: 0 }, /slots is 0/],
      [{ maxBatch: 1.5 }, /maxBatch is 1.5/],
      [{ capacity: 10 }, /capacity 10 is less than the 256/],
      [{ async *verifyBatch() {} }, /both given or both missing/],
      [{ batchesPerSlot: 0 }, /batchesPerSlot is 0/],
    ];
    for (const [change, message] of bad) {
      await assert.rejects(serveVerifier({ ...good, ...change }), { code: 'bad_definition', message });
    }
  });
});
