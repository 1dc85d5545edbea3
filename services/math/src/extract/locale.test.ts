import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extractAnswer } from './index.ts';

function check(table: Record<string, string>): void {
  for (const [text, expected] of Object.entries(table))
    assert.equal(extractAnswer(text)?.span, expected, text);
}

test('numbers in German, Spanish, French, Italian, Portuguese', () => {
  check({
    'Die Antwort ist 2.345,6': '2345.6',
    'Das Ergebnis beträgt 7,25 m².': '7.25 m²',
    'Die Antwort ist 8.000 Euro.': '8000 Euro',
    'Der Preis ist 8.125 Euro.': '8125 Euro',
    'Die Antwort lautet \\boxed{0,375}.': '0.375',
    'El resultado es 2.345,6': '2345.6',
    'La respuesta es 3.450.000.': '3450000',
    'La probabilidad es 0,05.': '0.05',
    'Donc la réponse est $x = 3{,}5$': '$x = 3.5$',
    'La risposta è 6,5.': '6.5',
    'Portanto, o total é 4.000,50 reais.': '4000.50',
  });
});

test('what may be English, a list or a pair stays', () => {
  check({
    'The answer is 2,345': '2,345',
    'The answer is 8.000': '8.000',
    'Die Antwort ist 8.125': '8.125',
    'Die Antwort ist 3.14': '3.14',
    'Der Faktor ist 2.5 und die Antwort ist 8.000': '8.000',
    'Die Lösungen sind 1,2': '1,2',
    'Die Antwort ist (1,5)': '(1,5)',
    'La respuesta es 1,234': '1,234',
    '1.234,5': '1.234,5',
  });
});
