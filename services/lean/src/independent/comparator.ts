/**
 * comparator, or `lake comparator` of Lean since 4.35: builds statement and proof as two modules of a Lake project, each
 * in a sandbox of its own, exports both, compares all that the statement refers to, and replays the proof in the
 * kernel. It never loads a module that the candidate could have written.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { constantName } from '../audit/index.ts';
import { run } from '../os/run.ts';
import { fileOf, programOf, referenceText } from '../program.ts';
import type { Toolchain } from '../types.ts';
import { standardAxioms } from '../verdict.ts';
import type { Accepted, Independent } from './index.ts';
import { limits } from './limits.ts';
import { lastLines } from './replay.ts';

const challenge = 'AssayChallenge';
const solution = 'AssaySolution';

/** Files of a Lake project that are its own in the copy: the others are links. */
const copied = new Set(['lakefile.toml', 'lakefile.lean', 'lake-manifest.json', 'lean-toolchain']);

export async function runComparator(
  toolchain: Toolchain,
  command: readonly string[],
  { header, statement, proof, axioms }: Accepted,
  signal: AbortSignal,
): Promise<Independent> {
  signal.throwIfAborted();
  const folder = await mkdtemp(join(tmpdir(), 'assay-lean-'));
  try {
    await copyProject(toolchain.folder, folder);
    const program = programOf(statement, proof, undefined);
    await writeFile(join(folder, `${challenge}.lean`), fileOf(header, referenceText(statement)).text);
    await writeFile(join(folder, `${solution}.lean`), fileOf(header, program.text).text);
    const config = join(folder, 'assay-comparator.json');
    await writeFile(
      config,
      JSON.stringify({
        challenge_module: challenge,
        solution_module: solution,
        theorem_names: [constantName(header, statement.name)],
        permitted_axioms: [...standardAxioms, ...axioms],
        enable_nanoda: false,
      }),
    );
    const ofLake = command.some(
      (word, at) => word === 'comparator' && basename(command[at - 1] ?? '') === 'lake',
    );
    const argv = [...command, ...(ofLake ? ['--config'] : []), config];
    // Its sandboxes are its own; they need not work within one of ours.
    const ended = await run({ argv, folder, env: toolchain.env, limits }, signal);
    if (ended.exitCode === 0) return { accepted: true, detail: 'comparator accepts it' };
    const detail = lastLines(ended);
    if (ended.limit !== undefined || ended.exitCode !== 1) return { accepted: undefined, detail };
    // The program by itself has one exit code for all: it is of the proof once the proof's turn has come.
    const begun = new RegExp(`Building ${solution}\\b`).test(ended.stdout);
    return { accepted: ofLake || begun ? false : undefined, detail };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A Lake project with the libraries of another one, and with the two modules. */
async function copyProject(from: string, to: string): Promise<void> {
  const libraries = [challenge, solution];
  const isLean = existsSync(join(from, 'lakefile.lean'));
  const isToml = existsSync(join(from, 'lakefile.toml'));
  if (isLean || isToml) await linkProject(from, to);
  // Lake prefers the one in Lean where there are both.
  const lakefile = join(to, isLean ? 'lakefile.lean' : 'lakefile.toml');
  const before = isLean || isToml ? await readFile(lakefile, 'utf8') : 'name = "assay"\n';
  const added = libraries.map((name) => (isLean ? `lean_lib ${name}\n` : `[[lean_lib]]\nname = "${name}"\n`));
  await writeFile(lakefile, `${before}\n${added.join('\n')}`);
}

async function linkProject(from: string, to: string): Promise<void> {
  const names = await readdir(from);
  for (const name of names) {
    if (name === '.lake' || name === '.git') continue;
    if (copied.has(name)) await cp(join(from, name), join(to, name));
    else await symlink(join(from, name), join(to, name));
  }
  // What is built goes to the copy; packages are those of the project, and stay as they are.
  await mkdir(join(to, '.lake'));
  const packages = join(from, '.lake', 'packages');
  if (existsSync(packages)) await symlink(packages, join(to, '.lake', 'packages'));
}
