import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import {
  fileDescriptorCodec,
  grpcError,
  type Problem,
  type packageDefinition,
  problemDigest,
  status,
} from '@assay/contract';
import type { VerifierDefinition } from '../definition.ts';
import { serveVerifier } from '../server.ts';
import type { CheckResult } from './check.ts';
import type { File } from './descriptors.ts';
import { type ConformanceOptions, conformance, groups } from './index.ts';
import { junitOf } from './junit.ts';
import { type Defects, servePlain } from './plain.fixture.ts';
import { requirements } from './requirements.ts';

const digestOf = (problem: Problem) => problemDigest(problem);

const options: ConformanceOptions = { timeoutMs: 2500 };

function failures(results: CheckResult[]): string[] {
  return results.filter((result) => result.status === 'fail').map(({ group, name }) => `${group}/${name}`);
}

function shown(results: CheckResult[]): string {
  return results
    .map((result) => `${result.status} ${result.group}/${result.name}: ${result.detail}`)
    .join('\n');
}

const full = 32;
const samples = 4;

/** A defect, the checks that must fail of it, and a word of the detail. */
const broken: Record<string, [Defects, string | string[], RegExp]> = {
  'capacity below slots': [
    { describe: () => ({ slots: 65 }) },
    'describe/fields',
    /capacity 64 is less than slots 65/,
  ],
  'another version every time': [
    { describe: (call) => ({ version: String(call) }) },
    ['describe/stable', 'robustness/same-description'],
    /got .*"version":"1"/,
  ],
  'server not serving': [
    { health: { '': 'NOT_SERVING' } },
    'discovery/health-of-server',
    /SERVING for ""; got NOT_SERVING/,
  ],
  'service not serving': [
    { health: { 'assay.v1.Verifier': 'NOT_SERVING' } },
    ['discovery/health-of-verifier', 'discovery/health-watch'],
    /got NOT_SERVING/,
  ],
  'no reflection': [{ noReflection: true }, 'discovery/reflection', /UNIMPLEMENTED/],
  'no verdict of a lone candidate': [
    { alter: (verdicts) => (verdicts[0]?.index === 7 ? verdicts.slice(0, 0) : verdicts) },
    'verdicts/one-candidate',
    /no verdict of 1 candidates, such as index 7/,
  ],
  'duplicate verdict': [
    {
      alter: (all, _request, call) =>
        all.length === full && call === 0 ? [...all, ...all.slice(5, 6)] : all,
    },
    'verdicts/full-batch',
    /two verdicts of index 5/,
  ],
  'missing verdict': [
    { alter: (all, _request, call) => (all.length === full && call === 0 ? all.slice(1) : all) },
    'verdicts/full-batch',
    /no verdict of 1 candidates, such as index 0/,
  ],
  'unknown index': [
    {
      alter: (all, _request, call) =>
        all.length === full && call === 0 ? all.map((one) => ({ ...one, index: 99 })) : all,
    },
    'verdicts/full-batch',
    /index 99, which was not asked for/,
  ],
  'empty response': [
    {
      instead: (() => {
        let calls = 0;
        return (stream) => {
          if (stream.request.candidates.length !== full || calls++ > 0) return false;
          const verdicts = stream.request.candidates.map(
            ({ index }) => ({ index, status: 'CORRECT' }) as const,
          );
          stream.write({ verdicts });
          stream.write({ verdicts: [] });
          stream.end();
          return true;
        };
      })(),
    },
    'verdicts/full-batch',
    /a response without/,
  ],
  hangs: [
    {
      instead: (() => {
        let calls = 0;
        return ({ request }) => request.candidates.length === full && calls++ === 0;
      })(),
    },
    'verdicts/full-batch',
    /DEADLINE_EXCEEDED/,
  ],
  'index of 31 bits': [
    { alter: (all) => all.map((one) => ({ ...one, index: (one.index ?? 0) & 0x7fffffff })) },
    'verdicts/sparse-indexes',
    /index 2147483647/,
  ],
  'status unspecified': [
    { alter: (all) => (all.length === samples ? all.map(({ index }) => ({ index })) : all) },
    'verdicts/valid-verdicts',
    /VERDICT_STATUS_UNSPECIFIED/,
  ],
  'score NaN': [
    { alter: (all) => (all.length === samples ? all.map((one) => ({ ...one, score: Number.NaN })) : all) },
    'verdicts/valid-verdicts',
    /score NaN/,
  ],
  'no reason': [
    { alter: (all) => (all.length === samples ? all.map((one) => ({ ...one, reason: '' })) : all) },
    'verdicts/valid-verdicts',
    /INCORRECT without a reason/,
  ],
  'scores although it decides': [
    {
      alter: (all) =>
        all.length === samples ? all.map(({ index }) => ({ index, status: 'SCORED', score: 1 })) : all,
    },
    'verdicts/valid-verdicts',
    /expected CORRECT or INCORRECT \(decides\); got SCORED/,
  ],
  'message of two lines': [
    { alter: (all) => (all.length === samples ? all.map((one) => ({ ...one, message: 'a\nb' })) : all) },
    'verdicts/valid-verdicts',
    /one line/,
  ],
  'changes its mind': [
    {
      alter: (all, _request, call) =>
        all.length === samples && call === 2
          ? all.map(({ index }) => ({ index, status: 'INCORRECT', reason: 'no_answer' }))
          : all,
    },
    'verdicts/repeatable',
    /status "(IN)?CORRECT" and "(IN)?CORRECT"/,
  ],
  ...Object.fromEntries(
    (
      [
        ['text-empty', (text) => text === ''],
        ['text-nul', (text) => text.includes('\0')],
        ['text-emoji', (text) => /[\u{10000}-\u{1FFFF}]/u.test(text)],
        ['text-of-1-mib', (text) => text.length > 1e6],
      ] satisfies [string, (text: string) => boolean][]
    ).map(([name, chokes]): [string, [Defects, string, RegExp]] => [
      `chokes on ${name}`,
      [
        {
          instead(stream) {
            if (!stream.request.candidates.some(({ text }) => chokes(text))) return false;
            stream.emit('error', grpcError(status.INTERNAL, 'choked'));
            return true;
          },
        },
        `verdicts/${name}`,
        /INTERNAL \(choked\)/,
      ],
    ]),
  ),
  'cannot take a digest alone': [
    {
      instead: (() => {
        const seen = new Set<string>();
        return (stream) => {
          const { problem, problemDigest } = stream.request;
          if (problem !== null && problemDigest !== '') seen.add(problemDigest);
          if (problem !== null || !seen.has(problemDigest)) return false;
          stream.end();
          return true;
        };
      })(),
    },
    'problems/by-digest',
    /no verdict/,
  ],
  'judges an unknown problem': [
    {
      instead(stream) {
        const { problem, problemDigest, candidates } = stream.request;
        if (problem !== null || problemDigest === '' || candidates.length === 0) return false;
        stream.write({ verdicts: candidates.map(({ index }) => ({ index, status: 'CORRECT' })) });
        stream.end();
        return true;
      },
    },
    'problems/unknown-digest',
    /problem_unknown; got OK/,
  ],
  'reads less than it says': [{ reads: 3 << 19 }, 'problems/large', /RESOURCE_EXHAUSTED/],
  'reads more than it says': [{ reads: -1 }, 'problems/too-large', /got OK/],
  ...Object.fromEntries(
    [
      'no-candidates',
      'too-many-candidates',
      'duplicate-index',
      'no-problem',
      'bad-digest',
      'no-spec',
      'other-kind',
    ].map((rule): [string, [Defects, string, RegExp]] => [
      `accepts ${rule}`,
      [{ lax: rule }, `requests/${rule}`, /expected INVALID_ARGUMENT and no verdict; got OK/],
    ]),
  ),
  'keeps the room of cancelled calls': [{ keepsMs: 3200 }, 'load/cancel', /RESOURCE_EXHAUSTED/],
  'refuses short deadlines': [
    {
      instead(stream, deadlineMs) {
        if (deadlineMs > 100) return false;
        stream.emit('error', grpcError(status.INVALID_ARGUMENT, 'in a hurry'));
        return true;
      },
    },
    'load/deadline',
    /in a hurry/,
  ],
  'mixes calls up': [
    { alter: (all) => all.map((one) => ({ ...one, index: one.index === 300_000 ? 200_000 : one.index })) },
    'load/concurrent',
    /index 200000, which was not asked for/,
  ],
  'judges what it refuses': [
    {
      full(stream) {
        stream.write({ verdicts: [{ index: 0, status: 'CORRECT' }] });
        stream.emit('error', grpcError(status.RESOURCE_EXHAUSTED, 'full', 'full'));
      },
    },
    'load/overload',
    /nothing judged/,
  ],
  'fails under load': [
    { full: (stream) => stream.emit('error', grpcError(status.INTERNAL, 'no memory')) },
    'load/overload',
    /no memory/,
  ],
  'health that cannot be watched': [{ noWatch: true }, 'discovery/health-watch', /UNIMPLEMENTED/],
  'reflects another contract': [
    {
      reflected: (all) =>
        Object.fromEntries(
          Object.entries(all).map(([name, definition]) => {
            if (!Array.isArray(definition.fileDescriptorProtos)) return [name, definition];
            const files = definition.fileDescriptorProtos.map((bytes) => {
              const file = fileDescriptorCodec.deserialize(bytes) as File;
              for (const message of file.messageType ?? []) {
                const index = message.field?.find(
                  (field) => message.name === 'Verdict' && field.number === 1,
                );
                if (index !== undefined) index.type = 9;
              }
              return fileDescriptorCodec.serialize(file as never);
            });
            return [name, { ...definition, fileDescriptorProtos: files }];
          }),
        ) as typeof packageDefinition,
    },
    'discovery/reflected-contract',
    /Verdict\.index = 1 of type 9, which is index of type 13/,
  ],
  'retryable although judged': [
    { alter: (all) => (all.length === samples ? all.map((one) => ({ ...one, retryable: true })) : all) },
    'verdicts/retryable',
    /retryable with (IN)?CORRECT/,
  ],
  'times of another day': [
    {
      alter: (all) =>
        all.length === samples ? all.map((one) => ({ ...one, times: { serviceUs: 4e9 } })) : all,
    },
    'verdicts/times',
    /service_us 4000000000/,
  ],
  'shares state between calls at once': [
    {
      alter: (() => {
        let last = 0;
        let calls = 0;
        return (all) => {
          // Of several calls that end within one moment the later ones are judged by the first's memory.
          const now = performance.now();
          const isSame = now - last < 3;
          last = now;
          if (all.length !== samples || !isSame || calls++ > 2) return all;
          return all.map(({ index }) => ({ index, status: 'INCORRECT', reason: 'no_answer' }));
        };
      })(),
    },
    'verdicts/same-at-once',
    /status "(IN)?CORRECT" and "(IN)?CORRECT"/,
  ],
  'wants a digest': [
    {
      instead(stream) {
        const { problem, problemDigest } = stream.request;
        if (problemDigest !== '' || problem?.mathAnswer == null || stream.request.candidates.length !== 1)
          return false;
        stream.emit('error', grpcError(status.INVALID_ARGUMENT, 'no digest', 'bad_request'));
        return true;
      },
    },
    'problems/without-digest',
    /no digest/,
  ],
  'judges by the digest, not by what was sent': [
    {
      alter: (() => {
        const known = new Set<string>();
        return (all, { problemDigest, problem, candidates }) => {
          const own = problem === null || problemDigest === '' || problemDigest === digestOf(problem);
          if (own || known.has(problemDigest) || candidates.length !== 1) return all;
          return all.map(({ index }) => ({ index, status: 'INCORRECT', reason: 'wrong_answer' }));
        };
      })(),
    },
    'problems/wrong-digest',
    /INCORRECT under a wrong digest/,
  ],
  'does not know later fields': [
    {
      read(bytes, read) {
        if (bytes.includes('later')) throw new Error('an unknown field');
        return read(bytes);
      },
    },
    'wire/unknown-fields',
    /INTERNAL/,
  ],
  'takes anything for a request': [
    {
      read(bytes, read) {
        try {
          return read(bytes);
        } catch {
          const problem = { id: '', mathAnswer: { gold: '42' }, spec: 'mathAnswer' };
          return { problem, problemDigest: '', candidates: [{ index: 0, text: '42', tokens: 0 }] } as never;
        }
      },
    },
    'wire/malformed',
    /bytes that are no VerifyRequest; got OK/,
  ],
  ...Object.fromEntries(
    [
      ['traceparent', 'wire/traceparent'],
      ['x-conformance', 'wire/metadata'],
    ].map(([header = '', check = '']): [string, [Defects, string, RegExp]] => [
      `minds the header ${header}`,
      [
        {
          instead(stream) {
            if (stream.metadata.get(header).length === 0) return false;
            stream.emit('error', grpcError(status.INTERNAL, 'minds it'));
            return true;
          },
        },
        check,
        /minds it/,
      ],
    ]),
  ),
  'another version in the end': [
    { describe: (call) => (call < 6 ? {} : { version: '2' }) },
    'robustness/same-description',
    /"version":"2"/,
  ],
  'answers any method': [
    { extraMethod: '/assay.v1.Verifier/NoSuchMethod' },
    'robustness/unknown-method',
    /UNIMPLEMENTED; got OK/,
  ],
};

/** Defects of processes that are told to end. */
const brokenDrains: Record<string, [Defects, string[], RegExp]> = {
  'does not heed SIGTERM': [
    { deaf: true },
    ['drain/refuses', 'drain/not-serving', 'drain/ends'],
    /UNAVAILABLE for calls after SIGTERM; got OK/,
  ],
  'tells nobody that it ends': [{ silentDrain: true }, ['drain/not-serving'], /NOT_SERVING; got SERVING/],
  'takes calls while it ends': [
    { takesMore: true },
    ['drain/refuses'],
    /UNAVAILABLE for calls after SIGTERM; got OK/,
  ],
  'breaks off what is in flight': [
    { breaksOff: true },
    ['drain/finishes'],
    /OK or UNAVAILABLE; got (INTERNAL|CANCELLED)/,
  ],
};

/** Serves whatever comes, and is gone for good once something comes that is not HTTP/2. */
async function fragile(address: string): Promise<{ address: string; close(): void }> {
  const sockets = new Set<Socket>();
  const close = () => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  };
  const proxy = createServer((socket) => {
    const upstream = connect(Number(address.split(':')[1]), '127.0.0.1');
    for (const one of [socket, upstream]) sockets.add(one.on('error', () => {}));
    socket.once('data', (bytes) => {
      if (!bytes.toString('latin1').startsWith('PRI * HTTP/2.0\r\n\r\nSM\r\n')) return close();
      upstream.write(bytes);
      socket.pipe(upstream).pipe(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const bound = proxy.address();
  return { address: `127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`, close };
}

async function startPlain(defects: Defects): Promise<{ child: ChildProcess; address: string }> {
  const fixture = join(import.meta.dirname, 'plain.fixture.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', fixture, JSON.stringify(defects)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = await once(child.stdout, 'data');
  return { child, address: String(line).trim() };
}

describe('conformance', { concurrency: 6 }, () => {
  test('passes a correct verifier that was written without the kit', async (t) => {
    const plain = await servePlain();
    t.after(plain.close);
    const results = await conformance(plain.address, options);
    assert.deepEqual(failures(results), [], shown(results));
    assert.deepEqual(
      results.filter((result) => result.status === 'skip').map(({ group }) => group),
      ['drain', 'drain', 'drain', 'drain'],
      shown(results),
    );
  });

  for (const [name, [defects, expected, detail]] of Object.entries(broken)) {
    test(`finds: ${name}`, async (t) => {
      const plain = await servePlain(defects);
      t.after(plain.close);
      const results = await conformance(plain.address, options);
      assert.deepEqual(failures(results), [expected].flat(), shown(results));
      assert.match(results.find((result) => result.status === 'fail')?.detail ?? '', detail);
    });
  }

  test('finds: errors without a reason', async (t) => {
    const plain = await servePlain({ noReasons: true });
    t.after(plain.close);
    const results = await conformance(plain.address, options);
    const found = failures(results);
    assert.ok(found.includes('problems/unknown-digest'), shown(results));
    assert.equal(found.filter((name) => name.startsWith('requests/')).length, 7, shown(results));
  });

  test('finds: dies of bytes that are no gRPC', async (t) => {
    const plain = await servePlain();
    t.after(plain.close);
    const proxy = await fragile(plain.address);
    t.after(proxy.close);
    const results = await conformance(proxy.address, options);
    // Whatever comes after the death fails with it.
    assert.deepEqual(
      failures(results),
      ['robustness/garbage-bytes', 'robustness/unknown-method', 'robustness/same-description'],
      shown(results),
    );
  });

  test('drains a correct process by its pid', async (t) => {
    const { child, address } = await startPlain({});
    t.after(() => child.kill('SIGKILL'));
    const exit = once(child, 'exit');
    const results = await conformance(address, { ...options, pid: child.pid ?? 0 });
    assert.deepEqual(failures(results), [], shown(results));
    assert.equal(results.at(-1)?.status, 'pass');
    const [code] = await exit;
    assert.equal(code, 0);
  });

  for (const [name, [defects, expected, detail]] of Object.entries(brokenDrains)) {
    test(`finds: ${name}`, async (t) => {
      const { child, address } = await startPlain(defects);
      t.after(() => child.kill('SIGKILL'));
      const results = await conformance(address, { ...options, pid: child.pid ?? 0 });
      assert.deepEqual(failures(results), expected, shown(results));
      assert.match(results.find(({ status }) => status === 'fail')?.detail ?? '', detail);
    });
  }

  test('every requirement has a check, every check a requirement and a verifier that it alone finds out', () => {
    const all = groups.flatMap((group) => group.checks.map(({ name }) => `${group.name}/${name}`));
    const demanded = new Set(requirements.flatMap(({ checks }) => checks));
    assert.deepEqual([...demanded].sort(), [...all].sort());
    assert.ok(requirements.every(({ checks }) => checks.length > 0));
    const alone = [
      ...Object.values(broken).map(([, expected]) => [expected].flat()),
      ...Object.values(brokenDrains).map(([, expected]) => expected),
    ]
      .filter((expected) => expected.length === 1)
      .flat();
    // What these find, others feel too; each has a test of its own below or above.
    const felt = [
      ...['describe/stable', 'discovery/health-of-verifier', 'robustness/garbage-bytes', 'verdicts/judged'],
      'drain/ends',
    ];
    assert.deepEqual([...new Set([...alone, ...felt])].sort(), [...all].sort());
  });

  test('tells results as JUnit XML, whatever is in them', () => {
    const xml = junitOf('here:1', [
      { group: 'a', name: 'b', status: 'pass', detail: '', ms: 12 },
      { group: 'a', name: 'c', status: 'fail', detail: '<"&\n\0\ud800>', ms: 1 },
      { group: 'a', name: 'd', status: 'skip', detail: 'why', ms: 0 },
    ]);
    assert.match(xml, /<testsuites tests="3" failures="1" skipped="1" time="0\.013">/);
    assert.match(xml, /name="b" time="0\.012"\/>/);
    assert.match(xml, /<failure message="&lt;&quot;&amp;&#10;\ufffd&gt;"\/>/);
    assert.match(xml, /<skipped message="why"\/>/);
  });

  test('passes verifiers of the kit, by candidate and by batch', async () => {
    const one = await serveVerifier(
      {
        name: 'kit',
        version: '1',
        kinds: ['math_answer'],
        capacity: 64,
        maxBatch: 32,
        async verify(_problem, { text }) {
          return text.includes('42')
            ? { status: 'CORRECT' }
            : { status: 'INCORRECT', reason: 'wrong_answer' };
        },
      },
      { logLevel: 'fatal', maxMessageBytes: 2 << 20 },
    );
    const batch = await serveVerifier(
      {
        name: 'kit',
        version: '1',
        kinds: ['scoring'],
        decides: false,
        slots: 1,
        capacity: 64,
        maxBatch: 32,
        async *verifyBatch(_problem, candidates) {
          for (const { index, text } of candidates) yield [{ index, status: 'SCORED', score: text.length }];
        },
      },
      { logLevel: 'fatal', maxMessageBytes: 2 << 20 },
    );
    for (const verifier of [one, batch]) {
      const results = await conformance(verifier.address, options);
      await verifier.close();
      assert.deepEqual(failures(results), [], shown(results));
    }
  });

  test('says that nobody is there', async (t) => {
    const plain = await servePlain();
    t.after(plain.close);
    plain.close();
    const results = await conformance(plain.address, options);
    assert.deepEqual(failures(results), ['describe/fields']);
    assert.match(results[0]?.detail ?? '', /Describe at 127\.0\.0\.1:\d+ failed: .*UNAVAILABLE/);
  });

  test('asks for a problem where it has no sample', async (t) => {
    const plain = await servePlain({ describe: () => ({ kinds: ['repository_patch'] }) });
    t.after(plain.close);
    const results = await conformance(plain.address, options);
    assert.deepEqual(failures(results), [], shown(results));
    assert.match(
      results.find(({ name }) => name === 'full-batch')?.detail ?? '',
      /repository_patch: give a problem/,
    );
  });

  describe('where no candidate is judged', () => {
    const choosy: VerifierDefinition = {
      name: 'choosy',
      version: '1',
      kinds: ['word'],
      capacity: 64,
      maxBatch: 32,
      checkProblem: ({ custom }) => (custom?.json === '{}' ? 'no word to look for' : undefined),
      verify: (_problem, { text }) =>
        text === 'word' ? { status: 'CORRECT' } : { status: 'INCORRECT', reason: 'wrong_answer' },
    };
    const custom = (json: string) => ({
      problem: { custom: { kind: 'word', json } },
      candidates: ['word', 'x'],
    });
    const statusOf = (results: CheckResult[], of: string) =>
      results.find(({ group, name }) => `${group}/${name}` === of)?.status;

    async function check(
      t: TestContext,
      given: ConformanceOptions,
      definition = choosy,
    ): Promise<CheckResult[]> {
      const verifier = await serveVerifier(definition, { logLevel: 'fatal', maxMessageBytes: 2 << 20 });
      t.after(() => verifier.close());
      return conformance(verifier.address, { ...options, ...given });
    }

    test('of a problem that the suite made up: skipped, saying so', async (t) => {
      const results = await check(t, {});
      assert.deepEqual(failures(results), [], shown(results));
      const of = (name: string) => results.filter(({ group }) => group === name);
      for (const group of ['verdicts', 'problems', 'load']) {
        assert.ok(
          of(group).every(({ status }) => status === 'skip'),
          shown(results),
        );
      }
      assert.match(of('verdicts')[0]?.detail ?? '', /bad_problem \(no word to look for\); give a problem/);
      assert.equal(statusOf(results, 'requests/no-candidates'), 'pass');
    });

    test('of a problem that is given: a failure', async (t) => {
      const results = await check(t, custom('{}'));
      assert.deepEqual(failures(results), ['verdicts/judged'], shown(results));
      assert.match(
        results.find(({ status }) => status === 'fail')?.detail ?? '',
        /ERROR bad_problem \(no word/,
      );
    });

    test('of a problem of a kind that the suite knows: a failure', async (t) => {
      const results = await check(
        t,
        {},
        {
          ...choosy,
          kinds: ['scoring'],
          checkProblem: () => undefined,
          verify: () => {
            throw new Error('no model');
          },
        },
      );
      assert.deepEqual(failures(results), ['verdicts/judged'], shown(results));
    });

    test('one that is judged is enough', async (t) => {
      const results = await check(t, custom('{"word":"word"}'));
      assert.deepEqual(failures(results), [], shown(results));
      assert.equal(statusOf(results, 'verdicts/full-batch'), 'pass');
    });
  });
});
