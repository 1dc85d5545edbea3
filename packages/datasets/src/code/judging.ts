/**
 * How a contest problem must be judged, read from its statement: which differences its checker forgives, whether other
 * answers than the stored ones are right, and whether it is a talk with the judge. A statement that says nothing of
 * this can still show it: where it gives another output for the input of a stored test than that test has.
 */
import { saysSeveral } from './choices.ts';
import { comparerOf } from './comparer.ts';
import { shownExamples, textKey } from './examples.ts';
import { interactive } from './interaction.ts';
import { sentencesOf } from './statement.ts';
import type { ProgramTests, Test } from './tests.ts';

/** Most characters of a statement, and of a sentence, that are looked at. */
const maxStatement = 200_000;
const maxSentence = 2_000;

/** The judge fields of a whole program; only those that the statement sets. */
export function judging(statement: string, tests: readonly Test[]): ProgramTests {
  const sentences = sentencesOf(statement.slice(0, maxStatement)).map((one) => one.slice(0, maxSentence));
  const unsupported = interactive(statement, sentences);
  if (unsupported !== undefined) return { unsupported };
  const comparer = comparerOf(sentences);
  const multiAnswer = saysSeveral(sentences) || storesSeveral(tests) || showsSeveral(statement, tests);
  return { ...(comparer && { comparer }), ...(multiAnswer && { multiAnswer }) };
}

/** Whether for one input two outputs are stored that no comparer takes for the same. */
function storesSeveral(tests: readonly Test[]): boolean {
  const outputs = new Map<string, Test['output']>();
  return tests.some(({ input, output }) => {
    const key = textKey(input);
    if (!outputs.has(key)) {
      outputs.set(key, output);
      return false;
    }
    const [one, other] = [tokensOf(outputs.get(key)), tokensOf(output)];
    return contradict(one, other) || contradict(other, one);
  });
}

/** Whether the statement shows another output than is stored for the input of an example. */
function showsSeveral(statement: string, tests: readonly Test[]): boolean {
  return shownExamples(statement, tests).some(({ example, tests: stored }) => {
    const stated = tokensOf(example.output);
    return stored.length > 0 && stored.every(({ output }) => contradict(stated, tokensOf(output)));
  });
}

function tokensOf(text: Test['output']): string[] {
  return String(text ?? '')
    .split(/\s+/)
    .filter((token) => token !== '');
}

/** The stated output may go on behind the stored one: what follows it in the statement is read as a part of it. */
function contradict(stated: string[], stored: string[]): boolean {
  if (stated.length === 0 || stored.length === 0) return false;
  return stated.length < stored.length || stored.some((token, i) => !alike(token, stated[i] as string));
}

function alike(a: string, b: string): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  if (!/[.e]/i.test(a + b)) return false;
  return Math.abs(Number(a) - Number(b)) <= 1e-3 * Math.max(1, Math.abs(Number(b)));
}
