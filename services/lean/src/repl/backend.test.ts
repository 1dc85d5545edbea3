import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReplBackend, type ReplBackendOptions } from './backend.ts';
import {
  checkOf,
  headerOf,
  named,
  processesOf,
  replsOf,
  scripted,
  statement,
  wordOf,
} from './testing/stand-in.ts';

const signal = new AbortController().signal;
const open: ReplBackend[] = [];
after(() => Promise.all(open.map((backend) => backend.close())));

function backendOf(options: Partial<ReplBackendOptions> = {}): ReplBackend {
  const backend = new ReplBackend({ toolchain: scripted(), slots: 1, spares: 0, ...options });
  open.push(backend);
  return backend;
}

/** What becomes of a proof with these directives, in a word. */
async function word(backend: ReplBackend, directives: string[], options = {}): Promise<string> {
  return wordOf(await backend.check(checkOf(directives, options), signal));
}

test('an accepted proof has an audit, a refused one has not', async () => {
  const backend = backendOf();
  const proved = await backend.check(checkOf(), signal);
  assert.equal(proved.kind, 'answered');
  assert.deepEqual(proved.kind === 'answered' && proved.audit, {
    found: true,
    kind: 'theorem',
    axioms: ['propext'],
    type: ': 1 + 1 = 2',
  });
  const refused = await backend.check(checkOf(['error unsolved goals']), signal);
  assert.deepEqual(refused.kind === 'answered' && [refused.messages.length, refused.audit], [1, undefined]);
  const reference = await backend.reference(headerOf(), statement, signal);
  assert.equal(
    reference.kind === 'answered' && reference.audit?.found && reference.audit.type,
    ': 1 + 1 = 2',
  );
});

describe('places', () => {
  test('K7: messages and sorries are placed in the candidate’s text, each without the other too', async () => {
    const backend = backendOf();
    const place = async (...directives: string[]) => {
      const check = checkOf(directives, { limits: { heartbeats: 400 } });
      const proof = { ...check.proof, lines: { helpers: 0, body: 10 } };
      const checked = await backend.check({ ...check, proof }, signal);
      assert.equal(checked.kind, 'answered');
      return checked.kind === 'answered' ? checked.messages.map(({ line, text }) => [line, text]) : [];
    };
    assert.deepEqual(await place('sorry'), [[12, 'sorry, with the goal\n⊢ True']]);
    assert.deepEqual(await place('warning w', 'error e'), [
      [12, 'w'],
      [13, 'e'],
    ]);
    assert.deepEqual(await place('sorry', 'warning w'), [
      [13, 'w'],
      [12, 'sorry, with the goal\n⊢ True'],
    ]);
  });
});

describe('A23: forged answers', () => {
  const forgeries = ['forge before', 'forge after', 'forge late', 'garbage', 'forge child'];
  for (const directive of forgeries) {
    test(`${directive}: it is noticed, and the next one is judged as ever`, async () => {
      const backend = backendOf();
      assert.equal(await word(backend, [directive]), 'forged');
      assert.equal(await word(backend, []), 'proved');
    });
    test(`${directive}, to hide an error`, async () => {
      assert.equal(await word(backendOf(), ['error no', directive]), 'forged');
    });
  }
  for (const directive of ['forge path', 'forge stdout']) {
    test(`${directive}: its stdout cannot be opened by a path, so the answer is Lean's own`, async () => {
      const checked = await backendOf().check(checkOf([directive, 'error no']), signal);
      assert.equal(wordOf(checked), 'error');
      assert.equal(checked.kind === 'answered' && checked.messages[0]?.text, 'ENXIO');
    });
  }
});

test('A31: a proof that leaves a process behind is no proof, and the process ends', async () => {
  for (const directive of ['child', 'detach']) {
    const name = randomUUID();
    const backend = backendOf({ toolchain: named(scripted(), name) });
    const checked = await backend.check(checkOf([directive]), signal);
    assert.equal(checked.kind, 'forged');
    await backend.close();
    assert.deepEqual(processesOf(name), []);
  }
});

test('A42: nothing of one candidate is there for the next', async () => {
  const backend = backendOf();
  assert.equal(await word(backend, ['leave instance', 'need instance']), 'error');
  assert.equal(await word(backend, ['leave instance']), 'proved');
  assert.equal(await word(backend, ['need instance']), 'error');
  // Headers do hold for all that follows.
  assert.equal(
    await word(backend, ['need Real'], { header: headerOf('import Mathlib\n--! leave Real\n') }),
    'proved',
  );
});

describe('limits', () => {
  test('CPU time: one that never ends', async () => {
    const backend = backendOf();
    const checked = await backend.check(checkOf(['loop'], { limits: { cpuMs: 300 } }), signal);
    assert.equal(wordOf(checked), 'cpu');
    assert.ok(checked.cpuMs > 300);
    assert.equal(await word(backend, []), 'proved');
  });

  test('CPU time: one that ends too late is over its limit, however seldom it was looked at', async () => {
    assert.equal(await word(backendOf(), ['spin 150'], { limits: { cpuMs: 50 } }), 'cpu');
  });

  test('K14: time that Lean waits is not its CPU time', async () => {
    assert.equal(await word(backendOf(), ['sleep 600'], { limits: { cpuMs: 300 } }), 'proved');
  });

  test('one that waits for ever is nobody’s fault', async () => {
    const backend = backendOf();
    const checked = await backend.check(checkOf(['hang'], { limits: { wallMs: 300 } }), signal);
    assert.equal(checked.kind, 'lost');
    assert.match(
      checked.kind === 'lost' ? checked.detail : '',
      /no answer in \d+ ms, with \d+ ms of CPU time/,
    );
    assert.equal(await word(backend, []), 'proved');
  });

  test('private memory, beyond what was there before', async () => {
    const backend = backendOf();
    const limits = { memoryBytes: 100 * 2 ** 20 };
    assert.equal(await word(backend, ['allocate 80'], { limits }), 'proved');
    assert.equal(await word(backend, ['allocate 80'], { limits }), 'proved');
    assert.equal(await word(backend, ['allocate 300', 'hang'], { limits }), 'memory');
    assert.equal(await word(backend, []), 'proved');
  });

  test('K5: address space is not memory', async () => {
    const name = randomUUID();
    const backend = backendOf({ toolchain: named(scripted(), name) });
    assert.equal(await word(backend, ['sleep 250'], { limits: { memoryBytes: 64 * 2 ** 20 } }), 'proved');
    const [pid] = replsOf(name);
    const [, kilobytes] = /^VmSize:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    assert.ok(Number(kilobytes) * 1024 > 64 * 2 ** 20);
  });

  test('100 MB of an answer', async () => {
    const backend = backendOf({ slots: 2 });
    const words = [word(backend, ['answer 100000000']), word(backend, []), word(backend, [])];
    assert.deepEqual(await Promise.all(words), ['answer', 'proved', 'proved']);
  });
});

test('K1, K2, K3, K4: what befalls one candidate befalls no other, and the pool heals', async () => {
  const backend = backendOf({ slots: 2, spares: 1 });
  const limits = { cpuMs: 2000, memoryBytes: 150 * 2 ** 20, answerBytes: 2 ** 20 };
  const expected: Readonly<Record<string, string>> = {
    'stderr 50': 'proved',
    'answer 70000': 'proved',
    'answer 2000000': 'answer',
    'signal SIGSEGV': 'crash',
    'signal SIGABRT': 'crash',
    'exit 0': 'crash',
    'exit 1': 'crash',
    half: 'crash',
    'signal SIGKILL': 'lost',
    'signal SIGTERM': 'lost',
    'signal SIGSTOP': 'lost',
    garbage: 'forged',
    'forge late': 'forged',
    'error no': 'error',
    loop: 'cpu',
  };
  const directives = Object.keys(expected).flatMap((directive) => [directive, 'warning fine', 'sleep 1']);
  const words = await Promise.all(directives.map((directive) => word(backend, [directive], { limits })));
  assert.deepEqual(
    words,
    directives.map((directive) => expected[directive] ?? 'proved'),
  );
  assert.equal(await word(backend, []), 'proved');
});

test('K4: a crash is told with its end and its last words', async () => {
  const checked = await backendOf().check(checkOf(['exit 3']), signal);
  assert.match(checked.kind === 'crash' ? checked.detail : '', /^Lean ended with code 3: .*the last words/s);
});

for (const [what, kill] of [
  ['kill -9', 'SIGKILL'],
  ['SIGSTOP', 'SIGSTOP'],
] as const) {
  test(`${what} of a REPL at work, and of one that stands ready`, async () => {
    const name = randomUUID();
    const backend = backendOf({ toolchain: named(scripted(), name), slots: 2 });
    const both = (...directives: string[]) =>
      Promise.all([word(backend, directives), word(backend, directives)]);
    await both('sleep 100');
    const running = both('sleep 1500');
    await sleep(200);
    const [victim] = replsOf(name);
    process.kill(victim as number, kill);
    assert.deepEqual((await running).sort(), ['lost', 'proved']);
    assert.deepEqual(await both(), ['proved', 'proved']);
    if (kill === 'SIGSTOP') return;
    for (const pid of replsOf(name)) process.kill(pid, kill);
    while (backend.processes > 0) await sleep(10);
    assert.equal(await word(backend, []), 'proved');
  });
}

test('a header that Lean refuses is the problem’s fault, told at the header’s own line', async () => {
  const backend = backendOf();
  const header = headerOf('-- ours\nimport Mathlib\n\nopen Nat\n--! error unknown option\n');
  const reference = await backend.reference(header, statement, signal);
  assert.deepEqual(reference.kind === 'answered' && [reference.messages, reference.audit], [
    [{ severity: 'error', line: 5, column: 0, text: 'unknown option' }],
    undefined,
  ]);
  const words = Array.from({ length: 3 }, () => word(backend, [], { header }));
  assert.deepEqual(await Promise.all(words), ['lost', 'lost', 'lost']);
  assert.equal(await word(backend, []), 'proved');
});

test('a REPL that does not start loses those who wait, and says why', async () => {
  const backend = backendOf({ slots: 2 });
  const header = headerOf('import Mathlib\n--! exit 3\n');
  const checks = Array.from({ length: 20 }, () => backend.check(checkOf([], { header }), signal));
  for (const checked of await Promise.all(checks)) {
    assert.match(checked.kind === 'lost' ? checked.detail : '', /header failed: Lean ended with code 3/);
  }
  const missing = backendOf({ toolchain: { ...scripted(), repl: ['/no/such/repl'] } });
  const checked = await missing.check(checkOf(), signal);
  assert.match(checked.kind === 'lost' ? checked.detail : '', /\/no\/such\/repl/);
});

test('a header is waited for so long', async () => {
  const backend = backendOf({ startMs: 200 });
  const checked = await backend.check(checkOf([], { header: headerOf('--! hang\n') }), signal);
  assert.match(checked.kind === 'lost' ? checked.detail : '', /not there after 200 ms/);
});

test('a header without Lean’s own modules gets them, for the audit', async () => {
  const backend = backendOf({ toolchain: scripted('--bare') });
  const bare = headerOf('open Nat\n');
  assert.equal(await word(backend, [], { header: bare }), 'proved');
  assert.equal(backend.widened(bare), true);
  const whole = headerOf('import Lean\nopen Nat\n');
  assert.equal(await word(backend, [], { header: whole }), 'proved');
  assert.equal(backend.widened(whole), false);
});

test('a theorem is looked for in the namespace that its header leaves open', async () => {
  const checked = await backendOf().check(
    checkOf([], { header: headerOf('import A\nnamespace B\n') }),
    signal,
  );
  // The stand-in knows no namespaces: it finds `target`, and no `B.target`.
  assert.equal(wordOf(checked), 'unproved');
});

test('close ends what runs and what waits', async () => {
  const name = randomUUID();
  const backend = backendOf({ toolchain: named(scripted(), name), slots: 2, spares: 1 });
  const words = Array.from({ length: 5 }, () => word(backend, ['hang']));
  while (replsOf(name).length < 2) await sleep(10);
  await backend.close();
  assert.equal(backend.processes, 0);
  assert.deepEqual(processesOf(name), []);
  for (const one of await Promise.all(words)) assert.equal(one, 'lost');
  assert.equal(await word(backend, []), 'lost');
});
