/** Answers that are no formulas. */
import { trimEndOf } from '../extract/scan.ts';
import { normalise, textKey } from '../read/latex.ts';
import type { Text } from './answer.ts';

/** A text without what only sets it off. */
export function withoutMarks(normal: string): string {
  return trimEndOf(normal, ' .,;:*_"\'“”$').replace(/^[\s.,;:*_"'“”$]+/, '');
}

export function textAnswer(span: string): Text {
  const normal = withoutMarks(normalise(span));
  // (A) is A.
  const bare = /^\(\s*([A-Za-z0-9 ]{1,40})\s*\)$/.exec(normal)?.[1] ?? congruence(setBar(normal));
  return {
    kind: 'text',
    exactKey: bare.replace(/\s+/g, ' '),
    key: textKey(bare)
      .replace(/\s+/g, ' ')
      .toLowerCase()
      .replace(/^(?:the|a|an) (?=\S)/, ''),
  };
}

/** One spelling of the bar in `\{2k : k \in \mathbb{Z}\}`. */
function setBar(normal: string): string {
  return normal.replace(/(\\\{[^|:{}\\]{1,40})(?:\\mid(?![a-z])|[:|∣])/g, '$1|');
}

/** One spelling of `x \equiv 1 \pmod{3}`. */
function congruence(normal: string): string {
  if (!/≡|\\equiv(?![a-z])/.test(normal)) return normal;
  return normal
    .replaceAll('\\equiv', '≡')
    .replace(/\(?(?:\\p?mod|\\bmod|mod)(?![a-z]) ?\{?([A-Za-z0-9]{1,20})\}?\)?/g, '(mod $1)')
    .replace(/ ?([≡+*=(]) ?/g, '$1');
}
