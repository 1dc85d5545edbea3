/** Fields of a row: looked up by any of their names, and read as the type that they must have. */
import { type Fields, undecodable } from './entry.ts';
import { Fault } from './fault.ts';
import { excerpt, isObject, kindOf, numberOf } from './values.ts';

/** A value, and what it is called in messages. */
export interface Found {
  name: string;
  value: unknown;
}

const maxIdLength = 512;
const maxUint32 = 0xffffffff;

/** The first of these fields that is there and not null. */
export function find(fields: Fields, names: readonly string[]): Found | undefined {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value !== undefined && value !== null) return { name, value };
  }
  return undefined;
}

/** As `find`. @throws Fault `missing_field` where there is none. */
export function need(fields: Fields, names: readonly string[]): Found {
  const found = find(fields, names);
  if (found !== undefined) return found;
  throw new Fault(
    'missing_field',
    `\`${names[0]}\` is missing`,
    'Add it, or name another format with --format if the file has another one.',
  );
}

export function wrongType(name: string, wanted: string, value: unknown, mend?: string): Fault {
  return new Fault(
    'wrong_type',
    `\`${name}\` must be ${wanted}, not ${kindOf(value)}`,
    mend ?? `Change the field, or name another one with the option \`fields\`.`,
  );
}

export function textOf({ name, value }: Found): string {
  if (typeof value === 'string') return value;
  if (value === undecodable) {
    throw new Fault('bad_utf8', `\`${name}\` is not UTF-8`, 'Write the column as UTF-8 strings.');
  }
  throw wrongType(name, 'a text', value);
}

export function objectOf({ name, value }: Found): Fields {
  if (isObject(value)) return value;
  throw wrongType(name, 'an object', value);
}

export function listOf({ name, value }: Found): Found[] {
  if (!Array.isArray(value)) throw wrongType(name, 'a list', value);
  return value.map((item, i) => ({ name: `${name}[${i}]`, value: item }));
}

export function textsOf(found: Found): string[] {
  return listOf(found).map(textOf);
}

/** True and false, also as texts (YAML). */
export function booleanOf({ name, value }: Found): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw wrongType(name, 'true or false', value);
}

/** What a text says in JSON; a value that is no text is that already. */
export function jsonOf(
  found: Found,
  reviver?: (this: unknown, key: string, value: unknown) => unknown,
): Found {
  if (typeof found.value !== 'string') return found;
  try {
    return { name: found.name, value: JSON.parse(found.value, reviver) };
  } catch (error) {
    throw new Fault(
      'invalid_json',
      `\`${found.name}\` is a text, and no JSON: ${(error as Error).message}`,
      'Write the value itself, or the whole of its JSON as a text.',
    );
  }
}

export function uint32({ name, value }: Found): number {
  const number = numberOf(value);
  if (Number.isInteger(number) && number >= 0 && number <= maxUint32) return number;
  throw new Fault(
    'wrong_type',
    `\`${name}\` must be an integer from 0 to ${maxUint32}, not ${excerpt(value)}`,
    'Leave it out where it is not known.',
  );
}

export function idOf(found: Found): string {
  const id = numeral(found) ?? textOf(found);
  if (id === '' || id.length > maxIdLength || !id.isWellFormed()) {
    throw new Fault(
      'bad_id',
      `\`${found.name}\` ${id.length > maxIdLength ? `has ${id.length} characters` : `is ${excerpt(id)}`}`,
      `An id is well-formed text of 1 to ${maxIdLength} characters.`,
    );
  }
  return id;
}

export function goldOf(found: Found): string {
  const gold = numeral(found) ?? textOf(found);
  if (gold.trim() === '') {
    throw new Fault('missing_gold', `\`${found.name}\` is empty`, 'Give the reference answer.');
  }
  return gold;
}

/** The text of a number, where it is certain to be the number that the file has. */
function numeral({ name, value }: Found): string | undefined {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'number') return undefined;
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
  throw new Fault(
    'wrong_type',
    `\`${name}\` is a number too large to be read exactly`,
    'Write it as a text, in quotation marks.',
  );
}
