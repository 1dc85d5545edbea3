import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import type { Backend, BackendFault, Item } from '../types.ts';
import { type OnnxOptions, onnxBackend } from './onnx.ts';
import { Session } from './onnx-session.ts';
import { encoder, folderOf, graph, logitOf, padId, vocabulary, withNodes } from './testing/classifier.ts';
import { type Graph, onnxModel } from './testing/onnx-model.ts';

const timeoutMs = 60_000;
const soon = () => AbortSignal.timeout(timeoutMs);

function itemOf(response: string, prompt = 'What?'): Item {
  return { messages: [{ role: 'user', content: prompt }], promptKey: prompt, response };
}

function open(t: TestContext, folder: string, options: Partial<OnnxOptions> = {}): Backend {
  const backend = onnxBackend({ folder, encoder, threads: 1, ...options });
  t.after(() => backend.close());
  return backend;
}

function opened(t: TestContext, model: Graph, files: Parameters<typeof folderOf>[1] = {}): Backend {
  return open(t, folderOf(t, { 'model.onnx': onnxModel(model), ...files }));
}

function fails(promise: Promise<unknown>, fault: BackendFault, message: RegExp): Promise<void> {
  return assert.rejects(promise, { name: 'BackendError', fault, message });
}

/** Relative to the size of the score: what float32 sums in another order may differ by. */
function near(actual: number | undefined, expected: number, tolerance = 1e-5): void {
  const difference = Math.abs((actual ?? Number.NaN) - expected);
  assert.ok(difference <= tolerance * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);
}

describe('scores', { timeout: timeoutMs }, () => {
  test('are logits, in the order of the items', async (t) => {
    const backend = open(t, folderOf(t));
    const items = ['a long response, the longest', '', 'b', 'four'].map((text) => itemOf(text));
    const scores = await backend.score(items, soon());
    scores.forEach(({ logit, tokens, truncated }, i) => {
      near(logit, logitOf(items[i] as Item));
      assert.equal(tokens, encoder.encode(items[i] as Item).ids.length);
      assert.equal(truncated, 0);
    });
    assert.deepEqual(await backend.score([], soon()), []);
  });

  test('are the same alone and in any batch', async (t) => {
    const backend = open(t, folderOf(t), { batchTokens: 60 });
    const texts = fc.array(fc.string({ maxLength: 80 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(texts, async (responses) => {
        const items = responses.map((response) => itemOf(response));
        const together = await backend.score(items, soon());
        for (const [i, item] of items.entries()) {
          const [alone] = await backend.score([item], soon());
          near(together[i]?.logit, alone?.logit as number);
          near(together[i]?.logit, logitOf(item));
        }
      }),
      { numRuns: 25 },
    );
  });

  test('are so, too, where padding or company changes what the model says', async (t) => {
    const unmasked = withNodes({ op: 'Identity', inputs: ['typed'], outputs: ['shown'] });
    // The mean over all rows takes part in each, as scales do in dynamic quantisation.
    const company: Graph = {
      ...withNodes(
        { op: 'ReduceSum', inputs: ['shown', 'tokens'], outputs: ['sum'], ints: { keepdims: 1 } },
        { op: 'ReduceMean', inputs: ['sum'], outputs: ['mean'], ints: { keepdims: 1 } },
        { op: 'Add', inputs: ['sum', 'mean'], outputs: ['logits'] },
      ),
    };
    for (const [model, factor] of [
      [unmasked, 1],
      [company, 2],
    ] as const) {
      const backend = opened(t, model);
      const items = ['a', 'bcd', 'a much longer response'].map((text) => itemOf(text));
      const scores = await backend.score(items, soon());
      scores.forEach(({ logit }, i) => {
        near(logit, factor * logitOf(items[i] as Item));
      });
    }
  });

  test('come of batches of as many tokens as are allowed, of like length', async (t) => {
    // A graph that tells how many rows there were: the logit is that number, less two, where it is more.
    const counts: Graph = {
      ...withNodes({ op: 'Relu', inputs: ['more'], outputs: ['logits'] }),
      constants: {
        ...graph.constants,
        first: { shape: [1], data: BigInt64Array.of(0n) },
        two: { shape: [], data: Float32Array.of(2) },
      },
    };
    const nodes: Graph['nodes'] = [
      { op: 'Shape', inputs: ['input_ids'], outputs: ['shape'] },
      { op: 'Gather', inputs: ['shape', 'first'], outputs: ['count'] },
      { op: 'Cast', inputs: ['count'], outputs: ['rows'], ints: { to: 1 } },
      { op: 'Mul', inputs: ['shown', 'zero'], outputs: ['nothing'] },
      { op: 'ReduceSum', inputs: ['nothing', 'tokens'], outputs: ['zeros'], ints: { keepdims: 1 } },
      { op: 'Add', inputs: ['zeros', 'rows'], outputs: ['all'] },
      { op: 'Sub', inputs: ['all', 'two'], outputs: ['more'] },
    ];
    const model: Graph = {
      ...counts,
      constants: { ...counts.constants, zero: { shape: [], data: Float32Array.of(0) } },
      nodes: [...counts.nodes.slice(0, -1), ...nodes, ...counts.nodes.slice(-1)],
    };
    const folder = folderOf(t, { 'model.onnx': onnxModel(model) });
    const rowsOf = async (batchTokens: number, lengths: number[]) => {
      const items = lengths.map((length) => itemOf('x'.repeat(length - 'What?'.length)));
      const scores = await open(t, folder, { batchTokens }).score(items, soon());
      return scores.map(({ logit }) => logit + 2);
    };
    assert.deepEqual(await rowsOf(1000, [10, 20, 10, 10, 10]), [5, 5, 5, 5, 5]);
    // The long one is a batch of its own, of which the graph tells two at least.
    assert.deepEqual(await rowsOf(40, [10, 60, 10, 10, 10]), [4, 2, 4, 4, 4]);
    assert.deepEqual(await rowsOf(30, [10, 10, 10, 10]), [3, 3, 3, 2]);
  });

  test('need no padding token where items are equally long', async (t) => {
    // A graph that gives every row the wrong score unless all of its tokens are real.
    const strict = withNodes(
      { op: 'ReduceMin', inputs: ['mask'], outputs: ['all'], ints: { keepdims: 0 } },
      { op: 'Div', inputs: ['typed', 'all'], outputs: ['shown'] },
    );
    const backend = opened(t, strict, { 'tokenizer_config.json': '{}' });
    const items = ['ab', 'cde', 'fg', 'h'].map((text) => itemOf(text));
    const scores = await backend.score(items, soon());
    scores.forEach(({ logit }, i) => {
      near(logit, logitOf(items[i] as Item));
    });
  });

  test('of a model that takes one row at a time', async (t) => {
    const one = graph.inputs.map(([name, type]) => [name, type, [1, 'tokens']] as const);
    const backend = opened(t, { ...graph, inputs: one, outputs: [['logits', 'float', [1, 1]]] });
    const items = [itemOf('a'), itemOf('bc')];
    const scores = await backend.score(items, soon());
    near(scores[1]?.logit, logitOf(items[1] as Item));
  });

  test('pad with the model’s own id before the tokenizer’s', async (t) => {
    // As decoders do: what has the id of padding is not read, whatever the mask says.
    const pads = (id: bigint): Graph => ({
      ...withNodes(
        { op: 'Equal', inputs: ['input_ids', 'pad'], outputs: ['is_pad'] },
        { op: 'Not', inputs: ['is_pad'], outputs: ['is_real'] },
        { op: 'Cast', inputs: ['is_real'], outputs: ['mask'], ints: { to: 1 } },
        { op: 'Cast', inputs: ['attention_mask'], outputs: ['unused'], ints: { to: 1 } },
      ),
      constants: { ...graph.constants, pad: { shape: [], data: BigInt64Array.of(id) } },
    });
    const ordered = (model: Graph): Graph => ({
      ...model,
      nodes: [...model.nodes.slice(-4), ...model.nodes.slice(0, -4)],
    });
    const items = ['xy', 'longer'].map((text) => itemOf(text));
    for (const [id, files] of [
      [BigInt(padId), {}],
      [9n, { 'config.json': '{"pad_token_id": 9}' }],
    ] as const) {
      const scores = await opened(t, ordered(pads(id)), files).score(items, soon());
      near(scores[0]?.logit, logitOf(items[0] as Item));
    }
  });

  test('that are not finite are none', async (t) => {
    const weights = Float32Array.from({ length: vocabulary }, () => 1);
    weights['~'.charCodeAt(0) % vocabulary] = Number.NaN;
    weights['}'.charCodeAt(0) % vocabulary] = Number.POSITIVE_INFINITY;
    const constants = { ...graph.constants, weights: { shape: [vocabulary], data: weights } };
    const backend = opened(t, { ...graph, constants });
    await fails(backend.score([itemOf('ok'), itemOf('~')], soon()), 'garbage', /NaN/);
    await fails(backend.score([itemOf('}')], soon()), 'garbage', /Infinity/);
    assert.equal((await backend.score([itemOf('ok')], soon())).length, 1);
  });
});

describe('items', { timeout: timeoutMs }, () => {
  test('that are longer than the model reads: too_long', async (t) => {
    const files = { 'config.json': '{"max_position_embeddings": 120}' };
    const backend = open(t, folderOf(t, files));
    assert.equal((await backend.identify(soon())).maxTokens, 120);
    await fails(backend.score([itemOf('x'.repeat(200))], soon()), 'too_long', /205 tokens.*120/);
    await fails(backend.score([itemOf('x'.repeat(200_000))], soon()), 'too_long', /encoder/);
  });

  test('with ids that the model does not have: its failure', async (t) => {
    const backend = open(t, folderOf(t));
    await fails(backend.score([itemOf('unknown')], soon()), 'server', /ONNX Runtime failed/);
    assert.equal((await backend.score([itemOf('known')], soon())).length, 1);
  });
});

describe('identity', { timeout: timeoutMs }, () => {
  test('names folder, file and library', async (t) => {
    const folder = folderOf(t);
    const identity = await open(t, folder).identify(soon());
    const file = readFileSync(join(folder, 'model.onnx'));
    assert.equal(identity.model, basename(folder));
    assert.equal(identity.revision, createHash('sha256').update(file).digest('hex').slice(0, 12));
    assert.match(identity.engine, /^onnxruntime \d+\.\d+\.\d+$/);
    assert.equal(identity.maxTokens, 4096);
  });

  test('changes with weights that lie beside the model', async (t) => {
    const revisionOf = async (data: string) =>
      (await open(t, folderOf(t, { 'model.onnx_data': data })).identify(soon())).revision;
    assert.notEqual(await revisionOf('1'), await revisionOf('2'));
  });

  test('finds onnx/model.onnx, and the file that is named', async (t) => {
    const files = { 'model.onnx': undefined, 'onnx/model.onnx': onnxModel(graph), 'other.onnx': 'broken' };
    const folder = folderOf(t, files);
    await open(t, folder).health(soon());
    await fails(open(t, folder, { file: 'other.onnx' }).health(soon()), 'misuse', /other\.onnx/);
    await open(t, folder, { file: 'onnx/model.onnx' }).health(soon());
  });

  test('a length of "no limit" is none', async (t) => {
    const files = {
      'tokenizer_config.json': '{"pad_token": {"content": "[PAD]"}, "model_max_length": 1e30}',
    };
    assert.equal((await open(t, folderOf(t, files)).identify(soon())).maxTokens, undefined);
  });
});

describe('misuse', { timeout: timeoutMs }, () => {
  const bytes = onnxModel(graph);
  const inputs = (...more: Graph['inputs']) => onnxModel({ ...graph, inputs: [...graph.inputs, ...more] });
  const twoLabels: Graph = {
    ...withNodes(
      { op: 'ReduceSum', inputs: ['shown', 'tokens'], outputs: ['one_label'], ints: { keepdims: 1 } },
      { op: 'Concat', inputs: ['one_label', 'one_label'], outputs: ['logits'], ints: { axis: 1 } },
    ),
    outputs: [['logits', 'float', ['batch', 2]]],
  };
  const cases: Record<string, [Parameters<typeof folderOf>[1], RegExp]> = {
    'no model': [{ 'model.onnx': undefined }, /no model\.onnx or onnx\/model\.onnx.*optimum-cli/],
    'no model, but noise': [{ 'model.onnx': 'noise' }, /does not load.*whole model\.onnx/],
    'half a model': [{ 'model.onnx': bytes.subarray(0, bytes.length >> 1) }, /does not load/],
    'no tokenizer': [{ 'tokenizer.json': undefined }, /tokenizer\.json: ENOENT.*Give the folder/],
    'a broken configuration': [{ 'config.json': '{' }, /config\.json: /],
    'a configuration of nothing': [{ 'config.json': 'null' }, /config\.json: it is no JSON object/],
    'a folder in the model’s place': [{ 'model.onnx': undefined, 'model.onnx/a': '' }, /no model\.onnx/],
    'labels in the configuration': [
      { 'config.json': '{"id2label": {"0": "a", "1": "b"}}' },
      /2 labels.*num_labels 1/,
    ],
    'labels in the graph': [{ 'model.onnx': onnxModel(twoLabels) }, /2 labels.*num_labels 1/],
    'labels that only an answer shows': [
      { 'model.onnx': onnxModel({ ...twoLabels, outputs: [['logits', 'float', ['batch', 'labels']]] }) },
      /2 labels.*num_labels 1/,
    ],
    'another input': [{ 'model.onnx': inputs(['pixels', 'int64', ['b', 't']]) }, /input pixels/],
    'an input of another type': [
      {
        'model.onnx': onnxModel({
          ...withNodes({ op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], ints: { to: 1 } }),
          inputs: graph.inputs.map(([name, type, shape]) => [
            name,
            name === 'attention_mask' ? 'int32' : type,
            shape,
          ]),
        }),
      },
      /attention_mask is of type int32/,
    ],
    'a fixed length': [
      {
        'model.onnx': onnxModel({ ...graph, inputs: graph.inputs.map(([n, type]) => [n, type, ['b', 128]]) }),
      },
      /shape \[b, 128\]/,
    ],
    'no mask': [
      {
        'model.onnx': onnxModel({
          ...withNodes({ op: 'Cast', inputs: ['input_ids'], outputs: ['mask'], ints: { to: 1 } }),
          inputs: graph.inputs.filter(([name]) => name !== 'attention_mask'),
        }),
      },
      /no input attention_mask/,
    ],
    'no logits': [
      {
        'model.onnx': onnxModel({
          ...withNodes({ op: 'ReduceSum', inputs: ['shown', 'tokens'], outputs: ['hidden'] }),
          outputs: [['hidden', 'float', ['b', 1]]],
          nodes: graph.nodes.slice(0, -1).concat({
            op: 'ReduceSum',
            inputs: ['shown', 'tokens'],
            outputs: ['hidden'],
            ints: { keepdims: 1 },
          }),
        }),
      },
      /no output logits, but hidden/,
    ],
  };
  for (const [name, [files, message]] of Object.entries(cases)) {
    test(name, async (t) => {
      const backend = open(t, folderOf(t, files));
      await fails(backend.identify(soon()), 'misuse', message);
      await fails(backend.health(soon()), 'misuse', message);
      await fails(backend.score([itemOf('a')], soon()), 'misuse', message);
    });
  }

  test('a folder that is none', async (t) => {
    await fails(open(t, '/nowhere').identify(soon()), 'misuse', /\/nowhere\//);
  });
});

describe('the process of the model', { timeout: timeoutMs }, () => {
  const feeds = (tokens: number) => {
    const zeros = () => new BigInt64Array(tokens);
    return Object.fromEntries(graph.inputs.map(([name]) => [name, zeros()]));
  };
  const run = { feeds: feeds(3), dims: [1, 3], output: 'logits' } as const;
  const start = async (t: TestContext, abandonedMs?: number) => {
    const file = join(folderOf(t), 'model.onnx');
    const session = await Session.open(
      { file, threads: 1 },
      abandonedMs === undefined ? {} : { abandonedMs },
    );
    t.after(() => session.close());
    return { session, signal: (name: NodeJS.Signals) => process.kill(session.pid as number, name) };
  };

  test('that hangs holds up nobody, and ends when nobody waits', async (t) => {
    const { session, signal } = await start(t, 10);
    signal('SIGSTOP');
    const aborted = new AbortController();
    const hangs = session.run(run, aborted.signal);
    const waits = session.run(run, soon());
    await turn();
    aborted.abort();
    await fails(hangs, 'unavailable', /process of the ONNX model ended/);
    await fails(waits, 'unavailable', /process of the ONNX model ended/);
    await session.ended;
  });

  test('goes on with what comes after an abort', async (t) => {
    const { session, signal } = await start(t);
    signal('SIGSTOP');
    const aborted = new AbortController();
    const first = session.run(run, aborted.signal);
    const never = session.run(run, aborted.signal);
    const last = session.run(run, soon());
    await turn();
    aborted.abort();
    signal('SIGCONT');
    assert.deepEqual((await first).dims, [1, 1]);
    await fails(never, 'timeout', /before the model came to it/);
    assert.deepEqual((await last).dims, [1, 1]);
  });

  test('that dies takes its runs along', async (t) => {
    const { session, signal } = await start(t);
    signal('SIGSTOP');
    const lost = session.run(run, soon());
    signal('SIGKILL');
    await fails(lost, 'unavailable', /process of the ONNX model ended/);
    await fails(session.run(run, soon()), 'unavailable', /process of the ONNX model ended/);
  });
});

describe('a backend', { timeout: timeoutMs }, () => {
  const childPids = () =>
    readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  /** A backend whose process is at hand, and stands still. */
  async function stopped(t: TestContext) {
    const before = new Set(childPids());
    const backend = open(t, folderOf(t));
    await backend.health(soon());
    const [pid] = childPids().filter((child) => !before.has(child));
    assert.ok(pid !== undefined);
    process.kill(pid, 'SIGSTOP');
    return { backend, pid };
  }
  const proc = process.platform === 'linux' ? false : 'needs /proc';

  test('loads its model again where its process has died', { skip: proc }, async (t) => {
    const { backend, pid } = await stopped(t);
    const lost = backend.score([itemOf('a')], soon());
    process.kill(pid, 'SIGKILL');
    await fails(lost, 'unavailable', /process of the ONNX model ended/);
    near((await backend.score([itemOf('a')], soon()))[0]?.logit, logitOf(itemOf('a')));
  });

  test('gives up at once when it is told to, while the model works', { skip: proc }, async (t) => {
    const { backend, pid } = await stopped(t);
    const aborted = new AbortController();
    const score = backend.score([itemOf('a')], aborted.signal);
    // Not a process that waits for its model can run this.
    setImmediate(() => aborted.abort());
    await fails(score, 'timeout', /given up/);
    process.kill(pid, 'SIGCONT');
    assert.equal((await backend.score([itemOf('a')], soon())).length, 1);
  });

  test('that is closed scores no more', async (t) => {
    const backend = open(t, folderOf(t));
    await backend.health(soon());
    await backend.close();
    await fails(backend.score([itemOf('a')], soon()), 'unavailable', /closed/);
    await fails(backend.health(soon()), 'unavailable', /closed/);
  });

  test('that is given up before it began loads nothing', async (t) => {
    await fails(open(t, folderOf(t)).identify(AbortSignal.abort()), 'timeout', /given up/);
  });
});

test('the ONNX Runtime that is pinned has nothing in it that reports home', () => {
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const libraries = globSync('bin/napi-v*/linux/*/*', { cwd: folder });
  assert.ok(libraries.length > 0);
  for (const library of libraries) {
    // Its uploader (microsoft/onnxruntime#27379), and the switch that turns it off.
    const content = readFileSync(join(folder, library));
    for (const mark of ['Microsoft12Applications6Events', 'ORT_DISABLE_TELEMETRY']) {
      assert.ok(!content.includes(mark), `${library}: ${mark}`);
    }
  }
});
