/** Problems in the JSON form of assay.v1.Problem. */
import { type ProblemInit, packageDefinition } from '@assay/contract';
import { Fault } from './fault.ts';
import { excerpt, isObject, kindOf, numberOf } from './values.ts';

interface Field {
  name: string;
  label: string;
  type: string;
  typeName: string;
}

/** Fields of each message by name, as the loaded contract has them. */
const messages = new Map<string, Map<string, Field>>();

function fieldsOf(type: string): Map<string, Field> {
  let fields = messages.get(type);
  if (fields === undefined) {
    const definition = packageDefinition[`assay.v1.${type}`]?.type as { field: Field[] } | undefined;
    fields = new Map(definition?.field.map((one) => [one.name, one]));
    messages.set(type, fields);
  }
  return fields;
}

/** Names of the oneof `Problem.spec`: all message fields of a problem. */
export const specNames = [...fieldsOf('Problem').values()]
  .filter((field) => field.type === 'TYPE_MESSAGE')
  .map((field) => field.name as NonNullable<ProblemInit['spec']>);

/**
 * A problem from its JSON form: names in camelCase or snake_case, bytes in base64.
 * @throws Fault `bad_problem` for unknown fields, wrong types, and more than one spec.
 */
export function problemFromJson(value: object): ProblemInit {
  const problem = convertMessage('Problem', value, 'problem') as ProblemInit;
  const specs = specNames.filter((name) => problem[name] !== undefined);
  if (specs.length > 1) throw bad('problem', `has ${specs.join(' and ')}; a problem is judged by one`);
  return problem;
}

function bad(at: string, message: string): Fault {
  return new Fault(
    'bad_problem',
    `\`${at}\` ${message}`,
    'See assay/v1/verifier.proto for what a problem is.',
  );
}

function convertMessage(type: string, value: unknown, at: string): Record<string, unknown> {
  if (!isObject(value)) throw bad(at, `must be an object, not ${kindOf(value)}`);
  const fields = fieldsOf(type);
  const converted: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === null || item === undefined) continue;
    const field = fields.get(key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
    const path = `${at}.${key.slice(0, 60)}`;
    if (field === undefined) throw bad(path, `is no field of assay.v1.${type}`);
    if (field.label !== 'LABEL_REPEATED') converted[field.name] = convert(field, item, path);
    else if (Array.isArray(item)) {
      converted[field.name] = item.map((one, i) => convert(field, one, `${path}[${i}]`));
    } else throw bad(path, `must be a list, not ${kindOf(item)}`);
  }
  return converted;
}

function convert(field: Field, value: unknown, at: string): unknown {
  switch (field.type) {
    case 'TYPE_MESSAGE':
      return convertMessage(field.typeName, value, at);
    case 'TYPE_STRING':
      if (typeof value !== 'string') throw bad(at, `must be a text, not ${kindOf(value)}`);
      return value;
    case 'TYPE_BOOL':
      if (typeof value !== 'boolean') throw bad(at, `must be true or false, not ${kindOf(value)}`);
      return value;
    case 'TYPE_BYTES':
      return bytes(value, at);
    default:
      return number(field.type, value, at);
  }
}

function bytes(value: unknown, at: string): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  const decoded = typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
  // Buffer.from() skips what is no base64; plain text must not pass for it.
  if (decoded === undefined || decoded.toString('base64') !== value) {
    throw new Fault(
      'bad_problem',
      `\`${at}\` must be base64`,
      'Encode it, or give tests as text: `test_cases`: {"input": [...], "output": [...]} beside `problem`.',
    );
  }
  return decoded;
}

function number(type: string, value: unknown, at: string): number {
  const parsed = numberOf(value);
  if (type === 'TYPE_DOUBLE') {
    if (!Number.isFinite(parsed)) throw bad(at, `must be a number, not ${excerpt(value)}`);
    return parsed;
  }
  const limit = type === 'TYPE_UINT32' ? 0xffffffff : Number.MAX_SAFE_INTEGER;
  if (!Number.isInteger(parsed) || parsed < 0 || parsed > limit) {
    throw bad(at, `must be an integer from 0 to ${limit}, not ${excerpt(value)}`);
  }
  return parsed;
}
