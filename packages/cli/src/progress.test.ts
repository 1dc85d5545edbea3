import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { formatDuration, formatProgress, ProgressLine, type ProgressState, secondsLeft } from './progress.ts';

const state: ProgressState = {
  problems: 3,
  submitted: 20_000,
  done: 12_345,
  judged: 8_000,
  shared: 4_345,
  stored: 0,
  skipped: 0,
  errors: 0,
  correct: 7_530,
  rate: 2_345.6,
};

describe('the progress line', () => {
  test('says what is done, how fast, and how it came out', () => {
    assert.equal(formatProgress(state), '12,345 of 20,000 verdicts · 2,346/s · 7,530 correct · 4,345 shared');
    const all = formatProgress({ ...state, errors: 2, stored: 1_000, skipped: 7 });
    assert.match(all, /· 2 errors · 4,345 shared · 1,000 stored before · 7 skipped$/);
  });

  test('says the share of the input and the time left where they are known', () => {
    const text = formatProgress({ ...state, rate: 100, input: { bytes: 5_000, total: 10_000 } });
    // 40,000 verdicts in all, 27,655 to go at 100/s.
    assert.match(text, /· input 50 % · 4:37 left$/);
    assert.doesNotMatch(formatProgress({ ...state, input: { bytes: 0, total: 0 } }), /input/);
    assert.match(formatProgress({ ...state, rate: 0, input: { bytes: 1, total: 2 } }), /input 50 %$/);
  });

  test('tells the time left from what is not read yet and what is not judged yet', () => {
    const left = (input: ProgressState['input'], rate = 100) => secondsLeft({ ...state, rate, input });
    assert.equal(left({ bytes: 10, total: 10 }), 76.55);
    assert.equal(left({ bytes: 5, total: 10 }), 276.55);
    assert.equal(left({ bytes: 12, total: 10 }), 76.55, 'a file that grew');
    assert.equal(left(undefined), undefined);
    assert.equal(left({ bytes: 0, total: 10 }), undefined);
    assert.equal(left({ bytes: 5, total: 10 }, 0), undefined);
  });

  test('formats durations', () => {
    const durations = [0, 7.4, 59.6, 83, 3_600, 7_384].map(formatDuration);
    assert.deepEqual(durations, ['0:00', '0:07', '1:00', '1:23', '1:00:00', '2:03:04']);
  });
});

describe('progress on a stream', () => {
  function open(options: { isTTY: boolean; columns?: number }) {
    const written: string[] = [];
    const stream = { ...options, write: (text: string) => written.push(text) };
    return { line: new ProgressLine(stream as unknown as NodeJS.WriteStream), written };
  }

  async function tick(ms: number) {
    mock.timers.tick(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }

  test('is one line that is rewritten on a terminal', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const { line, written } = open({ isTTY: true, columns: 30 });
    line.start(async () => state);
    await tick(200);
    await tick(200);
    const shown = '\r\x1b[2K12,345 of 20,000 verdicts · …';
    assert.deepEqual(written.splice(0), [shown, shown]);
    assert.equal(
      shown.length - '\r\x1b[2K'.length,
      29,
      'shorter than the terminal, so that it does not wrap',
    );
    line.note('a note');
    assert.deepEqual(written.splice(0), ['\r\x1b[2Ka note\n12,345 of 20,000 verdicts · …']);
    line.stop();
    assert.deepEqual(written.splice(0), ['\r\x1b[2K']);
    await tick(1_000);
    line.note('the end');
    assert.deepEqual(written, ['the end\n']);
  });

  test('is a plain line every five seconds in a pipe', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const { line, written } = open({ isTTY: false });
    line.start(async () => state);
    await tick(4_999);
    assert.deepEqual(written, []);
    await tick(1);
    assert.deepEqual(written.splice(0), [`${formatProgress(state)}\n`]);
    line.note('a note');
    line.stop();
    await tick(20_000);
    assert.deepEqual(written, ['a note\n']);
  });

  test('shows nothing before there is work, and outlives an orchestrator that does not answer', async (t) => {
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const { line, written } = open({ isTTY: false });
    const answers = [state, { ...state, submitted: 0 }, undefined, state];
    line.start(async () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error('no answer');
      return answer;
    });
    for (let i = 0; i < 3; i++) await tick(5_000);
    assert.equal(written.length, 1);
    line.stop();
  });
});
