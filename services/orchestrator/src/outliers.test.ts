import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AssayError, type VerifyResponse } from '@assay/contract';
import { ConductMeter } from './conduct.ts';
import { type Conduct, enoughVerdicts, oddities } from './outliers.ts';
import { each, type Script, verdictsOf } from './testing/scripted-verifier.ts';
import { scripted, site, texts, until } from './testing/site.ts';

const normal: Conduct = { verdicts: 200, errors: 2, correct: 60, serviceMs: 20 };
const judge = (...conducts: Partial<Conduct>[]) =>
  [...oddities(new Map(conducts.map((conduct, i) => [i, { ...normal, ...conduct }])))].map(
    ([i, { kind }]) => `${i} ${kind}`,
  );

describe('who is odd', () => {
  test('whose ERRORs or time are far off the others’, the worst first', () => {
    assert.deepEqual(judge({}, {}, {}), []);
    assert.deepEqual(judge({}, {}, { errors: 100 }), ['2 errors']);
    assert.deepEqual(judge({}, { errors: 80 }, {}, { errors: 150 }, {}, {}), ['3 errors', '1 errors']);
    assert.deepEqual(judge({}, { serviceMs: 200 }, {}), ['1 slow']);
    assert.deepEqual(judge({ serviceMs: 1 }, {}, {}), [], 'quick is no fault');
  });

  test('not where peers are few, samples are few, or everybody is as different', () => {
    assert.deepEqual(judge({}, { errors: 200 }), []);
    assert.deepEqual(judge({}, {}, { errors: 19, verdicts: 19 }), []);
    assert.deepEqual(judge({ errors: 150 }, { errors: 160 }, { errors: 170 }), []);
    assert.deepEqual(judge({ serviceMs: 1 }, { serviceMs: 10 }, { serviceMs: 100 }, { serviceMs: 400 }), []);
    assert.deepEqual(judge({ serviceMs: undefined }, { serviceMs: undefined }, { serviceMs: 1e9 }), []);
  });

  test('not who got problems that nobody can judge: their ERRORs are not the replica’s', () => {
    const meter = new ConductMeter();
    const verdict = { index: 0, message: '', answer: '', answerClass: '', parts: [], times: null };
    for (let i = 0; i < 100; i++) {
      meter.add({ ...verdict, status: 'ERROR', reason: 'bad_problem', retryable: false });
    }
    const { verdicts, errors } = meter.read(1);
    assert.equal(errors, 0);
    assert.ok(verdicts >= enoughVerdicts);
    meter.add({ ...verdict, status: 'ERROR', reason: 'verifier_failure', retryable: true });
    assert.equal(meter.read(1).errors, 1);
  });

  test('one that finds nothing CORRECT is named, where the others do', () => {
    assert.deepEqual(judge({}, { correct: 0 }, {}), ['1 suspect']);
    assert.deepEqual(judge({ correct: 2 }, { correct: 0 }, { correct: 3 }), []);
  });
});

const described = { slots: 1, maxBatch: 4, candidateTimeoutMs: 60_000 };
const good: Script = { describe: described, verify: each(() => 3) };
const erring = (share: () => number): Script => ({
  describe: described,
  verify: (call) => {
    const verdicts = verdictsOf(call).map((verdict, i) =>
      i / call.request.candidates.length < share()
        ? { index: verdict.index, status: 'ERROR', reason: 'verifier_failure', retryable: true }
        : verdict,
    );
    setTimeout(() => {
      call.write({ verdicts } as VerifyResponse);
      call.end();
    }, 3);
  },
});

/** Work until the run is cancelled. */
const endless = () => texts('', 1_000_000, { chunk: 200 });
const assayCode = (code: string) => (error: unknown) => error instanceof AssayError && error.code === code;

describe('one replica of four', () => {
  test('that answers ERROR gets nothing for a while, is named, and comes back on probation', async (t) => {
    let share = 1;
    const verifiers = await scripted(
      t,
      erring(() => share),
      good,
      good,
      good,
    );
    const [bad] = verifiers;
    assert.ok(bad);
    const { run, orchestrator } = await site(t, verifiers);
    const statusOf = async () => {
      const [status] = await orchestrator.listVerifiers();
      return status?.replicas.find(({ address }) => address === bad.address);
    };
    const running = assert.rejects(run('run', endless(), { maxAttempts: 50 }), assayCode('run_cancelled'));
    await until(async () => (await statusOf())?.state === 'EJECTED');
    const out = await statusOf();
    assert.ok((out?.faults.errors ?? 0) >= 1);
    assert.match(out?.lastFault ?? '', /^errors: ERROR for \d+ % of its last verdicts; its peers: 0 %$/);
    await until(async () => (await statusOf())?.state === 'READY');
    assert.equal((await statusOf())?.window, 1, 'on probation');
    share = 0;
    await until(async () => ((await statusOf())?.window ?? 0) > 1);
    await orchestrator.cancelRun('run');
    await running;
  });

  test('that is far slower gets one at a time, after the others, until it is not', async (t) => {
    let ms = 120;
    const verifiers = await scripted(
      t,
      { describe: { ...described, slots: 2 }, verify: each(() => ms) },
      good,
      good,
      good,
    );
    const [slow] = verifiers;
    assert.ok(slow);
    const { run, orchestrator } = await site(t, verifiers, { targetBatchMs: 20 });
    const statusOf = async () => {
      const [status] = await orchestrator.listVerifiers();
      return status?.replicas.find(({ address }) => address === slow.address);
    };
    const running = assert.rejects(run('run', endless()), assayCode('run_cancelled'));
    await until(async () => ((await statusOf())?.faults.slow ?? 0) > 0);
    assert.equal((await statusOf())?.window, 1);
    assert.match((await statusOf())?.lastFault ?? '', /^slow: [\d.]+ ms a candidate; its peers: [\d.]+ ms$/);
    ms = 3;
    await until(async () => ((await statusOf())?.window ?? 0) > 1);
    await orchestrator.cancelRun('run');
    await running;
  });

  test('most of them odd: nobody is taken out', async (t) => {
    const bad = erring(() => 0.9);
    const verifiers = await scripted(t, bad, bad, bad);
    const { run, orchestrator } = await site(t, verifiers);
    await run('run', texts('', 300), { maxAttempts: 1 });
    const [status] = await orchestrator.listVerifiers();
    for (const { faults } of status?.replicas ?? []) assert.equal(faults.errors, undefined);
  });
});
