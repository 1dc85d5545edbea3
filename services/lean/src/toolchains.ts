/**
 * Which Leans there are to judge with.
 *
 * ASSAY_LEAN_TOOLCHAINS names a JSON file for several:
 *
 *     { "default": "v4.9.0",
 *       "toolchains": {
 *         "v4.9.0": { "project": "/lean/v4.9.0", "repl": "/lean/v4.9.0/repl" },
 *         "bare": { "lean": ["/opt/lean/bin/lean"], "checker": "/opt/lean/bin/leanchecker", "env": { "LEAN_PATH": "/x" } } } }
 *
 * Without it there is one, named as its version: ASSAY_LEAN (a command; else `lean` of PATH or ~/.elan/bin),
 * ASSAY_LEAN_PROJECT (a Lake project, whose modules it then knows), ASSAY_LEAN_REPL and ASSAY_LEAN_CHECKER (commands).
 * A command is a text that is split at blanks, or in the file a list too.
 */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { AssayError, messageOf } from '@assay/contract';
import { type Ended, run } from './os/run.ts';
import type { Toolchain } from './types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is said of one toolchain. */
interface Entry {
  readonly name: string | undefined;
  readonly project: string | undefined;
  readonly lean: readonly string[] | undefined;
  readonly repl: readonly string[] | undefined;
  readonly checker: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** Of this process's environment, what Lean gets: no secrets, which candidates could read. */
const passed = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'ELAN_HOME', 'ELAN_TOOLCHAIN', 'LEAN_PATH'];

/** Of what `lake env` sets. */
const ofLake = ['PATH', 'LEAN_PATH', 'LEAN_SYSROOT', 'LD_LIBRARY_PATH'];

const kinds = ['comparator', 'leanchecker', 'lean4checker'] as const;

const probeLimits = { cpuMs: 300_000, wallMs: 300_000, memoryBytes: 8 * 2 ** 30, outputBytes: 2 ** 20 };

/**
 * The toolchains that the environment names, the default one first; each has answered.
 *
 * @throws AssayError `no_lean`: there is none, or one does not run; `bad_flags`: the file of toolchains is malformed
 */
export async function findToolchains(env: Environment): Promise<Toolchain[]> {
  const file = env.ASSAY_LEAN_TOOLCHAINS;
  const entries = file === undefined || file === '' ? [entryOf(env)] : entriesIn(file);
  const found: Toolchain[] = [];
  for (const entry of entries) found.push(await probe(entry, env));
  return found;
}

function entryOf(env: Environment): Entry {
  const command = (name: string) => {
    const words = env[name]?.split(/\s+/).filter((word) => word !== '') ?? [];
    return words.length === 0 ? undefined : words;
  };
  return {
    name: undefined,
    project: env.ASSAY_LEAN_PROJECT || undefined,
    lean: command('ASSAY_LEAN'),
    repl: command('ASSAY_LEAN_REPL'),
    checker: command('ASSAY_LEAN_CHECKER'),
    env: {},
  };
}

function entriesIn(file: string): Entry[] {
  const bad = (what: string, mend: string) =>
    new AssayError('bad_flags', `ASSAY_LEAN_TOOLCHAINS: ${file}: ${what}`, { mend });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw bad(messageOf(error), 'Name a JSON file that this process can read.');
  }
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch (error) {
    throw bad(messageOf(error), 'Write JSON.');
  }
  const form = 'Write { "default": "a", "toolchains": { "a": { "project": "/path/of/a/Lake/project" } } }.';
  if (!isRecord(whole)) throw bad('not an object', form);
  const { default: first, toolchains, ...unknown } = whole;
  const [other] = Object.keys(unknown);
  if (other !== undefined) throw bad(`unknown key ${JSON.stringify(other)}`, form);
  if (!isRecord(toolchains) || Object.keys(toolchains).length === 0) throw bad('no "toolchains"', form);
  const names = Object.keys(toolchains);
  if (first !== undefined && (typeof first !== 'string' || !names.includes(first))) {
    throw bad(`"default" is ${JSON.stringify(first)}`, `It must be one of ${names.join(', ')}.`);
  }
  const ordered = first === undefined ? names : [first as string, ...names.filter((name) => name !== first)];
  return ordered.map((name) =>
    entryIn(name, toolchains[name], dirname(file), (what, mend) =>
      bad(`toolchain ${JSON.stringify(name)}: ${what}`, mend),
    ),
  );
}

function entryIn(
  name: string,
  value: unknown,
  base: string,
  bad: (what: string, mend: string) => AssayError,
): Entry {
  const keys = 'Keys are project, lean, repl, checker, env.';
  if (!isRecord(value)) throw bad('not an object', keys);
  const { project, lean, repl, checker, env = {}, ...unknown } = value;
  const [other] = Object.keys(unknown);
  if (other !== undefined) throw bad(`unknown key ${JSON.stringify(other)}`, keys);
  const command = (key: string, given: unknown) => {
    if (given === undefined) return undefined;
    const words = typeof given === 'string' ? given.split(/\s+/).filter((word) => word !== '') : given;
    if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string'))
      return words;
    throw bad(`"${key}" is no command`, 'Write a path, or a list of a program and its arguments.');
  };
  if (project !== undefined && typeof project !== 'string') {
    throw bad('"project" is no path', 'Write the path of a Lake project.');
  }
  if (!isRecord(env) || !Object.values(env).every((text) => typeof text === 'string')) {
    throw bad('"env" is not an object of texts', 'Write { "NAME": "value" }.');
  }
  return {
    name,
    project: project === undefined ? undefined : resolve(base, project),
    lean: command('lean', lean),
    repl: command('repl', repl),
    checker: command('checker', checker),
    env: env as Record<string, string>,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function probe(entry: Entry, own: Environment): Promise<Toolchain> {
  const which = entry.name === undefined ? '' : `toolchain ${entry.name}: `;
  const bad = (what: string, mend: string) => new AssayError('no_lean', `${which}${what}`, { mend });
  const home = own.HOME ?? '/';
  const elan = join(own.ELAN_HOME || join(home, '.elan'), 'bin');
  let env: Record<string, string> = {};
  for (const name of passed) if (own[name] !== undefined) env[name] = own[name];
  env.PATH = [...(env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter), elan].join(delimiter);
  // One check, one core: `Elab.async` would take those of others. And a Lean that has panicked is in no state to trust.
  env = { ...env, LEAN_NUM_THREADS: '1', LEAN_ABORT_ON_PANIC: '1', ...entry.env };
  const folder = entry.project ?? '/';
  if (entry.project !== undefined && !isFolder(entry.project)) {
    throw bad(
      `there is no folder ${entry.project}`,
      'Name the folder of a Lake project (ASSAY_LEAN_PROJECT).',
    );
  }
  if (entry.project !== undefined && entry.env.LEAN_PATH === undefined) {
    env = { ...env, ...(await lakeEnvironment(folder, env, bad)), ...entry.env };
  }
  const sysroot = env.LEAN_SYSROOT;
  const ofProject = sysroot === undefined ? undefined : join(sysroot, 'bin', 'lean');
  const lean = entry.lean ?? [ofProject !== undefined && isProgram(ofProject) ? ofProject : 'lean'];
  const [program = ''] = lean;
  const path = pathOf(program, env.PATH ?? '', folder);
  if (path === undefined) {
    throw bad(
      `there is no Lean: ${program} is not ${isAbsolute(program) ? 'a program' : 'on the PATH or in ~/.elan/bin'}`,
      'Install Lean (elan) or name it: ASSAY_LEAN=/path/of/bin/lean; several: ASSAY_LEAN_TOOLCHAINS.',
    );
  }
  const command = [path, ...lean.slice(1)];
  const version = await ask([...command, '--version'], folder, env);
  const stated = /\bversion ([^\s,)]+)/.exec(version.stdout)?.[1];
  if (stated === undefined) {
    throw bad(
      `${command.join(' ')} --version says ${said(version)}`,
      'Try it by hand; with elan, `lean` may need a toolchain to be installed first.',
    );
  }
  const help = await ask([...command, '--help'], folder, env);
  const repl = entry.repl === undefined ? undefined : commandOf(entry.repl, 'REPL', env, folder, bad);
  return {
    name: entry.name ?? stated,
    version: stated,
    folder,
    env,
    lean: command,
    json: /--json\b/.test(help.stdout + help.stderr),
    repl,
    checker: checkerOf(entry, path, env, folder, bad),
  };
}

/** Paths of a Lake project, so that Lake need not be started for each check. */
async function lakeEnvironment(
  folder: string,
  env: Readonly<Record<string, string>>,
  bad: (what: string, mend: string) => AssayError,
): Promise<Record<string, string>> {
  const lake = pathOf('lake', env.PATH ?? '', folder);
  if (lake === undefined) {
    throw bad(
      'there is no lake on the PATH or in ~/.elan/bin',
      'Install elan, or give LEAN_PATH in "env" of the toolchain.',
    );
  }
  const answer = await ask([lake, 'env', 'printenv'], folder, env);
  const lines = answer.stdout.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line));
  const found = Object.fromEntries(
    lines.flatMap((line) =>
      line?.[1] !== undefined && ofLake.includes(line[1]) ? [[line[1], line[2] ?? '']] : [],
    ),
  );
  if (answer.exitCode !== 0 || found.LEAN_PATH === undefined) {
    throw bad(
      `\`lake env printenv\` in ${folder} says ${said(answer)}`,
      'Build the project there: `lake exe cache get`, `lake build`.',
    );
  }
  return found;
}

function checkerOf(
  { checker }: Entry,
  lean: string,
  env: Readonly<Record<string, string>>,
  folder: string,
  bad: (what: string, mend: string) => AssayError,
): Toolchain['checker'] {
  if (checker === undefined) {
    // Lean has brought it along since 4.28. That of elan is there always, and may lead nowhere.
    const beside = join(dirname(lean), 'leanchecker');
    const isElan = existsSync(join(dirname(lean), 'elan'));
    return isProgram(beside) && !isElan ? { kind: 'leanchecker', command: [beside] } : undefined;
  }
  const kind = kinds.find((one) => checker.some((word) => basename(word) === one));
  if (kind === undefined) {
    throw bad(
      `the checker ${checker.join(' ')} is not known`,
      `Name ${kinds.join(', ')} or \`lake comparator\`.`,
    );
  }
  return { kind, command: commandOf(checker, 'checker', env, folder, bad) };
}

function commandOf(
  [program = '', ...args]: readonly string[],
  what: string,
  env: Readonly<Record<string, string>>,
  folder: string,
  bad: (what: string, mend: string) => AssayError,
): string[] {
  const path = pathOf(program, env.PATH ?? '', folder);
  if (path === undefined) throw bad(`the ${what} ${program} is not there`, 'Build it, or name where it is.');
  return [path, ...args];
}

/** Where a program is; undefined: nowhere. */
function pathOf(program: string, path: string, folder: string): string | undefined {
  const places = program.includes('/')
    ? [resolve(folder, program)]
    : path.split(delimiter).map((place) => join(place, program));
  return places.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function ask(argv: readonly string[], folder: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  return run({ argv, folder, env, limits: probeLimits }, new AbortController().signal);
}

function said({ fault, exitCode, signal, limit, stdout, stderr }: Ended): string {
  if (fault !== undefined) return fault;
  if (limit !== undefined) return `nothing in time (${limit})`;
  const text = `${stderr}${stdout}`.trim().slice(0, 300);
  return `${text === '' ? 'nothing' : JSON.stringify(text)} (${signal ?? `exit code ${exitCode}`})`;
}
