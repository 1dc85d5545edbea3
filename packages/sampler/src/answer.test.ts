import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAnswer } from './answer.ts';
import { RequestFault, statusFault } from './fault.ts';

const read = (body: unknown, asked = 2, api: 'completions' | 'chat' = 'completions') =>
  readAnswer(typeof body === 'string' ? body : JSON.stringify(body), api, asked);

const choice = (index: number, text: string, more = {}) => ({ index, text, finish_reason: 'stop', ...more });

describe('an answer', () => {
  test('gives each place once, in order, and no more than was asked for', () => {
    const choices = [choice(1, 'b'), choice(0, 'a'), choice(1, 'again'), choice(5, 'surplus')];
    const answer = read({ choices, usage: { prompt_tokens: 7, completion_tokens: 12 } });
    assert.deepEqual(
      answer.choices.map(({ place, text }) => [place, text]),
      [
        [0, 'a'],
        [1, 'b'],
      ],
    );
    assert.deepEqual([answer.promptTokens, answer.tokens, answer.made], [7, 12, 4]);
    assert.ok(
      answer.choices.every(({ tokens }) => tokens === undefined),
      'the sum is of no one choice',
    );
  });

  test('without indices goes by the order', () => {
    const answer = read({ choices: [{ text: 'a' }, { text: 'b', finish_reason: 'length' }] });
    assert.deepEqual(
      answer.choices.map(({ place, finishReason }) => [place, finishReason]),
      [
        [0, ''],
        [1, 'length'],
      ],
    );
  });

  test('leaves out what the server gave up', () => {
    const answer = read({ choices: [choice(0, 'hal', { finish_reason: 'abort' }), choice(1, 'b')] });
    assert.deepEqual(
      answer.choices.map(({ text }) => text),
      ['b'],
    );
  });

  test('takes no number of tokens that cannot be one', () => {
    for (const lie of [-1, 0.5, 2 ** 32, 1e300, '7', null, Number.NaN, [3], {}]) {
      const answer = read({
        choices: [choice(0, 'a')],
        usage: { prompt_tokens: lie, completion_tokens: lie },
      });
      assert.deepEqual(
        [answer.promptTokens, answer.tokens, answer.choices[0]?.tokens],
        Array(3).fill(undefined),
      );
    }
  });

  test('counts tokens of one choice, or by its log probabilities', () => {
    assert.equal(read({ choices: [choice(0, 'a')], usage: { completion_tokens: 3 } }).choices[0]?.tokens, 3);
    const logprobs = { tokens: ['a', 'b'] };
    const both = [choice(0, 'ab', { logprobs }), choice(1, 'c', { logprobs: { content: [{}] } })];
    assert.deepEqual(
      read({ choices: both, usage: { completion_tokens: 3 } }).choices.map(({ tokens }) => tokens),
      [2, 1],
    );
  });

  test('of a chat model that only thought is empty', () => {
    const message = { role: 'assistant', content: null, reasoning_content: 'hm' };
    const answer = read({ choices: [{ index: 0, message, finish_reason: 'length' }] }, 1, 'chat');
    assert.deepEqual(answer.choices[0]?.text, '');
  });

  test('that is none may be asked for again', () => {
    const bad = [
      '',
      '{"choices": [{"te',
      'null',
      '[]',
      '{}',
      { error: { message: 'busy' } },
      { choices: [] },
    ];
    for (const body of [
      ...bad,
      { choices: [{ index: 0, text: 5 }] },
      { choices: [null] },
      { choices: [choice(9, 'x')] },
    ]) {
      assert.throws(
        () => read(body),
        (error) => error instanceof RequestFault && error.kind === 'retry',
      );
    }
  });
});

test('a status says whether to ask again, to leave the problem, or to end', () => {
  const kind = (status: number, body = '') => {
    const fault = statusFault(status, body, {}, 'said');
    return fault instanceof RequestFault
      ? `${fault.kind}${fault.overloaded ? ' overloaded' : ''}`
      : fault.code;
  };
  const kinds = [408, 429, 500, 502, 503, 504].map((status) => kind(status));
  assert.deepEqual(kinds, ['retry', 'retry overloaded', 'retry', 'retry', 'retry overloaded', 'retry']);
  for (const status of [301, 400, 401, 403, 404, 405, 422, 501]) assert.equal(kind(status), 'server_refused');
  for (const words of [
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
    "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
    'the request exceeds the available context size. try increasing the context size',
    '{"error":{"code":"context_length_exceeded"}}',
  ]) {
    assert.equal(kind(400, words), 'prompt');
  }
  const after = (header: string) =>
    (statusFault(429, '', { 'retry-after': header }, '') as RequestFault).waitMs;
  assert.deepEqual([after('3'), after('Wed, 01 Jan 2020 00:00:00 GMT'), after('soon')], [3000, 0, undefined]);
});
