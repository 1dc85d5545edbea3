/** The script that runs an instance's tests. */
import { randomBytes } from 'node:crypto';
import { splitDiff, touchedPaths } from './diff.ts';
import { type Instance, workdirOf } from './instance.ts';
import { endMarker, exitMarker, type Nonces, startMarker } from './markers.ts';

/** A script, and the nonces of the markers that it prints. */
export interface EvalScript {
  readonly text: string;
  readonly nonces: Nonces;
}

/** Name under which the harness keeps the exit code; scripts may have the line already. */
const exitVariable = 'SWEBENCH_TEST_EXIT_CODE';
// Not tests: what the harness leaves out of the test command.
const notTests = ['.json', '.png', 'csv', '.txt', '.md', '.jpg', '.jpeg', '.pkl', '.yml', '.yaml', '.toml'];

/** The instance's own script, or one made as version 4 of the harness does, with markers of its own. */
export function evalScript(instance: Instance): EvalScript {
  const nonces = { start: randomBytes(16).toString('hex'), end: randomBytes(16).toString('hex') };
  return { text: withMarkers(instance.evalScript || generateScript(instance), nonces), nonces };
}

/**
 * Adds lines that print the markers with their nonces, and the exit code of the last command before the end. The
 * script's own markers stay, and count for nothing.
 */
export function withMarkers(script: string, { start, end }: Nonces): string {
  const lines = script.split('\n');
  const first = lines.findIndex((line) => line.includes(startMarker));
  const last = lines.findIndex((line, index) => index > first && line.includes(endMarker));
  const before = lines.slice(first + 1, last);
  const kept = before.some((line) => line.trim() === `${exitVariable}=$?`);
  return [
    ...lines.slice(0, first + 1),
    print(`${startMarker} ${start}`),
    ...before,
    ...(kept ? [] : [`${exitVariable}=$?`]),
    print(`${endMarker} ${end}`),
    print(`${exitMarker} ${end} `, `"$${exitVariable}"`),
    ...lines.slice(last),
  ].join('\n');
}

/** The script for an instance without one: brings the tests in, runs them, takes them out. */
export function generateScript(instance: Instance): string {
  const { baseCommit, testPatch, testCommand, install, evalCommands, setupCommands } = instance;
  const workdir = quote(workdirOf(instance));
  const files = splitDiff(testPatch);
  const isNew = (text: string) => /^--- \/dev\/null|^new file mode /m.test(text);
  const changed = files.filter(({ text }) => !isNew(text)).flatMap(({ paths }) => paths);
  const added = files.filter(({ text }) => isNew(text)).flatMap(({ paths }) => paths);
  const list = (paths: string[]) => [...new Set(paths)].map(quote).join(' ');
  const reset = [
    // Without a path it would reset everything.
    ...(changed.length > 0 ? [`git checkout ${baseCommit} ${list(changed)}`] : []),
    ...(added.length > 0 ? [`rm -f ${list(added)}`] : []),
  ];
  let delimiter = 'EOF_114329324912';
  while (testPatch.includes(delimiter)) delimiter += '_';
  return [
    '#!/bin/bash',
    'set -uxo pipefail',
    ...setupCommands,
    `cd ${workdir}`,
    ...evalCommands,
    `git config --global --add safe.directory ${workdir}`,
    `cd ${workdir}`,
    'git status',
    `git -c core.fileMode=false diff ${baseCommit}`,
    ...(install === '' ? [] : [install]),
    ...reset,
    `git apply -v - <<'${delimiter}'`,
    testPatch.replace(/\n$/, ''),
    delimiter,
    `: '${startMarker}'`,
    [testCommand, ...directives(instance).map(quote)].join(' '),
    `: '${endMarker}'`,
    ...reset,
    '',
  ].join('\n');
}

/** What the test command is given: the files of the test patch, or for Django their modules. */
export function directives({ repo, testPatch }: Pick<Instance, 'repo' | 'testPatch'>): string[] {
  const paths = touchedPaths(testPatch).filter((path) => !notTests.some((end) => path.endsWith(end)));
  if (repo !== 'django/django') return paths;
  return paths.map((path) =>
    path
      .replace(/\.py$/, '')
      .replace(/^tests\//, '')
      .replaceAll('/', '.'),
  );
}

// At a line's start, whatever was printed before.
function print(text: string, argument = "''"): string {
  return `printf '\\n%s%s\\n' '${text}' ${argument}`;
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
