/** Reading of unified diffs, as far as to know which files they touch. */

/** What a diff says of one file. */
export interface FileDiff {
  readonly text: string;
  /** Every path that its headers name, without the `a/` and `b/`: old, new, renamed, copied. */
  readonly paths: readonly string[];
}

/** Splits a diff by files; lines before the first one are dropped, as they are when it is applied. */
export function splitDiff(diff: string): FileDiff[] {
  const sections: string[][] = [];
  let left = { old: 0, new: 0 };
  const lines = diff.split('\n');
  for (const [index, line] of lines.entries()) {
    const inside = left.old > 0 || left.new > 0;
    if (line.startsWith('diff --git ')) {
      sections.push([]);
      left = { old: 0, new: 0 };
    } else if (!inside && isHeader(lines, index) && !headerExpected(sections.at(-1))) {
      sections.push([]);
    }
    left = remaining(line, left);
    sections.at(-1)?.push(line);
  }
  return sections.map((section, index) => {
    const text = section.join('\n');
    return { text: index < sections.length - 1 ? `${text}\n` : text, paths: pathsOf(section) };
  });
}

/** The paths that a diff touches. */
export function touchedPaths(diff: string): string[] {
  return [...new Set(splitDiff(diff).flatMap(({ paths }) => paths))];
}

function isHeader(lines: string[], index: number): boolean {
  return lines[index]?.startsWith('--- ') === true && lines[index + 1]?.startsWith('+++ ') === true;
}

// Whether a section has begun with `diff --git` and has not had its `---` yet.
function headerExpected(section: string[] | undefined): boolean {
  return section?.[0]?.startsWith('diff --git ') === true && !section.some((line) => line.startsWith('--- '));
}

function remaining(line: string, left: { old: number; new: number }): { old: number; new: number } {
  const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
  if (hunk !== null) return { old: Number(hunk[1] ?? 1), new: Number(hunk[2] ?? 1) };
  const old = line.startsWith('-') || line.startsWith(' ') || line === '' ? 1 : 0;
  const added = line.startsWith('+') || line.startsWith(' ') || line === '' ? 1 : 0;
  return { old: Math.max(0, left.old - old), new: Math.max(0, left.new - added) };
}

function pathsOf(section: string[]): string[] {
  const found = new Set<string>();
  for (const line of section) {
    if (line.startsWith('@@ ')) break;
    const header = /^(?:--- |\+\+\+ )(.*)$/.exec(line)?.[1];
    const moved = /^(?:rename|copy) (?:from|to) (.*)$/.exec(line)?.[1];
    if (header !== undefined) add(found, stripFirst(unquote(header.split('\t', 1)[0] ?? '')));
    else if (moved !== undefined) add(found, unquote(moved));
    else if (line.startsWith('diff --git ')) for (const path of gitPaths(line.slice(11))) add(found, path);
  }
  return [...found];
}

function add(found: Set<string>, path: string | undefined): void {
  if (path !== undefined && path !== '' && path !== '/dev/null') found.add(path.replace(/^(?:\.\/)+/, ''));
}

// `a/x b/x`: the names are quoted, or equal, or without spaces.
function gitPaths(header: string): string[] {
  const quoted = header.match(/"(?:[^"\\]|\\.)*"/g);
  if (quoted !== null) return quoted.map((name) => stripFirst(unquote(name)));
  const half = (header.length - 1) / 2;
  const names =
    stripFirst(header.slice(0, half)) === stripFirst(header.slice(half + 1))
      ? [header.slice(0, half)]
      : header.split(' ');
  return names.map(stripFirst);
}

// Patches are applied with -p1.
function stripFirst(path: string): string {
  if (path === '/dev/null') return path;
  const slash = path.indexOf('/');
  return slash < 0 ? path : path.slice(slash + 1);
}

/** A path as git prints it: in double quotes with C's escapes where it has unusual characters. */
export function unquote(path: string): string {
  const inner = /^"(.*)"$/.exec(path.trim())?.[1];
  if (inner === undefined) return path.trim();
  const named: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };
  const parts = inner.match(/\\[0-7]{1,3}|\\.|[^\\]+/g) ?? [];
  const bytes = parts.map((part) => {
    if (!part.startsWith('\\')) return Buffer.from(part);
    const code = /^\\[0-7]/.test(part) ? Number.parseInt(part.slice(1), 8) : named[part.slice(1)];
    return code === undefined ? Buffer.from(part.slice(1)) : Buffer.from([code & 0xff]);
  });
  return Buffer.concat(bytes).toString('utf8');
}
