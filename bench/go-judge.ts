// The code verifier beside go-judge, in turns: tests per second and latency, each with two tests in flight.
//
//   assay bench go-judge [--go-judge FILE] [--version latest] [--seconds 2] [--rounds 5] [--slots 2]
//
// go-judge is built with Go from the module proxy into .assay/bench/, or is the executable FILE; where neither can be
// had, ours is measured alone. It runs on the host and, with the least privileges that let it, in a container of the
// sandboxes' image. Several commands of one of its requests run at once, each in a sandbox of its own, so that a test
// is a request; connections are kept. It starts python3 for every test, ours forks a warm interpreter.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '@assay/contract';
import { type CodeVerifier, problem, sources, startCodeVerifier } from './code/candidates.ts';
import {
  type Command,
  type GoJudge,
  installGoJudge,
  startInContainer,
  startOnHost,
} from './code/go-judge.ts';

const { values } = parseArgs({
  options: {
    'go-judge': { type: 'string' },
    version: { type: 'string', default: 'latest' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    slots: { type: 'string', default: '2' },
  },
});
const [seconds, rounds, slots] = [Number(values.seconds), Number(values.rounds), Number(values.slots)];

type Language = 'c' | 'python3';

/** One who judges. */
interface Side {
  readonly name: string;
  /** Judges tests, `slots` at once, for about the time asked for: tests per second. */
  rate(language: Language): Promise<number>;
  /** Judges one test: milliseconds. */
  latency(): Promise<number>;
  stop(): Promise<void>;
}

function ours({ judge, stop }: CodeVerifier): Side {
  const expected = { c: 300, python3: 150 };
  const time = async (tests: number, copies: number, language: Language) => {
    const texts = Array.from({ length: copies }, () => sources[language]);
    const start = performance.now();
    await judge(problem(language, tests), texts);
    return performance.now() - start;
  };
  return {
    name: 'assay',
    async rate(language) {
      const tests = Math.max(10, Math.round((expected[language] * seconds) / slots));
      const rate = (1000 * tests * slots) / (await time(tests, slots, language));
      // As many the next time as take the time asked for.
      expected[language] = rate;
      return rate;
    },
    latency: () => time(1, 1, 'c'),
    stop,
  };
}

async function peer(judge: GoJudge): Promise<Side> {
  const compiled = await judge.run({
    args: ['/usr/bin/gcc', '-O2', '-o', 'add', 'add.c'],
    copyIn: { 'add.c': { content: sources.c } },
    copyOutCached: ['add'],
  });
  const fileId = compiled.fileIds?.add;
  if (fileId === undefined) throw new Error(`gcc: ${compiled.status} ${compiled.files?.stderr ?? ''}`);
  const programs: Record<Language, Command> = {
    c: { args: ['add'], copyIn: { add: { fileId } } },
    python3: { args: ['/usr/bin/python3', 'add.py'], copyIn: { 'add.py': { content: sources.python3 } } },
  };
  const one = async (language: Language, number: number) => {
    const { status, error, files } = await judge.run({ ...programs[language], input: `${number} 1\n` });
    if (status !== 'Accepted' || files?.stdout !== `${number + 1}\n`) {
      throw new Error(`go-judge: ${status} ${error ?? ''} ${files?.stdout ?? ''}${files?.stderr ?? ''}`);
    }
  };
  return {
    name: `go-judge ${judge.where}`,
    async rate(language) {
      const start = performance.now();
      let count = 0;
      const flight = async () => {
        while (performance.now() - start < 1000 * seconds) await one(language, count++);
      };
      await Promise.all(Array.from({ length: slots }, flight));
      return (1000 * count) / (performance.now() - start);
    },
    async latency() {
      const start = performance.now();
      await one('c', 1);
      return performance.now() - start;
    },
    stop: judge.stop,
  };
}

const sides: Side[] = [];

async function addPeers(): Promise<void> {
  let executable: string;
  try {
    executable = values['go-judge'] ?? (await installGoJudge(values.version));
  } catch (error) {
    console.error(`go-judge is left out: it cannot be built here. ${messageOf(error).trim()}`);
    console.error('Where you have an executable of it, name that with --go-judge.');
    return;
  }
  for (const start of [
    () => startOnHost(executable, slots),
    () => startInContainer(executable, 'assay/sandbox', slots),
  ]) {
    try {
      const judge = await start();
      console.log(`go-judge ${judge.version} ${judge.where}`);
      sides.push(
        await peer(judge).catch(async (error) => {
          await judge.stop();
          throw error;
        }),
      );
    } catch (error) {
      console.error(`go-judge is left out here: ${messageOf(error)}`);
    }
  }
}

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? Number.NaN;

try {
  sides.push(ours(await startCodeVerifier(slots)));
  await addPeers();
  const results = sides.map((side) => ({
    side,
    c: [] as number[],
    python3: [] as number[],
    ms: [] as number[],
  }));
  // Compilers, caches and warm interpreters have had their first time.
  for (const { side } of results) for (const language of ['c', 'python3'] as const) await side.rate(language);
  for (let round = 0; round < rounds; round++) {
    for (const { side, c } of results) c.push(await side.rate('c'));
    for (const { side, python3 } of results) python3.push(await side.rate('python3'));
    for (const { side, ms } of results) for (let i = 0; i < 40; i++) ms.push(await side.latency());
  }
  console.log(
    `\n${slots} in flight, ${rounds} rounds, medians; load ${loadavg()
      .map((l) => l.toFixed(1))
      .join(' ')}\n`,
  );
  for (const { side, c, python3, ms } of results) {
    const each = (list: number[]) =>
      `${median(list).toFixed(0)}/s (${list.map((n) => n.toFixed(0)).join(' ')})`;
    console.log(side.name);
    console.log(`  C tests       ${each(c)}`);
    console.log(`  Python tests  ${each(python3)}`);
    console.log(`  one C test    ${median(ms).toFixed(2)} ms, median of ${ms.length}`);
  }
} finally {
  for (const side of sides) await side.stop();
}
