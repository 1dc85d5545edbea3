/** Parser of what Django's own runner (`runtests.py --verbosity 2`) prints. */
import { lines, type StatusMap, trim, words } from '../status.ts';

const passed = [' ... ok', ' ... OK', ' ...  OK'];
const versionTest = '--version is equivalent to version';
const migrationOutput = 'Applying sites.0002_alter_domain_unique...test_no_migrations';

/** `test_name (module.Class) ... ok`, where a test's own output may stand before the `ok`. */
export function django(log: string): StatusMap {
  const found: StatusMap = new Map();
  let last: string | undefined;
  for (const raw of lines(log)) {
    let line = trim(raw);
    if (line.includes(versionTest)) found.set(versionTest, 'PASSED');
    if (line.includes(' ... ')) last = before(line, ' ... ');

    const end = passed.find((suffix) => line.endsWith(suffix));
    if (end !== undefined) {
      // A migration writes its progress in front of this test's name.
      if (line.startsWith(migrationOutput)) line = trim(line.slice(line.indexOf('...') + 3));
      found.set(line.slice(0, -end.length), 'PASSED');
    }
    if (line.includes(' ... skipped')) found.set(before(line, ' ... skipped'), 'SKIPPED');
    if (line.endsWith(' ... FAIL')) found.set(before(line, ' ... FAIL'), 'FAILED');
    heading(found, line, 'FAIL:', 'FAILED');
    if (line.endsWith(' ... ERROR')) found.set(before(line, ' ... ERROR'), 'ERROR');
    heading(found, line, 'ERROR:', 'ERROR');
    if (line.startsWith('ok') && last !== undefined) found.set(last, 'PASSED');
  }
  for (const name of interrupted(log)) found.set(name, 'PASSED');
  return found;
}

function heading(found: StatusMap, line: string, start: string, status: string): void {
  if (!line.startsWith(start)) return;
  const name = words(line, 2)[1];
  if (name !== undefined) found.set(name, status);
}

/**
 * Names of passed tests whose `ok` comes after one of three known outputs. Searches from left to right only: a log can
 * be large and made to be slow.
 */
function* interrupted(log: string): Generator<string> {
  const start = /\s\.\.\.\sTesting against Django installed in /g;
  const end = / silenced\)\.\nok$/gm;
  for (let match = start.exec(log); match !== null; match = start.exec(log)) {
    end.lastIndex = start.lastIndex;
    const found = end.exec(log);
    if (found === null) break;
    yield log.slice(log.lastIndexOf('\n', match.index - 1) + 1, match.index);
    start.lastIndex = found.index;
  }
  const check = /\s\.\.\.\sSystem check identified no issues \(0 silenced\)$/;
  const error = /\s\.\.\.\sInternal Server Error: \/(?=.)/;
  let previous = '';
  for (const line of lines(log)) {
    if (line === 'ok') {
      const match = check.exec(previous) ?? (previous.endsWith('/') ? error.exec(previous) : null);
      if (match !== null) yield previous.slice(0, match.index);
    }
    previous = line;
  }
}

function before(line: string, mark: string): string {
  return line.slice(0, line.indexOf(mark));
}
