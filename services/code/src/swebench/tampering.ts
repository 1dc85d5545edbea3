/** Edits to what decides whether tests pass: SWE-bench's harness takes a patch that only forges reports as a success. */
import { type FileDiff, splitDiff, touchedPaths } from './diff.ts';

/** A patch taken apart. */
export interface Inspection {
  /** Paths with such edits. */
  readonly touched: string[];
  /** The patch without them; empty where nothing is left. */
  readonly rest: string;
}

const names = new Set([
  'conftest.py',
  'pytest.ini',
  '.pytest.ini',
  'pytest.toml',
  '.pytest.toml',
  'tox.ini',
  'noxfile.py',
  'sitecustomize.py',
  'usercustomize.py',
  'runtests.py',
]);
const shared = new Set(['setup.cfg', 'pyproject.toml']);
const testSection =
  /^\s*\[+\s*"?(?:tool[.:"]*pytest|pytest|tool\.tox|tox|testenv|nosetests|aliases\]|tool\.coverage|coverage)/;
const anySection = /^\s*\[+[^\]]+\]+\s*$/;
const testSetting =
  /\b(?:pytest\w*|addopts|python_(?:files|classes|functions)|testpaths|norecursedirs|usefixtures|xfail_strict|confcutdir|conftest|collect_ignore)\b/;

/** Finds such edits in a patch; `testPatch` is the instance's own, whose files the patch may not write. */
export function inspectPatch(patch: string, testPatch: string): Inspection {
  const testFiles = new Set(touchedPaths(testPatch));
  const touched = new Set<string>();
  const rest: string[] = [];
  for (const file of splitDiff(patch)) {
    const paths = file.paths.filter(
      (path) => decidesOnTests(path, testFiles) || editsTestSettings(path, file),
    );
    if (paths.length === 0) rest.push(file.text);
    for (const path of paths) touched.add(path);
  }
  return { touched: [...touched], rest: rest.join('') };
}

/** Whether a whole file is one of those that decide on tests. */
export function decidesOnTests(path: string, testFiles: ReadonlySet<string>): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    names.has(name) ||
    name.endsWith('.pth') ||
    /(?:^|\/)bin\/(?:test|doctest)$/.test(path) ||
    // A hook of git's would run when the tests' own files are brought in.
    /(?:^|\/)\.git\//.test(path) ||
    testFiles.has(path)
  );
}

/** Whether a file may hold settings of tests beside others. */
export function mayHoldSettings(path: string): boolean {
  return shared.has(path.slice(path.lastIndexOf('/') + 1));
}

// A hunk shows three lines around an edit: the section may be out of sight, then the setting's name must tell.
function editsTestSettings(path: string, { text }: FileDiff): boolean {
  if (!mayHoldSettings(path)) return false;
  let inSection = false;
  for (const line of text.split('\n')) {
    if (/^(?:---|\+\+\+|diff |index )/.test(line)) continue;
    if (line.startsWith('@@')) {
      inSection = false;
      continue;
    }
    const content = line.slice(1);
    if (testSection.test(content)) inSection = true;
    else if (anySection.test(content)) inSection = false;
    if (/^[+-]/.test(line) && (inSection || testSetting.test(content))) return true;
  }
  return false;
}
