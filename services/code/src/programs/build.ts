/** From a source to what lies in /box: compiled in a sandbox as strict as the one it runs in, without any test near. */
import type { SourceFile } from '@assay/contract';
import type { Built, Language } from '../languages/index.ts';
import type { Slot } from '../sandbox/pool.ts';
import type { BoxFile, ProgramLimits } from '../sandbox/protocol.ts';
import { Artifacts, type Compiled } from './artifacts.ts';
import { wasStarved } from './outcome.ts';

const mb = 1 << 20;

/** Most bytes of a compiled program, and of what a compiler says. */
const maxArtifactBytes = 64 * mb;
const maxDiagnosticBytes = 64 * 1024;

/** Most files of a compiled program, and bytes of a path: Java makes a file for each class. */
const maxFiles = 1000;
const maxPathBytes = 400;

/** Longest source, in bytes. */
export const maxSourceBytes = 1 * mb;

export const baseEnv = ['PATH=/usr/local/bin:/usr/bin:/bin', 'HOME=/tmp', 'LANG=C.UTF-8', 'TZ=UTC'];

export interface Ready extends Built {
  readonly language: Language;
  readonly files: readonly BoxFile[];
}

export type BuildResult =
  | { readonly kind: 'ready'; readonly program: Ready }
  | { readonly kind: 'refused'; readonly diagnostics: string }
  /** Its compiler got no processor: that says nothing of it. */
  | { readonly kind: 'starved'; readonly message: string };

/** Compiles a source where its language wants that; other files lie beside it. @throws SandboxLost */
export async function build(
  slot: Slot,
  artifacts: Artifacts,
  language: Language,
  source: string,
  extra: readonly SourceFile[] = [],
): Promise<BuildResult> {
  const sourceName = language.sourceName(source);
  const beside = extra.filter(({ name }) => name !== sourceName && !name.startsWith(`${sourceName}/`));
  const sourceFiles: BoxFile[] = [
    { path: sourceName, content: Buffer.from(source) },
    ...beside.map(({ name, content }) => ({ path: name, content })),
  ];
  const ready = (files: readonly BoxFile[]): BuildResult => ({
    kind: 'ready',
    program: { language, source, sourceName, files },
  });
  if (language.compile === undefined) return ready(sourceFiles);

  const key = Artifacts.key(
    language.name,
    source,
    ...beside.flatMap((one) => [one.name, one.content.toString('latin1')]),
  );
  let compiled = artifacts.get(key);
  if (compiled === undefined) {
    const fresh = await compile(slot, language, sourceName, sourceFiles);
    if ('kind' in fresh) return fresh;
    compiled = fresh.compiled;
    if (fresh.lasting) artifacts.set(key, compiled);
  }
  return 'files' in compiled ? ready(compiled.files) : { kind: 'refused', diagnostics: compiled.diagnostics };
}

/** @returns `lasting`: another try would come to the same. */
async function compile(
  slot: Slot,
  language: Language,
  sourceName: string,
  files: readonly BoxFile[],
): Promise<{ compiled: Compiled; lasting: boolean } | Extract<BuildResult, { kind: 'starved' }>> {
  const how = language.compile;
  if (how === undefined) throw new Error(`${language.name} is not compiled`);
  const sandbox = await slot.sandbox('build', how.memoryBytes);
  const limits: ProgramLimits = {
    cpuUs: 1e6 * how.cpuSeconds,
    wallUs: 4e6 * how.cpuSeconds,
    outputBytes: maxDiagnosticBytes,
    stderrBytes: maxDiagnosticBytes,
    fileBytes: maxArtifactBytes,
    stackBytes: 64 * mb,
    processes: 256,
    openFiles: 1024,
  };
  await sandbox.load(files);
  const command = how.command(sourceName);
  const env = [...baseEnv, ...(how.env ?? [])];
  const [result] = await slot.gate.pass(false, () =>
    sandbox.run([{ command, env, limits }], Buffer.alloc(0), { keepFiles: true }),
  );
  const made = await sandbox.get([how.output], maxArtifactBytes);
  if (result === undefined) throw new Error('no result of a compiler');
  const refused = (diagnostics: string, lasting: boolean) => ({ compiled: { diagnostics }, lasting });
  if (result.startError !== 0) throw new Error(`${command[0]} cannot be started: errno ${result.startError}`);
  if (result.outOfMemory) return refused('the compiler ran out of memory', true);
  if (result.cpuExceeded) return refused(`the compiler took more than ${how.cpuSeconds} s`, true);
  if (wasStarved(result, limits)) {
    return { kind: 'starved', message: 'the machine is overloaded: the compiler got no processor' };
  }
  if (result.wallExceeded) return refused('the compiler did not end', false);
  if (result.outputExceeded) return refused('the compiler wrote too much', true);
  if (result.exitCode !== 0 || result.signal !== 0) {
    const text = `${result.stderr.toString('utf8')}\n${result.stdout.toString('utf8')}`.trim();
    return refused(text === '' ? `the compiler ended with ${result.exitCode || result.signal}` : text, true);
  }
  if (made.length > maxFiles || made.some(({ path }) => Buffer.byteLength(path) > maxPathBytes)) {
    return refused(
      `the compiler made more than ${maxFiles} files, or names of over ${maxPathBytes} bytes`,
      true,
    );
  }
  if (made.length === 0) return refused('the compiler made no program, or one that is too large', true);
  const programs = made.map(({ path, content }) => ({
    path,
    content: Buffer.from(content),
    executable: true,
  }));
  return { compiled: { files: programs }, lasting: true };
}
