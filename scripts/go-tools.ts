// Programs that are had as Go modules: real clients and checkers of other people, for the tests. Each is built once, into
// .tools/, and where need be Go itself is brought as well. Where that cannot be, tests that need one skip themselves.
import { existsSync, globSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbandoned } from './draft.ts';
import { attempt, lastLine, timed } from './machine.ts';
import { environmentFolder } from './python-environment.ts';

/** Where what is brought here lies. */
export const toolsFolder = join(import.meta.dirname, '../.tools');
const home = toolsFolder;
/** A package that has Go in it, for machines that have none, or an older one. */
const lock = join(import.meta.dirname, 'go.lock');
const least = [1, 26];

/** The clients that test/e2e uses, and what brings docker/compose.yaml up. */
export const tools = {
  grpcurl: ['github.com/fullstorydev/grpcurl/cmd/grpcurl', 'v1.9.4'],
  ghz: ['github.com/bojand/ghz/cmd/ghz', 'v0.93.0'],
  compose: ['github.com/docker/compose/v2/cmd', 'v2.40.3'],
} as const satisfies Record<string, readonly [string, string]>;

/** Brings those of them that are asked for, and says what it cannot; true also then. */
export async function provideTools(names = Object.keys(tools) as (keyof typeof tools)[]): Promise<boolean> {
  for (const name of names) {
    const [program, version] = tools[name];
    await goTool(program, version);
  }
  return true;
}

/** Where {@link goTool} puts a program; nothing may be there yet. */
export function toolPath(program: string, version: string): string {
  const name = program.split('/').findLast((part) => part !== 'cmd' && !/^v\d+$/.test(part)) ?? program;
  return join(home, `${name}-${version}`, name);
}

/**
 * A program of a Go module, built unless it has been before.
 * @param program `MODULE/cmd`, `MODULE/cmd/NAME`, or `MODULE`, where its package main is
 * @param version of the module: `v1.2.3`. What it needs comes as its own go.mod and go.sum pin it.
 * @returns its path; undefined where it cannot be had, which is said on stdout
 */
export async function goTool(program: string, version: string): Promise<string | undefined> {
  const path = toolPath(program, version);
  if (existsSync(path)) return path;
  const draft = join(home, `draft-${process.pid}`);
  try {
    await mkdir(home, { recursive: true });
    await sweep();
    await timed(`building ${program}@${version}`, async () => build(await findGo(), program, version, draft));
    await put(draft, join(path, '..'));
    return path;
  } catch (error) {
    console.log(
      `${program} cannot be built: ${lastLine((error as Error).message)}\nIts tests will be skipped.`,
    );
    return undefined;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Folder with a module's files, read-only; undefined where it cannot be had, which is said on stdout. */
export async function goModule(module: string, version: string): Promise<string | undefined> {
  try {
    await mkdir(home, { recursive: true });
    return await download(await findGo(), module, version);
  } catch (error) {
    console.log(`${module} cannot be had: ${lastLine((error as Error).message)}`);
    return undefined;
  }
}

async function download(go: string, module: string, version: string): Promise<string> {
  const output = await must(go, ['mod', 'download', '-json', `${module}@${version}`]);
  return (JSON.parse(output.slice(output.indexOf('{'))) as { Dir: string }).Dir;
}

async function build(go: string, program: string, version: string, draft: string): Promise<void> {
  const [module = program, rest] = program.split(/\/(cmd(?:\/.*)?)$/);
  const Dir = await download(go, module, version);
  // In its own folder: `go install` refuses modules whose go.mod excludes or replaces others.
  await must(go, [
    'build',
    '-C',
    Dir,
    '-trimpath',
    '-buildvcs=false',
    '-ldflags=-s -w',
    '-o',
    join(draft, toolPath(program, version).split('/').at(-1) ?? ''),
    `./${rest ?? ''}`,
  ]);
}

/** Runs Go, which asks for no other Go, no C compiler and no terminal. */
async function must(program: string, args: string[]): Promise<string> {
  const settings = ['CGO_ENABLED=0', 'GOTOOLCHAIN=local', 'GOWORK=off', 'GOFLAGS=-mod=readonly'];
  const { ok, output } = await attempt('env', [...settings, program, ...args]);
  if (!ok) throw new Error(output);
  return output;
}

/** This machine's Go where it is new enough; else one that is brought. */
export async function findGo(): Promise<string> {
  const [, major = 0, minor = 0] = /go(\d+)\.(\d+)/.exec((await attempt('go', ['version'])).output) ?? [];
  if (Number(major) === least[0] && Number(minor) >= (least[1] ?? 0)) return 'go';
  const folder = await environmentFolder(lock, 'Go');
  const [go] = globSync('lib/python*/site-packages/go/bin/go', { cwd: folder });
  if (go === undefined) throw new Error(`${lock} brings no Go.`);
  return join(folder, go);
}

/** Several may do it at once: the first to be done keeps what it made. */
async function put(draft: string, folder: string): Promise<void> {
  await rename(draft, folder).catch((error) => {
    if (!existsSync(folder)) throw error;
  });
}

/** Removes what others have left that were killed. */
async function sweep(): Promise<void> {
  for (const name of await readdir(home)) {
    const [draft = ''] = /draft-\d+/.exec(name) ?? [];
    if (isAbandoned(draft) === true) await rm(join(home, name), { recursive: true, force: true });
  }
}

if (import.meta.main) await provideTools();
