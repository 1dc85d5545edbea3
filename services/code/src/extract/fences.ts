/** Code fences of Markdown, as models write them: nested, mid-line, unclosed. One pass over the text, or two. */

export interface Fence {
  /** What stands after the opening marker. */
  readonly info: string;
  readonly code: string;
  /** Where the fence stands in the text, its markers included. */
  readonly start: number;
  readonly end: number;
  readonly closed: boolean;
  /** Whether fences with an info string stand inside. */
  readonly nests: boolean;
}

interface Marker {
  readonly start: number;
  /** Beginning of the next line. */
  readonly end: number;
  readonly indent: number;
  readonly character: string;
  readonly length: number;
  readonly info: string;
}

/** Fences in order. `isLanguage` says whether an info string names a language: only such a fence may open mid-line. */
export function fencesIn(text: string, isLanguage: (info: string) => boolean): Fence[] {
  const markers = markersIn(text, isLanguage);
  return nested(text, markers) ?? flat(text, markers);
}

function markersIn(text: string, isLanguage: (info: string) => boolean): Marker[] {
  const markers: Marker[] = [];
  let backticks = text.indexOf('```');
  let tildes = text.indexOf('~~~');
  for (let at = 0; backticks >= 0 || tildes >= 0; ) {
    if (backticks >= 0 && backticks < at) backticks = text.indexOf('```', at);
    if (tildes >= 0 && tildes < at) tildes = text.indexOf('~~~', at);
    const start = backticks < 0 || (tildes >= 0 && tildes < backticks) ? tildes : backticks;
    if (start < 0) break;
    const character = text[start] as string;
    const lineStart = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
    let lineEnd = text.indexOf('\n', start);
    if (lineEnd < 0) lineEnd = text.length;
    let run = start;
    while (text[run] === character) run++;
    const info = text.slice(run, lineEnd).trim();
    const before = text.slice(lineStart, start);
    const alone = before.trim() === '';
    if (!info.includes('`') && (alone || (character === '`' && isLanguage(info)))) {
      const indent = alone ? before.replaceAll('\t', '    ').length : 0;
      markers.push({
        start: alone ? lineStart : start,
        end: Math.min(lineEnd + 1, text.length),
        indent,
        character,
        length: run - start,
        info,
      });
    }
    at = lineEnd + 1;
  }
  return markers;
}

/** A closing marker has no info string, is as long, and no deeper than three columns, as CommonMark has it. */
function closes(marker: Marker, opening: Marker): boolean {
  return (
    marker.info === '' &&
    marker.character === opening.character &&
    marker.length >= opening.length &&
    marker.indent <= opening.indent + 3
  );
}

/** Reads a marker with an info string inside a fence as one that a later marker closes; undefined where not all close. */
function nested(text: string, markers: readonly Marker[]): Fence[] | undefined {
  const fences: Fence[] = [];
  const open: Marker[] = [];
  let nests = false;
  for (const marker of markers) {
    const top = open.at(-1);
    if (top === undefined) {
      open.push(marker);
      nests = false;
    } else if (closes(marker, top)) {
      open.pop();
      if (open.length === 0) fences.push(fence(text, top, marker.start, marker.end, true, nests));
    } else if (marker.info !== '' && marker.character === top.character) {
      open.push(marker);
      nests = true;
    }
  }
  const [last] = open;
  if (last !== undefined && nests) return undefined;
  if (last !== undefined) fences.push(fence(text, last, text.length, text.length, false, nests));
  return fences;
}

/** Reads a marker with an info string as the end of a fence that was never closed. */
function flat(text: string, markers: readonly Marker[]): Fence[] {
  const fences: Fence[] = [];
  let open: Marker | undefined;
  for (const marker of markers) {
    if (open === undefined) open = marker;
    else if (closes(marker, open)) {
      fences.push(fence(text, open, marker.start, marker.end, true, false));
      open = undefined;
    } else if (marker.info !== '') {
      fences.push(fence(text, open, marker.start, marker.start, false, false));
      open = marker;
    }
  }
  if (open !== undefined) fences.push(fence(text, open, text.length, text.length, false, false));
  return fences;
}

function fence(
  text: string,
  opening: Marker,
  codeEnd: number,
  end: number,
  closed: boolean,
  nests: boolean,
): Fence {
  let code = text.slice(opening.end, codeEnd);
  // `return x```: closed at the end of a line of code.
  const glued = closed ? -1 : code.search(/```[ \t\r]*$/m);
  if (glued >= 0) code = code.slice(0, glued);
  return {
    info: opening.info,
    code: outdented(code, opening.indent),
    start: opening.start,
    end,
    closed,
    nests,
  };
}

/** Code without the columns by which its fence is indented. */
function outdented(code: string, columns: number): string {
  return columns === 0 ? code : code.replace(new RegExp(`^[ \\t]{1,${Math.min(columns, 80)}}`, 'gm'), '');
}

/** What stands between pairs of three backticks anywhere in a line: `Use ```print(1)```.` */
export function inlineFences(text: string): Fence[] {
  const pieces = text.split('```');
  const fences: Fence[] = [];
  let start = 0;
  for (const [index, piece] of pieces.entries()) {
    const end = start + piece.length + 3;
    if (index % 2 === 1 && piece.trim() !== '') {
      const line = piece.indexOf('\n');
      const labelled = line >= 0 && line < 30 && /^[\w+#.-]{0,20}\s*$/.test(piece.slice(0, line));
      const info = labelled ? piece.slice(0, line).trim() : '';
      const code = labelled ? piece.slice(line + 1) : piece;
      fences.push({ info, code, start: start - 3, end, closed: index + 1 < pieces.length, nests: false });
    }
    start = end;
  }
  return fences;
}
