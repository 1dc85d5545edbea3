// Lean as WebAssembly, run as `lean` would be: `run.ts FOLDER ARGUMENT…`, FOLDER as scripts/lean.ts made it. Standard input,
// output and error are this process's, without buffers in between; files are the machine's, under their own names; what
// the package prints for its makers (`[DEBUG:…]`) is left out. This file is also the script of Lean's other threads.
import { readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** What emscripten's JavaScript offers to whoever starts it, as far as it is used here. */
interface Module {
  FS: {
    mkdir(path: string): void;
    mount(type: unknown, options: { root: string }, path: string): void;
    chdir(path: string): void;
    streams: { stream_ops: object }[];
  };
  NODEFS: unknown;
  ENV: Record<string, string | undefined>;
}

type Transfer = (stream: unknown, buffer: Int8Array, offset: number, length: number) => number;

const { env } = process;
const [, , folder = '', ...words] = process.argv;
const glue = join(folder, 'lean.js');
const program = join(folder, 'bin/lean');
const cell = new Int32Array(new SharedArrayBuffer(4));

if (isMainThread) start();
else load({});

/** Runs emscripten's JavaScript around `module`, which it fills in. */
function load(module: object): void {
  const text = `(function(require,module,exports,__dirname,__filename,Module,console){${readFileSync(glue, 'latin1')}\n})`;
  const silent = { ...console, log() {} };
  const main = new Script(text, { filename: glue }).runInThisContext();
  main(createRequire(import.meta.url), { exports: {} }, {}, folder, program, module, silent);
}

function start(): void {
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  // Emscripten's part reads it there.
  env.LEAN_PATH = [env.LEAN_PATH, join(folder, 'lib/lean')].filter(Boolean).join(':');
  const module = {
    arguments: words,
    thisProgram: program,
    mainScriptUrlOrBlob: import.meta.filename,
    locateFile: (name: string) => join(folder, name),
    printErr: (line: string) => {
      if (!line.startsWith(mark)) write(2, `${line}\n`);
    },
    preRun: [() => mountFolders(module as unknown as Module)],
    onRuntimeInitialized: () => connect(module as unknown as Module),
    onExit: (code: number) => process.exit(code),
  };
  load(module);
}

function mountFolders({ FS, NODEFS, ENV }: Module): void {
  for (const entry of readdirSync('/', { withFileTypes: true })) {
    if (!entry.isDirectory() || ['dev', 'proc', 'sys'].includes(entry.name)) continue;
    const path = `/${entry.name}`;
    // Some are there.
    try {
      FS.mkdir(path);
    } catch {}
    FS.mount(NODEFS, { root: path }, path);
  }
  FS.chdir(process.cwd());
  // The package was built to measure coverage, and would leave `default.profraw` in every folder.
  Object.assign(ENV, env, { LEAN_SYSROOT: folder, LLVM_PROFILE_FILE: '/dev/null' });
}

function connect({ FS }: Module): void {
  const attach = (fd: number, operations: { read?: Transfer; write?: Transfer }) => {
    const stream = FS.streams[fd] as { stream_ops: object };
    stream.stream_ops = { ...stream.stream_ops, ...operations };
  };
  attach(0, { read });
  for (const fd of [1, 2]) attach(fd, { write: writer(fd) });
}

/** Waits for input: what there is, and nothing at its end. */
const read: Transfer = (_stream, buffer, offset, length) => {
  const bytes = new Uint8Array(length);
  const count = patiently(() => {
    try {
      return readSync(0, bytes, 0, length, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EOF') return 0;
      throw error;
    }
  });
  buffer.set(bytes.subarray(0, count), offset);
  return count;
};

const mark = '[DEBUG:';

/** Lines for its makers do not get through, nor the indented ones that belong to them. */
function writer(fd: number): Transfer {
  let rest = '';
  let hidden = false;
  return (_stream, buffer, offset, length) => {
    rest += Buffer.from(buffer.slice(offset, offset + length)).toString('latin1');
    let shown = '';
    for (let end = rest.indexOf('\n') + 1; end > 0; end = rest.indexOf('\n') + 1) {
      const line = rest.slice(0, end);
      rest = rest.slice(end);
      hidden = line.startsWith(mark) || (hidden && line.startsWith('  '));
      if (!hidden) shown += line;
    }
    const undecided =
      mark.startsWith(rest.slice(0, mark.length)) || (hidden && '  '.startsWith(rest.slice(0, 2)));
    if (!undecided) {
      shown += rest;
      rest = '';
      hidden = false;
    }
    write(fd, shown);
    return length;
  };
}

function write(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; ) at += patiently(() => writeSync(fd, bytes, at));
}

/** Descriptors that do not block are tried again. */
function patiently(transfer: () => number): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(cell, 0, 0, 2);
    }
  }
}

/** As a Lean that aborts: out of memory or stack, an assertion. */
function fail(error: unknown): never {
  try {
    write(2, `lean: aborted: ${error instanceof Error ? error.message : error}\n`);
  } catch {}
  process.exit(134);
}
