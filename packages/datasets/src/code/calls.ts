/** Values that functions are called with and return, as JSON in which every number stays as it is written. */
import { Fault } from '../fault.ts';
import type { Found } from '../field.ts';
import { jsonOf, listOf } from '../field.ts';
import type { TestForm } from './tests.ts';

/** Of ECMAScript's proposal for the source text of JSON.parse; Node.js has it, TypeScript does not know it yet. */
interface RawJson {
  rawJSON(text: string): unknown;
}
type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

/** Beyond 2^53 a number is kept also where its text is the same: nobody can tell later that no digit was lost. */
const keepNumerals: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && (source !== String(value) || isUnsafe(value))
    ? (JSON as unknown as RawJson).rawJSON(source)
    : value;

function isUnsafe(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** What a text says in JSON, with numbers that JavaScript does not hold kept for `jsonText`. */
export function exactJsonOf(found: Found): Found {
  return jsonOf(found, keepNumerals as (key: string, value: unknown) => unknown);
}

/** @throws Fault `wrong_type` where an integer has lost digits: the row itself was read as numbers. */
function jsonText({ name, value }: Found): string {
  return JSON.stringify(value, (_key, item) => {
    if (typeof item === 'bigint') return (JSON as unknown as RawJson).rawJSON(String(item));
    if (isUnsafe(item)) {
      throw new Fault(
        'wrong_type',
        `\`${name}\` has an integer too large to be read exactly`,
        'Write the whole field as a text that is JSON.',
      );
    }
    return item;
  });
}

/** Tests of a function: a list of arguments, one line for each, and the value it returns. */
export function callForm(outputsAreWrapped: boolean): TestForm {
  return {
    input: (found) =>
      listOf(found)
        .map((argument) => `${jsonText(argument)}\n`)
        .join(''),
    output: (found) => jsonText(outputsAreWrapped ? (listOf(found)[0] as Found) : found),
  };
}
