/** The tests of a problem that its statement shows. */
import { type Example, examplesOf } from './statement.ts';
import type { Test } from './tests.ts';

export interface ShownExample {
  example: Example;
  /** Those with its input. */
  tests: Test[];
}

/**
 * The examples of a statement, each with the tests that have the very text of its input; where none has, those that
 * differ from it in white space, which statements do not keep.
 */
export function shownExamples(statement: string, tests: readonly Test[]): ShownExample[] {
  const examples = examplesOf(statement).map(({ input, output }) => ({
    input: input.replace(/^\s*\n/, ''),
    output,
  }));
  if (examples.length === 0) return [];
  const byText = lookUp(examples, tests, textKey);
  const byTokens = lookUp(examples, tests, tokenKey);
  return examples.map((example) => {
    const exact = byText.get(textKey(example.input)) ?? [];
    return { example, tests: exact.length > 0 ? exact : (byTokens.get(tokenKey(example.input)) ?? []) };
  });
}

/** Tests by the key of their input, of those keys alone that examples have. */
function lookUp(examples: Example[], tests: readonly Test[], keyOf: (text: Test['input']) => string) {
  const found = new Map<string, Test[]>(examples.map(({ input }) => [keyOf(input), []]));
  for (const one of tests) found.get(keyOf(one.input))?.push(one);
  return found;
}

/** Equal for texts that differ in nothing but white space at the ends of their lines and at their own end. */
export function textKey(text: Test['input']): string {
  return String(text ?? '')
    .replace(/(?<![^\S\n])[^\S\n]+$/gm, '')
    .trimEnd();
}

function tokenKey(text: Test['input']): string {
  return String(text ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}
