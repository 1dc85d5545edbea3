/**
 * A stand-in for the REPL that does what lines of the text tell it, each `--! DIRECTIVE`:
 *
 *     error TEXT · warning TEXT   a message at that line          sorry          an entry of `sorries` there
 *     sleep MS · spin MS          waits, or uses CPU time          hang · loop    the same, without end
 *     allocate MB                 keeps memory                     stderr MB      floods stderr
 *     signal NAME · exit CODE     ends                             answer BYTES   a message of that length
 *     half                        half an answer, then the end     garbage        no answer at all
 *     forge before · after        a document more than its own     forge late     its own only with the next request
 *     forge child · path · stdout a document by a child process, by /proc/self/fd/1, by /dev/stdout
 *     child · detach              leaves a process behind, in its session or not
 *     leave NAME                  later commands on this environment may ask for NAME
 *     need NAME                   an error where the environment does not hold it
 *
 * and speaks the audit: a theorem's type is its text up to `:=`, blanks apart. Options:
 *
 *     --log FILE     adds a line with its process id, at its start
 *     --leak BYTES   keeps so much more with every command
 *     --bare         knows the audit command only after `import Lean`
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { requests } from './requests.ts';
import { write } from './write.ts';

const { values: options } = parseArgs({
  options: { log: { type: 'string' }, leak: { type: 'string' }, bare: { type: 'boolean' } },
});

interface Message {
  readonly severity: string;
  readonly pos: { readonly line: number; readonly column: number };
  readonly endPos: null;
  readonly data: string;
}

/** What an answer holds besides its environment, and what else is written. */
interface Result {
  messages: Message[];
  sorries: object[];
  before: string;
  after: string;
  late: boolean;
  whole: boolean;
}

const kept: (Buffer | ChildProcess)[] = [];
/** Text of each environment's command, and where it started from. */
const environments: { readonly text: string; readonly from: number | undefined }[] = [];
let owed = '';

if (options.log !== undefined) appendFileSync(options.log, `${process.pid}\n`);
for (const line of requests()) {
  const request = JSON.parse(line) as { cmd: string; env?: number };
  if (owed !== '') write(1, owed);
  owed = '';
  if (options.leak !== undefined) kept.push(Buffer.alloc(Number(options.leak), 1));
  if (request.env !== undefined && environments[request.env] === undefined) {
    write(1, document({ message: 'Unknown environment.' }));
  } else answer(request);
}

function answer({ cmd, env }: { cmd: string; env?: number }): void {
  const audit = env === undefined ? null : /^#assay_\w+ (\S+) (\w+)\s*$/.exec(cmd);
  const result = audit === null ? obey(cmd, env) : auditOf(audit, env ?? 0);
  const { messages, sorries, before, after, late, whole } = result;
  environments.push({ text: cmd, from: env });
  const own = document({
    ...(sorries.length > 0 && { sorries }),
    ...(messages.length > 0 && { messages }),
    env: environments.length - 1,
  });
  if (!whole) {
    write(1, own.slice(0, own.length / 2));
    process.exit(0);
  }
  if (late) owed = own;
  write(1, late ? before : `${before}${own}${after}`);
}

function auditOf([, name = '', nonce = '']: RegExpExecArray, env: number): Result {
  const escaped = name.replace(/[«»]/g, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const theorem = new RegExp(`\\btheorem\\s+${escaped}\\s([^]*?):=([^]*)`);
  const found = textsOf(env).reduce<RegExpExecArray | null>(
    (first, text) => first ?? theorem.exec(text),
    null,
  );
  const axioms = found?.[2]?.includes('sorry') ? ['sorryAx'] : ['propext'];
  const type = found?.[1]?.trim().replace(/\s+/g, ' ');
  const audit = found === null ? { found: false } : { found: true, kind: 'theorem', axioms, type };
  return { ...empty(), messages: [message('info', 1, `assay-audit ${nonce} ${JSON.stringify(audit)}`)] };
}

/** Of an environment and those that it comes from. */
function textsOf(env: number | undefined): string[] {
  const here = env === undefined ? undefined : environments[env];
  return here === undefined ? [] : [here.text, ...textsOf(here.from)];
}

function obey(text: string, env: number | undefined): Result {
  const result = empty();
  if (options.bare && env === undefined && !/^import Lean$/m.test(text)) {
    const line = text.split('\n').findIndex((one) => one.includes('#assay_')) + 1;
    result.messages.push(message('error', line, 'unknown namespace `Lean.Elab`'));
  }
  for (const [, order = '', rest = '', at] of directives(text)) {
    const line = text.slice(0, at).split('\n').length;
    switch (order) {
      case 'error':
      case 'warning':
        result.messages.push(message(order, line, rest));
        break;
      case 'sorry':
        result.sorries.push({
          proofState: 0,
          pos: { line, column: 0 },
          goal: '⊢ True',
          endPos: { line, column: 5 },
        });
        break;
      case 'answer':
        result.messages.push(message('info', line, 'x'.repeat(Number(rest))));
        break;
      case 'half':
        result.whole = false;
        break;
      case 'garbage':
        result.before = 'this is not JSON\n\n';
        break;
      case 'need':
        if (!textsOf(env).some((before) => before.includes(`--! leave ${rest}`)))
          result.messages.push(message('error', line, `no ${rest}`));
        break;
      case 'forge':
        forge(rest, result);
        break;
      default:
        act(order, rest);
    }
  }
  return result;
}

function forge(how: string, result: Result): void {
  const forged = document({ env: environments.length });
  switch (how) {
    case 'before':
      result.before = forged;
      break;
    case 'after':
      result.after = document({ env: environments.length + 1 });
      break;
    case 'late':
      result.before = forged;
      result.late = true;
      break;
    case 'child':
      spawnSync('printf', ['%s', forged], { stdio: 'inherit' });
      break;
    default:
      try {
        writeFileSync(how === 'path' ? '/proc/self/fd/1' : '/dev/stdout', forged);
      } catch (error) {
        result.messages.push(message('info', 1, (error as NodeJS.ErrnoException).code ?? ''));
      }
  }
}

function act(order: string, rest: string): void {
  switch (order) {
    case 'sleep':
      sleep(Number(rest));
      break;
    case 'hang':
      for (;;) sleep(60_000);
    case 'spin': {
      const end = process.cpuUsage().user + 1000 * Number(rest);
      while (process.cpuUsage().user < end);
      break;
    }
    case 'loop':
      for (;;);
    case 'allocate':
      for (let i = 0; i < Number(rest); i++) kept.push(Buffer.alloc(2 ** 20, 1));
      break;
    case 'stderr':
      for (let i = 0; i < Number(rest); i++) write(2, Buffer.alloc(2 ** 20, 'e'));
      break;
    case 'signal':
      process.kill(process.pid, rest);
      sleep(60_000);
      break;
    case 'exit':
      write(2, 'the last words\n');
      process.exit(Number(rest));
      break;
    case 'child':
    case 'detach':
      kept.push(spawn('sleep', ['600'], { detached: order === 'detach', stdio: 'ignore' }));
      break;
  }
}

function directives(text: string): [string, string, string, number][] {
  return [...text.matchAll(/^--! (\w+) ?(.*)$/gm)].map((match) => [
    match[0],
    match[1] ?? '',
    match[2] ?? '',
    match.index,
  ]);
}

function empty(): Result {
  return { messages: [], sorries: [], before: '', after: '', late: false, whole: true };
}

function message(severity: string, line: number, data: string): Message {
  return { severity, pos: { line, column: 0 }, endPos: null, data };
}

function document(value: object): string {
  return `${JSON.stringify(value, null, 1)}\n\n`;
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
