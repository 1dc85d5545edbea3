/** Cuts and joins Python source as text. */

/** Python source and the `from __future__` statements that were at its head. */
export interface Split {
  readonly futures: string;
  readonly rest: string;
}

/** Takes out the `from __future__` statements where Python allows them: after comments and one doc string. */
export function splitFutures(source: string): Split {
  if (!source.includes('__future__')) return { futures: '', rest: source };
  let futures = '';
  let kept = '';
  let documented = false;
  for (let at = 0; at < source.length; ) {
    const line = source.slice(at, lineEnd(source, at));
    let end = at + line.length;
    if (/^from\s+__future__\s+import\b/.test(line)) {
      if (line.includes('(') && !line.includes(')')) end = lineEnd(source, source.indexOf(')', end));
      while (source.startsWith('\\\n', end - 2)) end = lineEnd(source, end);
      futures += `${source.slice(at, end).trimEnd()}\n`;
    } else {
      const quotes = documented ? undefined : /^[rRuU]?("""|'''|"|')/.exec(line)?.[1];
      if (quotes !== undefined) {
        documented = true;
        end = lineEnd(source, source.indexOf(quotes, at + line.indexOf(quotes) + quotes.length));
      } else if (!/^\s*(?:#|$)/.test(line)) return { futures, rest: kept + source.slice(at) };
      kept += source.slice(at, end);
    }
    at = end;
  }
  return { futures, rest: kept };
}

/** Where the line ends that holds this place, its newline included; the end of the text where there is no such place. */
function lineEnd(text: string, at: number): number {
  const end = at < 0 ? -1 : text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/**
 * What of a prefix still counts where a candidate brings the function itself: all before its definition, such as imports
 * and helpers; where the prefix does not begin it, the imports.
 */
export function headOf(prefix: string, name: string): string {
  const lines = prefix.split('\n');
  let at = lines.findIndex((line) => new RegExp(`^[ \\t]*(?:async[ \\t]+)?def[ \\t]+${name}\\b`).test(line));
  if (at < 0) return importsOf(lines);
  // A method: its class goes too. Decorators belong to what they decorate.
  if (/^[ \t]/.test(lines[at] as string))
    at = lines.findLastIndex((line, index) => index < at && /^class\b/.test(line));
  while (at > 0 && lines[at - 1]?.startsWith('@')) at--;
  return at <= 0 ? '' : `${lines.slice(0, at).join('\n')}\n`;
}

function importsOf(lines: readonly string[]): string {
  let kept = '';
  let open = false;
  for (const line of lines) {
    if (!open && !/^(?:import|from)\s/.test(line)) continue;
    kept += `${line}\n`;
    open = open ? !line.includes(')') : line.includes('(') && !line.includes(')');
  }
  return kept;
}

/** A function's body that was written without its indentation gets it back. */
export function asBody(code: string): string {
  const first = code.split('\n', 200).find((line) => line.trim() !== '') ?? '';
  const alone = /^\s/.test(first) || /^(?:async +def|def|class|import|from|@)\b/m.test(code);
  return alone ? code : code.replace(/^(?=.*\S)/gm, '    ');
}

/** Whether code defines a name at its outermost level. */
export function definesOutside(code: string, name: string): boolean {
  return new RegExp(
    `^(?:(?:async[ \\t]+)?def[ \\t]+${name}\\b|${name}[ \\t]*(?::[^=\\n]{0,200})?=[^=])`,
    'm',
  ).test(code);
}

/**
 * Statements before a candidate that speaks of `__name__`: what it keeps for being run as a program (`if __name__ ==
 * "__main__"`) is not run, as in an `exec` by HumanEval's own harness.
 */
export function nameGuard(code: string): string {
  if (!/\b__name__\b/.test(code)) return '';
  return `import sys as _assay_sys
__name__ = "candidate"
_assay_sys.modules[__name__] = _assay_sys.modules.get("__main__")
`;
}
