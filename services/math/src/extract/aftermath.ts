/** What models write after their answer: checks, notes, how sure they are, good wishes. */

/** Begins such a piece, at the start of a line or sentence. */
const begin =
  /(?:\n|[.!?。]["'”’*_)]{0,3} |。)[ *_#>(-]{0,6}(?:confidence\b|certainty\b|note\s?[:*]|remark\s?[:*]|p\.?s\.?:|(?:sanity |quick )?check(?:ing)?\s?[:*]|verif(?:ication|y|ying)\s?[:*]|(?:let['’]?s|let us|let me|i(?:['’]ll| will| can)|we can|to|you can) (?:quickly )?(?:double[- ])?(?:check|verify)\b|(?:i )?hope (?:this|that|it) helps|(?:please )?let me know|(?:please )?feel free|(?:best|kind|warm) regards|best wishes|sincerely|thanks? (?:you|for)|if you (?:have|need|want|would)|happy to|source\s?[:*]|验证|检验|验算|注:|注意:|vérification\s?:|remarque\s?:|probe:|hinweis:|anmerkung:|comprobación:|nota:|verificación:|verifica:|verificação:|проверка:|примечание:)/giu;

/** Speaks of an answer, or takes one back: nothing up to here is only a remark. */
const concludes =
  /\b(?:so|thus|therefore|hence|consequently|conclusion|finally|total|final|answer|wrong|incorrect|mistake|error|actually|instead|correction|corrected|wait|however|but|oops|sorry|contradiction|fails?)\b|≠|✗|❌|\\neq?\b|\\boxed|####|因此|所以|答|错|donc|also|daher|por lo tanto|entonces|portanto|quindi|значит|поэтому/giu;
/** `so it works`: a remark all the same. */
const confirmed =
  /\b(?:so|and|thus|hence)\s+(?:it|this|that|our|the (?:answer|solution|result|value))\s+(?:works|checks(?: out)?|holds|matches|(?:is|are) (?:indeed )?(?:correct|right|verified|consistent|valid))/gi;

/** Characters at the end that are searched for remarks. */
const windowSize = 4_096;

/** The text without the remarks that follow its answer; as it is where they may be more than remarks. */
export function withoutAftermath(text: string): string {
  const from = Math.max(0, text.length - windowSize);
  const window = text.slice(from).replace(confirmed, (said) => ' '.repeat(said.length));
  const first = Array.from(window.matchAll(begin));
  if (first.length === 0) return text;
  let concluded = -1;
  for (const { index } of window.matchAll(concludes)) concluded = index;
  const match = first.find(({ index }) => index > concluded);
  if (match === undefined) return text;
  const at = from + match.index + (match[0].startsWith('\n') ? 0 : 1);
  const head = text.slice(0, at).trimEnd();
  return /\d|[$\\]|\b[A-J]\b/.test(head) ? head : text;
}
