/** Applying a patch in a container, as SWE-bench's harness does. */
import { AssayError } from '@assay/contract';
import type { Sandbox } from './container.ts';
import { unquote } from './diff.ts';

/** What became of a patch. */
export interface Applied {
  /** Which of the commands took it; undefined: none. `reverse`: the repository has these edits already. */
  readonly by: string | undefined;
  /** Paths that are changed now and were not before. */
  readonly changed: readonly string[];
  /** What the commands said, for a patch that none takes. */
  readonly complaint: string;
}

export const patchFile = '/assay.diff';

/** From the harness (5.0.2): tried in this order, with a clean-up in between. */
const attempts = [
  'git apply --verbose',
  'git apply --verbose --3way',
  'git apply --verbose --reject',
  'patch --batch --forward --fuzz=5 -p1 -i',
];

/** Exit code that says that there is no repository, or no git. */
const noRepository = 90;

// Lines of `git status` begin with two letters and a space, so none can be taken for one of the headings.
const script = `
git config --global --add safe.directory '*'
git rev-parse --git-dir || exit ${noRepository}
said=/assay.said
tried=
by=
state() { git status --porcelain --untracked-files=all --ignored; }
clean() { { git reset --quiet; git checkout -- .; git clean -fd; } >/dev/null 2>&1; }
attempt() {
  [ -z "$by" ] || return
  [ -z "$tried" ] || clean
  tried=1
  "$@" ${patchFile} >>"$said" 2>&1 && by="$*"
}
echo @before
state
${attempts.map((command) => `attempt ${command}`).join('\n')}
[ -n "$by" ] || { clean; git apply --check --reverse ${patchFile} >/dev/null 2>&1 && by=reverse; }
echo @after
state
echo "@by $by"
tail -c 2000 "$said"
rm -f "$said" ${patchFile}
`;

/** Applies the patch that was put at `patchFile`. Throws AssayError `bad_image` where there is no repository. */
export async function applyPatch(sandbox: Sandbox): Promise<Applied> {
  const { output, exitCode } = await sandbox.execute(['/bin/bash', '-c', script], 64 * 1024 * 1024);
  const text = output.toString('utf8');
  if (exitCode === noRepository) {
    throw new AssayError('bad_image', `there is no git repository in the image: ${text.trim()}`, {
      mend: "Give the repository's folder as workdir.",
    });
  }
  const sections = /^@before\n([\s\S]*?)^@after\n([\s\S]*?)^@by (.*)\n([\s\S]*)$/m.exec(text);
  if (sections === null) {
    throw new Error(`the patch could not be tried (exit code ${exitCode}): ${text.trim().slice(-300)}`);
  }
  const [, before = '', after = '', by = '', said = ''] = sections;
  const known = new Set(paths(before));
  return {
    by: by === '' ? undefined : by,
    changed: paths(after).filter((path) => !known.has(path)),
    complaint: said.trim(),
  };
}

// `XY path` or `XY old -> new`.
function paths(status: string): string[] {
  return status
    .split('\n')
    .filter((line) => line.length > 3)
    .flatMap((line) => line.slice(3).split(' -> ').map(unquote));
}
