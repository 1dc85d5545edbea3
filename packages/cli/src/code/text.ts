/** What `assay code` tells people. */
import { type Reason, reasons } from '@assay/contract';
import { harmless, oneLine, type Style, table } from '../terminal.ts';
import type { Explanation, TestResult } from './judge.ts';
import type { Compiled, Limits, Program } from './program.ts';
import type { RunExplanation, Written } from './run.ts';

type Paint = (style: Style, text: string) => string;
type Word = readonly [text: string, style: Style];

/** Tests that are listed at most; of more, those that are passed are left out first. */
const maxRows = 60;

/** Lines of a compiler, and characters of what a program wrote. */
const maxDiagnosticLines = 40;
const maxCharacters = 65_536;

const words: Readonly<Record<string, Word>> = {
  CORRECT: ['correct', 'green'],
  INCORRECT: ['incorrect', 'red'],
  ERROR: ['not judged', 'yellow'],
};

/** The same where nobody judges. */
const endings: typeof words = { ...words, CORRECT: ['ended well', 'green'], INCORRECT: ['failed', 'red'] };

function wordOf(status: string, all = words): Word {
  return all[status] ?? [status, 'yellow'];
}

/** A verdict and how it came about: the program, what its compiler said, every test, and what decided. */
export function explanation(told: Explanation, paint: Paint): string {
  const { problem, judge, testCount, tests, status } = told;
  const blocks = [
    line('problem', problem) + head(told) + (judge === undefined ? '' : line('judge', judge)),
    ...(tests.length === 0 ? [] : [testTable(tests, paint)]),
    verdictLine(told, paint),
  ];
  const missing = testCount - tests.length;
  const left = missing > 0 && tests.length > 0 && status !== 'CORRECT';
  const more = left ? `Tests that were not run: ${missing}. --all judges every test.\n` : '';
  return blocks.join('\n') + more;
}

/** What one run wrote and took. */
export function runText(told: RunExplanation, paint: Paint): string {
  const { run, status } = told;
  const blocks = [head(told)];
  if (run !== undefined) {
    blocks.push(stream('stdout', run.stdout, run.outputBytes, paint));
    if (run.stderr.content !== '') blocks.push(stream('stderr', run.stderr, undefined, paint));
    const [cpu, wall, memory] = took(run);
    blocks.push(line('took', `${cpu} of CPU, ${wall} wall, ${memory}`));
  }
  blocks.push(verdictLine(told, paint, wordOf(status, endings)));
  return blocks.filter((block) => block !== '').join('\n');
}

function head(told: { program?: Program; compile?: Compiled; limits?: Limits }): string {
  const { program, compile, limits } = told;
  const lines = program?.source.trimEnd().split('\n').length ?? 0;
  return [
    program &&
      line('program', `${program.language}: ${program.found}, ${lines} line${lines === 1 ? '' : 's'}`),
    compile && line('compile', compileWords[compile.outcome]) + diagnostics(compile),
    limits && line('limits', limitsText(limits)),
  ].join('');
}

const compileWords = {
  none: 'nothing to compile: it runs from its source',
  compiled: 'compiled',
  refused: 'does not compile',
} as const;

function diagnostics({ diagnostics }: Compiled): string {
  if (diagnostics === '') return '';
  const lines = harmless(diagnostics).trimEnd().split('\n');
  const more = lines.length > maxDiagnosticLines ? ['…'] : [];
  return [...lines.slice(0, maxDiagnosticLines), ...more].map((each) => `    ${each}\n`).join('');
}

function limitsText({ cpuS, wallS, memoryBytes, runtimeBytes, outputBytes }: Limits): string {
  const runtime = runtimeBytes > 0 ? ` (${mebibytes(runtimeBytes)} for its runtime)` : '';
  const sizes = `${mebibytes(memoryBytes)} of memory${runtime}, ${mebibytes(outputBytes)} of output`;
  return `${round(cpuS)} s of CPU, ${round(wallS)} s wall, ${sizes}`;
}

function testTable(tests: readonly TestResult[], paint: Paint): string {
  const few = tests.length <= maxRows;
  const shown = few ? tests : tests.filter(({ status }) => status !== 'CORRECT').slice(0, maxRows);
  const measured = tests.some(({ run }) => run !== undefined);
  const rows = shown.map(({ name, example, status, reason, message, run }) => [
    oneLine(example ? `${name} (example)` : name, 60),
    reason === '' ? wordOf(status)[0] : reason,
    ...(measured ? (run === undefined ? ['', '', ''] : took(run)) : []),
    oneLine(message, 200),
  ]);
  const columns = ['test', 'verdict', ...(measured ? ['CPU', 'wall', 'memory'] : []), ''];
  const [heads = '', ...lines] = table([columns, ...rows])
    .trimEnd()
    .split('\n');
  const painted = lines.map((each, i) => {
    const status = shown[i]?.status ?? '';
    return status === 'CORRECT' ? each : paint(wordOf(status)[1], each);
  });
  const more = tests.length - shown.length;
  const rest = more === 0 ? [] : [`… and ${more} more; --json has all of them`];
  return `${[...(shown.length === 0 ? [] : [paint('bold', heads)]), ...painted, ...rest].join('\n')}\n`;
}

function verdictLine(
  { status, reason, message, compile }: Pick<Explanation, 'status' | 'reason' | 'message' | 'compile'>,
  paint: Paint,
  [word, style] = wordOf(status),
): string {
  const known = Object.hasOwn(reasons, reason) ? reasons[reason as Reason] : '';
  // What the compiler says stands above.
  const why = compile?.outcome === 'refused' ? known : oneLine(message) || known;
  const verdict = reason === '' ? word : `${word} (${reason})`;
  return `${paint(style, paint('bold', verdict))}${why === '' ? '' : `: ${why}`}\n`;
}

function stream(
  name: string,
  { encoding, content }: Written,
  bytes: number | undefined,
  paint: Paint,
): string {
  const all = Buffer.from(content, encoding);
  const total = bytes ?? all.length;
  const heading = paint('bold', `${name}: ${total} byte${total === 1 ? '' : 's'}`);
  const whole = all.toString('utf8');
  const text = harmless(whole.slice(0, maxCharacters));
  const cut = whole.length > maxCharacters ? '… (--json has more)\n' : '';
  return `${heading}\n${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${cut}`;
}

/** CPU, wall, memory. */
function took(run: { cpuUs: number; wallUs: number; memoryBytes: number }): [string, string, string] {
  return [time(run.cpuUs), time(run.wallUs), `${(run.memoryBytes / 2 ** 20).toFixed(1)} MiB`];
}

function line(label: string, text: string): string {
  return `${label.padEnd(8)} ${oneLine(text)}`.trimEnd().concat('\n');
}

function time(us: number): string {
  return us < 1e6 ? `${(us / 1000).toFixed(1)} ms` : `${(us / 1e6).toFixed(2)} s`;
}

function mebibytes(bytes: number): string {
  return `${round(bytes / 2 ** 20)} MiB`;
}

/** At most one decimal; small numbers keep two digits that count. */
function round(value: number): string {
  return String(value < 1 ? Number(value.toPrecision(2)) : Number(value.toFixed(1)));
}
