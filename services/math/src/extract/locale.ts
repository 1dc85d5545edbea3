/** Numbers of languages that write `1.234,5` for 1234.5. */

const foreign =
  /(?<!\p{L})(?:der|die|das|ist|sind|und|antwort|ergebnis|lautet|insgesamt|beträgt|lösung|also|somit|wir|es|el|la|los|las|son|respuesta|resultado|solución|entonces|tiene|hay|por|il|lo|è|sono|risposta|risultato|quindi|ha|resposta|solução|portanto|então|tem|são|é|os?|le|les|est|sont|réponse|résultat|donc|elle|une?)(?!\p{L})/giu;
const english =
  /(?<![\p{L}'])(?:the|is|of|and|are|we|she|he|it|that|answer|result|this|to|in|has|have)(?!\p{L})/giu;
/** Announces more than one number: commas between them. */
const several =
  /(?<!\p{L})(?:antworten|respuestas|réponses|risposte|respostas|zahlen|números|nombres|numeri|lösungen|soluciones|solutions|soluzioni|soluções|raíces|racines|radici|raízes|wurzeln|nullstellen|werte|valores|valeurs|valori)(?!\p{L})/iu;

const money =
  /^\s?(?:€|euros?|reais|real|pesos?|dollars?|dólares?|dollari|us-dollar|franken|francs?|\\?\$)/iu;
const amount = /^([^\d,.]{0,40}?)(\d{1,20}(?:[.,   ]\d{1,20}){0,12})(?![\d.,])([^\d]{0,40})$/;

/** Characters at the end of a text that tell its language. */
const windowSize = 1_000;

/**
 * The span of one number with its separators in the English way, where the words of the text are German, Spanish,
 * Italian, Portuguese or French; any other span as it is. `5.125` stays, where nothing tells that its point groups
 * digits: many texts in these languages have English numbers.
 */
export function englishNumber(span: string, text: string): string {
  const parts =
    span.length <= 120 && /\d(?:[.,]|\{,\})\d/.test(span) ? amount.exec(span.replaceAll('{,}', ',')) : null;
  if (parts === null) return span;
  const [, before = '', number = '', after = ''] = parts;
  // Brackets: a pair, perhaps.
  if (/[([{](?!\\)|\\\{/.test(before.replace(/\\[([]|\\[a-z]+\{/g, ''))) return span;
  const window = text.slice(-windowSize);
  const words = window.match(foreign)?.length ?? 0;
  if (words < 2 || (window.match(english)?.length ?? 0) * 2 > words) return span;
  const plain = converted(number, after, window);
  return plain === undefined ? span : before + plain + after;
}

function converted(number: string, after: string, text: string): string | undefined {
  const pointed = /(?<![\d.,])\d+\.(?:\d{1,2}|\d{4,})(?![\d.,]*\d)/.test(text);
  const grouped = /(?<![\d.,])\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d\.\d{3},\d/.test(text);
  const decimal = /(?<![\d.,])\d+,(?:\d{1,2}|\d{4,})(?!\d)/.test(text);
  if (/^\d{1,3}(?:[.   ]\d{3})+,\d+$/.test(number)) return number.replace(/[.   ]/g, '').replace(',', '.');
  if (/^\d{1,3}(?:\.\d{3}){2,}$/.test(number)) return number.replaceAll('.', '');
  if (/^[1-9]\d{0,2}\.\d{3}$/.test(number)) {
    // Nobody writes a decimal with a zero at its end, or a third decimal of money.
    const certain = number.endsWith('0') || money.test(after) || grouped || decimal;
    return certain && !pointed ? number.replace('.', '') : undefined;
  }
  if (/^\d+,\d+$/.test(number) && !pointed && !several.test(text)) {
    return /^(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))$/.test(number) || grouped
      ? number.replace(',', '.')
      : undefined;
  }
  return undefined;
}
