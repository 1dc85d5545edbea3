/** All candidates of a run in files beside its page, one for each problem: loaded when somebody wants to see them. */
import { appendFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { AssayError, messageOf, type Run } from '@assay/contract';
import { type Chosen, embeddedJson, pageProblems, type Report, readCandidates, setText } from '@assay/report';
import type { Store } from '@assay/store';
import { usageError } from '../exit.ts';
import { oneLine } from '../terminal.ts';
import { SampleTexts, type Source } from './texts.ts';

/** Most characters of a candidate's text. */
const longest = 60_000;
/** Candidates that are read from the store at a time. */
const piece = 500;

export function sideFolder(file: string): string {
  return `${file.replace(/\.html?$/i, '')}.candidates`;
}

/**
 * Writes them and replaces what was in the folder; answers with what a reader has to know. Errors: `report_write`, `usage`
 * where the folder has files that are not of an earlier page.
 */
export async function writeSide(
  store: Store,
  run: Run,
  report: Report,
  source: Source,
  folder: string,
): Promise<string[]> {
  const before = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw unwritable(folder, cause);
  });
  const other = before.find((name) => !/^\d+\.js$/.test(name));
  if (other !== undefined) {
    throw usageError(
      `The folder ${folder} would be replaced, and has ${oneLine(other, 80)}, which is not of a page.`,
      'Move it away, or name another page with --html FILE.',
    );
  }
  const draft = `${folder}.${process.pid}.tmp`;
  try {
    await mkdir(draft, { recursive: true });
    const notes = await writeAll(store, run, report, source, draft);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return notes;
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw unwritable(folder, cause);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function unwritable(folder: string, cause: Error): AssayError {
  return new AssayError('report_write', `Cannot write the candidates into ${folder}: ${messageOf(cause)}`, {
    mend: 'Name a page on a disk with room for all candidates, or leave --details all out.',
    cause,
  });
}

async function writeAll(
  store: Store,
  run: Run,
  report: Report,
  source: Source,
  folder: string,
): Promise<string[]> {
  const positions = new Map(pageProblems(report).map((id, position) => [id, position]));
  const problems = new Map((await store.problems(run.id)).map((problem) => [problem.id, problem]));
  const written = new Map<number, Set<number>>();
  const write = async (id: string, candidates: Iterable<Chosen>) => {
    const some = [...candidates].map(({ details }) => details);
    const position = positions.get(id);
    if (some.length === 0 || position === undefined) return;
    await appendFile(`${folder}/${position}.js`, `assayCandidates(${position},${embeddedJson(some)});\n`);
  };
  const texts = await SampleTexts.open(store, run, source);
  for await (const { problem, candidates } of texts.chunks) {
    const stored = problems.get(problem.id ?? '');
    if (stored === undefined) continue;
    const seen = written.get(stored.handle) ?? new Set();
    written.set(stored.handle, seen);
    const indices = candidates.map(({ index = 0 }) => index);
    const own = await readCandidates(store, run, stored.handle, indices);
    for (const candidate of candidates) {
      const one = own.get(candidate.index ?? 0);
      if (one === undefined) continue;
      seen.add(candidate.index ?? 0);
      const text = texts.judged(problem, candidate, one);
      if (text !== undefined) setText(one.details, text, longest);
    }
    await write(stored.id, own.values());
  }
  // What the samples do not have, or where they cannot be read: verdicts without texts.
  const ids = new Map([...problems.values()].map(({ handle, id }) => [handle, id]));
  for await (const { problem, candidates } of store.candidateScores(run.id)) {
    const left = Array.from(candidates).filter((index) => !written.get(problem)?.has(index));
    for (let at = 0; at < left.length; at += piece) {
      const own = await readCandidates(store, run, problem, left.slice(at, at + piece));
      await write(ids.get(problem) ?? '', own.values());
    }
  }
  // A problem whose candidates were all skipped has a file as well: the page looks for it.
  for (const position of positions.values()) await appendFile(`${folder}/${position}.js`, '');
  return texts.notes();
}
