/** Letters of a multiple choice that prose names. */
import type { Extraction } from './extraction.ts';
import { unspaced } from './language.ts';

const letter = new RegExp(
  String.raw`(?<![A-Za-z\p{N}'’])\(?([A-HJ])\)?(?![\p{N}'’]|(?![${unspaced}])\p{L})`,
  'gu',
);

/** The letter of a multiple choice, the last one that is not denied; `A` before a word is an article. */
export function choiceIn(whole: string): Extraction | undefined {
  const text = whole.slice(-1_000).replace(/\\text\w*\s?\{([^{}]*)\}/g, '$1');
  for (const match of Array.from(text.matchAll(letter)).reverse()) {
    const before = text.slice(0, match.index).trimEnd();
    const after = text.slice(match.index + match[0].length);
    if (match[1] === 'A' && !match[0].includes(')') && /^ \p{Ll}/u.test(after) && !verdict.test(after))
      continue;
    if (refutedAfter(after) || deniedBefore(before)) continue;
    if (!chosen.test(before.slice(-10))) continue;
    const said = /\p{L}{2}/u.test(before + after);
    return { span: match[1] as string, how: said ? 'sentence' : 'choice' };
  }
  return undefined;
}

/** What stands before a choice. */
const chosen =
  /(?:^|[:;.。,!?*])$|(?:is|it['’]s|be|so|option|choice|choose|select|pick|with|chọn|to|est|ist|es|è|é|la|答案|选|选择|選|選択肢|是|为|选项|は)$/iu;
const verdict = /^ (?:is|was) (?:the |not |in)?(?:correct|right|true|answer|best|wrong|false)/;

/** Says no to what stands before it. */
const refuted =
  /^["'”’*_)\s]{0,6}(?:选?项)?(?:,?\s?(?:(?:but|and|which|however) )?(?:(?:that|this|it|which) )?(?:is|was|are|were|must be|would be|seems|looks)(?:\s(?:\p{L}{2,10}ly|also|still|just|then))?\s(?:not (?:(?:the|a|an|our|my) )?(?:(?:correct|right|final|valid|possible|best) )?(?:answer|solution|result|value|option|choice|correct|right|possible|valid|true)|wrong|incorrect|false|impossible|invalid|eliminated|excluded|ruled out|too (?:large|small|big|low|high|much|many|few))|\s?(?:isn|wasn|aren|can|won|couldn|doesn)['’]t\s(?:be (?:the |right|correct)|the |right|correct|work|possible)|\scannot be (?:the |right|correct)|\s(?:est|es|è|é|ist)\s(?:fausse?|faux|incorrecte?|incorrect[ao]|falsch|sbagliat[ao]|errad[ao])|\s?(?:değil|नहीं|(?:では|じゃ)(?:ない|ありません)|[가이]?\s?아[니닙])|\s(?:is|was) not (?:one|among)|\s?(?:错|错误|不对|不正确|不是答案|是错|不符))/iu;

/** `24 is wrong`, `24, but that is not the answer`: whether what follows takes an answer back. */
export function refutedAfter(after: string): boolean {
  return refuted.test(after.slice(0, 80));
}

/** Whether the clause up to a letter says that it is not the answer. */
function deniedBefore(before: string): boolean {
  if (/(?:^|[^\p{L}])(?:not|n['’]t|non|nor|nicht|pas|не|no)$|不是|不选$/iu.test(before.slice(-8)))
    return true;
  if (/(?<!\p{L})(?:no|non|não|nicht|pas|не|nie|bukan|không)\s\p{L}{1,5}$/iu.test(before.slice(-20)))
    return true;
  const clause =
    before
      .slice(-80)
      .split(
        /[.,;:!?。]|(?<!\p{L})(?:but|so|because|since|therefore|thus|hence|mais|sondern|sino|ma|而是)(?!\p{L})/iu,
      )
      .at(-1) ?? '';
  return /(?<!\p{L})(?:not|neither|cannot|never|wrong|incorrect|eliminat\p{L}*|exclud\p{L}*|rul\p{L}{1,3} out)(?!\p{L})|n['’]t(?!\p{L})|不/iu.test(
    clause,
  );
}

/** `the correct option is (B) $12$`: from the letter on. */
export function namedOption(text: string): number | undefined {
  const pattern =
    /(?<!\p{L})(?:option|choice|opción|opção|opzione|alternativa|вариант|الخيار|विकल्प|seçenek|optie|选项|選択肢)(?: (?:correct[ae]?|corretta|correta|juste|bonne|certa|الصحيح))?\s?(?:(?<=(?:विकल्प|seçenek)\s)|is|هو|would be|must be|should be|es|é|è|est|是|为|為|は|:)[\s:*]{0,4}(?=\(?[A-J][).:*\s。]|\(?[A-J]\)?$)/giu;
  const last = Array.from(text.slice(-2_000).matchAll(pattern)).at(-1);
  if (last === undefined) return undefined;
  const at = Math.max(0, text.length - 2_000) + last.index;
  if (/(?:wrong|incorrect|false|not (?:the|an?))\s$/i.test(text.slice(Math.max(0, at - 16), at)))
    return undefined;
  return at + last[0].length;
}

const around =
  /^(?:(?:la|el|le|l['’]|die|der|the|o|a|lo|il|to)\s?)?(?:(?:opción|option|opção|opzione|alternativa|lettre|letra|lettera|buchstabe|choice|letter|вариант|选项|選択肢)\s?)?(\(?[A-J]\)?)\s?(?:です|でした|だ|である|となります|になります|입니다|이다|이에요|예요|번(?:입니다|이다)?|项|选项|है|हैं|ہے|şıkkı(?:dır)?|seçeneği(?:dir)?)?[।.。]?$/iu;

/** The letter alone, where only an article, a word for it or a verb at the end stands by it: `la B`, `Bです`. */
export function letterAlone(text: string): string | undefined {
  const match = text.length <= 60 ? around.exec(text.trim()) : null;
  const found = match?.[1];
  return found !== undefined && /[A-J]/.test(found) ? found : undefined;
}
