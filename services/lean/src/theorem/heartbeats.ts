/** Limits that a candidate sets itself. */
import { is } from './commands.ts';
import { codeOf } from './tokens.ts';

/**
 * A candidate's text in which no `set_option` asks for more than `most` (in the option's own unit: Lean's default is 200000),
 * or for no limit at all (0). Lines stay as they are.
 */
export function capHeartbeats(text: string, most: number): string {
  if (!text.includes('eartbeats')) return text;
  const code = codeOf(text);
  const parts: string[] = [];
  let at = 0;
  for (const [index, token] of code.entries()) {
    const value = code[index + 2];
    if (!is(token, 'set_option') || value?.kind !== 'number') continue;
    if (!/(?:^|[.«])maxHeartbeats»?$/.test(code[index + 1]?.text ?? '')) continue;
    const asked = Number(value.text.replaceAll('_', ''));
    if (asked > 0 && asked <= most) continue;
    parts.push(text.slice(at, value.start), String(most));
    at = value.end;
  }
  return parts.join('') + text.slice(at);
}
