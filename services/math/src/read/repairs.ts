/** Damage that answers take on their way: string escapes, HTML, text that was cut off. */

/** What was mended on the way, for the verdict. */
export type Repair = 'doubled backslashes' | 'eaten backslashes' | 'html' | 'missing braces';

/** Most braces that are closed at the end. */
const maxMissingBraces = 3;

/** What string escapes make of a command's backslash and first letter: that letter, and the rest of such commands. */
const escapes = new Map([
  ['\t', { letter: 't', rest: /^(?:ext|imes|an|heta|frac|au|o\b|riangle)/ }],
  ['\f', { letter: 'f', rest: /^(?:rac|box|orall)/ }],
  ['\b', { letter: 'b', rest: /^(?:inom|ar|eta|egin|oxed|ig|f\b)/ }],
  ['\r', { letter: 'r', rest: /^(?:ight|ho|angle|ceil|floor)/ }],
  ['\v', { letter: 'v', rest: /^(?:ec|arphi|ert)/ }],
  ['\u0007', { letter: 'a', rest: /^(?:lpha|ngle|pprox)/ }],
]);
// biome-ignore lint/suspicious/noControlCharactersInRegex: the damage that is looked for
const escaped = /[\t\f\x08\r\v\x07](?=[a-z])/g;

/** Most characters of a command that are looked at. */
const maxRest = 9;

/** The text without the damage, and what that was. */
export function repair(text: string): { source: string; repairs: Repair[] } {
  const repairs: Repair[] = [];
  let source = text.replace(escaped, (char, at: number) => {
    const eaten = escapes.get(char);
    return eaten?.rest.test(text.slice(at + 1, at + 1 + maxRest)) ? `\\${eaten.letter}` : char;
  });
  if (source !== text) repairs.push('eaten backslashes');
  if (hasDoubledBackslashes(source)) {
    source = source.replaceAll('\\\\', '\\');
    repairs.push('doubled backslashes');
  }
  // The first backslash went with the white space around the answer.
  if (/^(?:ext|rac)\{/.test(source)) {
    source = `\\${source.startsWith('e') ? 't' : 'f'}${source}`;
    repairs.push('eaten backslashes');
  }
  const missing = unclosedBraces(source);
  if (missing > 0 && missing <= maxMissingBraces) {
    source += '}'.repeat(missing);
    repairs.push('missing braces');
  }
  if (/<\/?su[bp]>/i.test(source)) {
    source = source
      .replace(/<su([bp])>/gi, (_, kind: string) => (kind.toLowerCase() === 'p' ? '^{' : '_{'))
      .replace(/<\/su[bp]>/gi, '}');
    repairs.push('html');
  }
  return { source, repairs };
}

/** A doubled backslash before a command is an escape that was not undone; between rows it stands before other things. */
function hasDoubledBackslashes(source: string): boolean {
  if (!source.includes('\\\\')) return false;
  if (source.includes('\\\\\\\\') || source.includes('\\\\begin')) return true;
  return /\\\\(?:[a-zA-Z]{2}|[{}()[\]$%,!])/.test(source) && !source.includes('\\begin');
}

/** How many more braces open than close; 0 where one closes that did not open. */
function unclosedBraces(source: string): number {
  let depth = 0;
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 92) at++;
    else if (code === 123) depth++;
    else if (code === 125 && --depth < 0) return 0;
  }
  return depth;
}
