/**
 * A stand-in for `lean`. A line `-- script {…}` of the file that it is given says what it does; a module is a file with
 * the audit that it is to have.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';

/** What it does with a file, in this order. `FILE` in texts is the file's path. */
export interface Script {
  readonly stdout?: string;
  readonly stderr?: string;
  /** Text that is said for ever. */
  readonly flood?: string;
  readonly spin?: boolean;
  readonly sleep?: boolean;
  readonly bytes?: number;
  /** Leaves a process behind that overwrites the module for ever with this text. */
  readonly overwrite?: string;
  /** The module that it writes. */
  readonly module?: string;
  readonly signal?: string;
  readonly exit?: number;
}

/** A line for a Lean text. */
export function script(script: Script): string {
  return `-- script ${JSON.stringify(script)}`;
}

/** A module whose audit is this. */
export function moduleWith(audit: unknown): string {
  return `module ${JSON.stringify(audit)}`;
}

if (import.meta.main) main(process.argv.slice(2));

function main(args: readonly string[]): void {
  const text = process.env.OLD === undefined ? '  --json  says it in JSON\n' : '  -o name  writes a module\n';
  if (args.includes('--help')) writeSync(1, text);
  else if (args.includes('--version')) writeSync(1, 'Lean (version 4.0.0, commit 26c7798eb90b, Release)\n');
  else if (args.includes('--json') && process.env.OLD !== undefined) {
    writeSync(1, text);
    writeSync(2, `unrecognized option '--json'\n`);
    process.exitCode = 1;
  } else check(args);
}

function check(args: readonly string[]): void {
  const file = args.at(-1) ?? '';
  const text = readFileSync(file, 'utf8');
  const read = /System\.FilePath\.mk ("[^\n]*")\)/.exec(text)?.[1];
  if (read !== undefined) audit(JSON.parse(read) as string, text, args.includes('--json'));
  else play(JSON.parse(/^-- script (.*)$/m.exec(text)?.[1] ?? '{}') as Script, file, args);
}

function audit(module: string, text: string, json: boolean): void {
  const found = readFileSync(module, 'utf8');
  const nonce = /getId "(\w+)"/.exec(text)?.[1];
  const fault = found.startsWith('module ') ? undefined : 'incompatible header';
  const data = fault ?? `assay-audit ${nonce} ${found.slice('module '.length)}`;
  const severity = fault === undefined ? 'information' : 'error';
  const pos = { line: 9, column: 0 };
  if (json) writeSync(1, `${JSON.stringify({ severity, pos, data, fileName: 'audit' })}\n`);
  else writeSync(1, fault === undefined ? `${data}\n` : `${process.argv.at(-1)}:9:0: error: ${data}\n`);
  if (fault !== undefined) process.exitCode = 1;
}

function play(asked: Script, file: string, args: readonly string[]): void {
  const say = (fd: number, text = '') => text !== '' && writeSync(fd, text.replaceAll('FILE', file));
  say(1, asked.stdout);
  say(2, asked.stderr);
  while (asked.flood !== undefined) writeSync(1, asked.flood);
  while (asked.spin);
  const bytes = Buffer.alloc(asked.bytes ?? 0, 1);
  if (asked.sleep || bytes.length > 0) setInterval(() => bytes, 1e6);
  const module = args[args.indexOf('-o') + 1] ?? '';
  if (asked.overwrite !== undefined) {
    const other = `const fs = require('node:fs');
      for (;;) { try { fs.writeFileSync(process.argv[1], process.argv[2]) } catch { break } }`;
    spawn(process.execPath, ['-e', other, module, asked.overwrite], {
      detached: true,
      stdio: 'ignore',
    }).unref();
    // It is at work before this ends.
    while (!existsSync(module) || readFileSync(module, 'utf8') !== asked.overwrite);
  }
  if (asked.module !== undefined) writeFileSync(module, asked.module);
  if (asked.signal !== undefined) process.kill(process.pid, asked.signal);
  process.exitCode = asked.exit ?? 0;
}
