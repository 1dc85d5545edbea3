/** Frames between the service and a supervisor: the other end of supervisor/main.c explains them. */

/** A file in /box, readable by programs, or (`judge`) the judge's own, as is the folder that it is the first in. */
export interface BoxFile {
  /** Relative path, without `..`. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable?: boolean;
  readonly judge?: boolean;
}

/** A file that a program has left in /tmp. */
export interface LeftFile {
  readonly path: string;
  readonly content: Buffer;
}

export interface Program {
  /** Absolute path of what is executed, and its arguments. */
  readonly command: readonly string[];
  readonly env: readonly string[];
  /** Command of an interpreter that stays and forks programs of this kind: `command` then ends with the file to run. */
  readonly warm?: readonly string[];
  readonly limits: ProgramLimits;
  /** Runs as the judge's user, whose files other programs cannot read. */
  readonly judge?: boolean;
}

export interface ProgramLimits {
  /** Of all its processes together. */
  readonly cpuUs: number;
  readonly wallUs: number;
  /** Of stdout. */
  readonly outputBytes: number;
  /** Of stderr; what is beyond is dropped. */
  readonly stderrBytes: number;
  /** Of one file. */
  readonly fileBytes: number;
  readonly stackBytes: number;
  /** Processes and threads. */
  readonly processes: number;
  readonly openFiles: number;
}

export interface ProgramResult {
  readonly cpuUs: number;
  readonly wallUs: number;
  /** Largest resident memory of one of its processes. */
  readonly rssBytes: number;
  /** Bytes written to stdout, also beyond the limit. */
  readonly outputBytes: number;
  readonly cpuExceeded: boolean;
  readonly wallExceeded: boolean;
  readonly outputExceeded: boolean;
  readonly outOfMemory: boolean;
  /** It had as many processes as it may have. */
  readonly processesExceeded: boolean;
  /** Not run, as the run before had failed. */
  readonly skipped: boolean;
  /** errno of a program that could not be started, or 0. */
  readonly startError: number;
  readonly exitCode: number;
  /** Signal that ended it, or 0. */
  readonly signal: number;
  /** Processes that it had left behind. */
  readonly leftovers: number;
  /** Where its wall time was over: how long it was ready to run and got no processor. */
  readonly waitedMs: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const flag = { keepFiles: 1, judge: 2, afterSuccess: 4 };
const resultFlag = { cpu: 1, wall: 2, output: 4, memory: 8, notStarted: 16, skipped: 32, processes: 64 };
const requestHead = 6 * 8 + 10 * 4;
const resultHead = 4 * 8 + 8 * 4;

function frame(kind: string, parts: readonly Uint8Array[]): Buffer[] {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(kind.charCodeAt(0), 0);
  head.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.length, 0),
    4,
  );
  return [head, ...(parts as Buffer[])];
}

function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, 4 * i);
  return bytes;
}

export function pingFrame(): Buffer[] {
  return frame('P', []);
}

/** Whether the kernel is the sandbox's own: the supervisor then has to watch its memory. */
export function parsePing(payload: Buffer): boolean {
  return payload[0] === 1;
}

export function memoryFrame(bytes: number): Buffer[] {
  const limit = Buffer.alloc(8);
  limit.writeBigUInt64LE(BigInt(bytes));
  return frame('M', [limit]);
}

export function loadFrame(files: readonly BoxFile[]): Buffer[] {
  const parts: Uint8Array[] = [uint32(files.length)];
  for (const { path, content, executable = false, judge = false } of files) {
    const mode = judge ? (executable ? 0o700 : 0o600) : executable ? 0o555 : 0o444;
    const name = Buffer.from(path);
    parts.push(uint32(name.length), name, uint32(mode, judge ? 1 : 0, content.length), content);
  }
  return frame('L', parts);
}

/** @param roomBytes most bytes of all files together. */
export function getFrame(paths: readonly string[], roomBytes: number): Buffer[] {
  const room = Buffer.alloc(8);
  room.writeBigUInt64LE(BigInt(roomBytes));
  const names = paths.map((path) => Buffer.from(path));
  return frame('G', [room, uint32(names.length), ...names.flatMap((name) => [uint32(name.length), name])]);
}

export interface RunOptions {
  /** What the program has left in /tmp stays for `getFrame`. */
  readonly keepFiles?: boolean;
  /** Skipped where the run before has failed by itself. */
  readonly afterSuccess?: boolean;
}

/** One program with its input, or two that talk to each other: the candidate's and the judge's. */
export function runFrame(
  programs: readonly Program[],
  input: Uint8Array,
  options: RunOptions = {},
): Buffer[] {
  const parts: Uint8Array[] = [uint32(programs.length)];
  for (const [i, program] of programs.entries()) {
    const { limits } = program;
    const stdin = i === 0 && programs.length === 1 ? input : Buffer.alloc(0);
    const args = strings(program.command);
    const env = strings(program.env);
    const warm = strings(program.warm ?? []);
    const head = Buffer.alloc(requestHead);
    const longs = [
      limits.cpuUs,
      limits.wallUs,
      limits.outputBytes,
      limits.fileBytes,
      limits.stackBytes,
      stdin.length,
    ];
    for (const [at, value] of longs.entries()) head.writeBigUInt64LE(BigInt(Math.round(value)), 8 * at);
    const flags =
      (options.keepFiles ? flag.keepFiles : 0) |
      (options.afterSuccess ? flag.afterSuccess : 0) |
      (program.judge ? flag.judge : 0);
    const ints = [
      ...[limits.stderrBytes, limits.processes, limits.openFiles, flags],
      ...[program.command.length, args.length, program.env.length, env.length],
      ...[program.warm?.length ?? 0, warm.length],
    ];
    for (const [at, value] of ints.entries()) head.writeUInt32LE(value, 48 + 4 * at);
    parts.push(head, args, env, warm, stdin);
  }
  return frame('R', parts);
}

function strings(list: readonly string[]): Buffer {
  return Buffer.from(list.map((one) => `${one}\0`).join(''));
}

export function parseResults(payload: Buffer): ProgramResult[] {
  const results: ProgramResult[] = [];
  for (let at = 0; at < payload.length; ) {
    const long = (i: number) => Number(payload.readBigUInt64LE(at + 8 * i));
    const int = (i: number) => payload.readUInt32LE(at + 32 + 4 * i);
    const flags = int(0);
    const outAt = at + resultHead;
    const errAt = outAt + int(3);
    const end = errAt + int(4);
    results.push({
      cpuUs: long(0),
      wallUs: long(1),
      rssBytes: long(2),
      outputBytes: long(3),
      cpuExceeded: (flags & resultFlag.cpu) !== 0,
      wallExceeded: (flags & resultFlag.wall) !== 0,
      outputExceeded: (flags & resultFlag.output) !== 0,
      outOfMemory: (flags & resultFlag.memory) !== 0,
      processesExceeded: (flags & resultFlag.processes) !== 0,
      skipped: (flags & resultFlag.skipped) !== 0,
      startError: flags & resultFlag.notStarted ? int(6) : 0,
      exitCode: int(1),
      signal: int(2),
      leftovers: int(5),
      waitedMs: int(7),
      stdout: payload.subarray(outAt, errAt),
      stderr: payload.subarray(errAt, end),
    });
    at = end;
  }
  return results;
}

/** A file of an answer to `getFrame`; undefined for the one that ends them. */
export function parseFile(payload: Buffer): LeftFile | undefined {
  const length = payload.readUInt32LE(0);
  if (length === 0) return undefined;
  const path = payload.toString('utf8', 4, 4 + length);
  return { path, content: payload.subarray(8 + length) };
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** Frames that are complete with this chunk. */
  push(chunk: Buffer): { kind: string; payload: Buffer }[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const frames: { kind: string; payload: Buffer }[] = [];
    while (this.#bytes >= 8) {
      const head = this.#peek();
      const size = 8 + head.readUInt32LE(4);
      if (this.#bytes < size) break;
      const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
      const kind = String.fromCharCode(all.readUInt32LE(0));
      frames.push({ kind, payload: all.subarray(8, size) });
      this.#bytes -= size;
      this.#chunks = this.#bytes > 0 ? [all.subarray(size)] : [];
    }
    return frames;
  }

  /** At least the first eight bytes. */
  #peek(): Buffer {
    if ((this.#chunks[0] as Buffer).length < 8) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] as Buffer;
  }
}
