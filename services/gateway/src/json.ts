/**
 * Messages of the contract as JSON: proto3's mapping with the names of the .proto files (snake_case; camelCase is read,
 * too), bytes in base64, enums by name. 64-bit integers are numbers, as none here is beyond 2⁵³. Every field is written,
 * but those that are not set and have presence (messages, `optional`); null stands for a field that is left out.
 */
import { AssayError, packageDefinition } from '@assay/contract';

export interface Field {
  /** As in TypeScript. */
  readonly name: string;
  /** As in JSON. */
  readonly json: string;
  readonly repeated: boolean;
  /** `TYPE_STRING`, … */
  readonly type: string;
  /** Of a message or an enum. */
  readonly of: string;
  /** Of a map from texts: what it leads to. */
  readonly map: Field | undefined;
  /** Absent is not the same as the default. */
  readonly presence: boolean;
}

export interface Shape {
  readonly fields: readonly Field[];
  /** Its single messages are alternatives. */
  readonly oneof: boolean;
}

interface RawField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}

interface Descriptor {
  readonly field?: readonly RawField[];
  readonly nestedType?: readonly { name: string; field: readonly RawField[] }[];
  readonly oneofDecl?: readonly { name: string }[];
  readonly value?: readonly { name: string; number: number }[];
}

const cache = new Map<string, Shape>();

function descriptorOf(type: string): Descriptor {
  const found = packageDefinition[`assay.v1.${type}`] as { type: Descriptor } | undefined;
  if (found === undefined) throw new Error(`no message ${type}`);
  return found.type;
}

/** What a message consists of. */
export function shapeOf(type: string): Shape {
  let shape = cache.get(type);
  if (shape === undefined) {
    const { field = [], nestedType = [], oneofDecl = [] } = descriptorOf(type);
    const oneofs = oneofDecl.map(({ name }) => name);
    const fieldOf = ({ name, label, type: kind, typeName }: RawField): Field => {
      const entry = nestedType
        .find((nested) => nested.name === typeName)
        ?.field.find((one) => one.name === 'value');
      return {
        name,
        json: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        repeated: label === 'LABEL_REPEATED',
        type: kind,
        of: typeName,
        map: entry && fieldOf(entry),
        presence: oneofs.includes(`_${name}`) || (kind === 'TYPE_MESSAGE' && label !== 'LABEL_REPEATED'),
      };
    };
    shape = { oneof: oneofs.some((name) => !name.startsWith('_')), fields: field.map(fieldOf) };
    cache.set(type, shape);
  }
  return shape;
}

/** Names of an enum, in their order. */
export function namesOf(type: string): string[] {
  return (descriptorOf(type).value ?? []).map(({ name }) => name);
}

/** A message of the contract as a JSON value. */
export function toJson(type: string, message: object): Record<string, unknown> {
  const source = message as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const field of shapeOf(type).fields) {
    const value = source[field.name];
    if (value === undefined || value === null) continue;
    if (field.presence && field.type !== 'TYPE_MESSAGE' && source[`_${field.name}`] === undefined) continue;
    if (field.map)
      result[field.json] = value; // Of scalars alone.
    else if (field.repeated)
      result[field.json] = (value as unknown[]).map((item) => valueToJson(field, item));
    else result[field.json] = valueToJson(field, value);
  }
  return result;
}

function valueToJson({ type, of }: Field, value: unknown): unknown {
  if (type === 'TYPE_MESSAGE') return toJson(of, value as object);
  if (type === 'TYPE_BYTES') return Buffer.from(value as Uint8Array).toString('base64');
  return value;
}

/** The reader's complaint; `path` is where, such as `problem.math_answer`. */
export function invalid(path: string, what: string, mend?: string): AssayError {
  return new AssayError(
    'invalid_request',
    `${path === '' ? 'The body' : path}: ${what}.`,
    mend ? { mend } : {},
  );
}

/** Reads a message; what it is not is an error that says where. Error: `invalid_request`. */
export function fromJson<T>(type: string, value: unknown, path = ''): T {
  const source = objectIn(value, path);
  const { fields, oneof } = shapeOf(type);
  const result: Record<string, unknown> = {};
  let chosen: string | undefined;
  for (const [key, item] of Object.entries(source)) {
    const field = fields.find(({ json, name }) => json === key || name === key);
    const at = path === '' ? key : `${path}.${key}`;
    if (field === undefined) {
      const known = fields.map(({ json }) => json).join(', ');
      throw invalid(at.slice(0, 200), 'there is no such field', `Known here: ${known}.`);
    }
    if (item === null) continue;
    if (Object.hasOwn(result, field.name)) throw invalid(at, 'the field is there twice, in two spellings');
    if (oneof && field.type === 'TYPE_MESSAGE' && !field.repeated) {
      if (chosen !== undefined) throw invalid(at, `only one of ${chosen} and ${key} may be given`);
      chosen = key;
    }
    result[field.name] = fieldFromJson(field, item, at);
  }
  return result as T;
}

export function objectIn(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw invalid(path, `expected an object, got ${kindOf(value)}`);
}

export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`;
  return Array.isArray(value) ? 'a list' : 'an object';
}

function fieldFromJson(field: Field, value: unknown, path: string): unknown {
  if (field.map) {
    const { map } = field;
    const entries = Object.entries(objectIn(value, path)).map(([key, item]) => {
      return [key.toWellFormed(), valueFromJson(map, item, `${path}.${key}`.slice(0, 200))];
    });
    return Object.fromEntries(entries);
  }
  if (!field.repeated) return valueFromJson(field, value, path);
  if (!Array.isArray(value)) throw invalid(path, `expected a list, got ${kindOf(value)}`);
  return value.map((item, i) => valueFromJson(field, item, `${path}[${i}]`));
}

const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  TYPE_UINT32: [0, 0xffff_ffff],
  TYPE_SINT32: [-0x8000_0000, 0x7fff_ffff],
  TYPE_INT32: [-0x8000_0000, 0x7fff_ffff],
  TYPE_UINT64: [0, Number.MAX_SAFE_INTEGER],
};

function valueFromJson({ type, of }: Field, value: unknown, path: string): unknown {
  switch (type) {
    case 'TYPE_MESSAGE':
      return fromJson(of, value, path);
    case 'TYPE_STRING':
      if (typeof value !== 'string') throw invalid(path, `expected a text, got ${kindOf(value)}`);
      return value.toWellFormed();
    case 'TYPE_BOOL':
      if (typeof value !== 'boolean') throw invalid(path, `expected true or false, got ${kindOf(value)}`);
      return value;
    case 'TYPE_BYTES':
      return bytesIn(value, path);
    case 'TYPE_ENUM':
      if (typeof value === 'string' && namesOf(of).includes(value)) return value;
      throw invalid(path, `expected one of ${namesOf(of).join(', ')}, got ${kindOf(value)}`);
    case 'TYPE_DOUBLE':
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw invalid(path, `expected a finite number, got ${kindOf(value)}`);
      }
      return value;
    default:
      return wholeIn(value, path, ...(ranges[type] ?? ([0, 0] as const)));
  }
}

/** A whole number, also as a decimal text, as proto3's JSON has 64-bit ones. */
export function wholeIn(value: unknown, path: string, least: number, most: number): number {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most)
    return number;
  throw invalid(path, `expected a whole number from ${least} to ${most}, got ${kindOf(value)}`);
}

/** Base64, standard or URL-safe, padded or not. */
export function bytesIn(value: unknown, path: string): Buffer {
  if (typeof value !== 'string') throw invalid(path, `expected bytes in base64, got ${kindOf(value)}`);
  if (!/^[\w+/-]*={0,2}$/.test(value) || value.replace(/=+$/, '').length % 4 === 1) {
    throw invalid(path, 'this is no base64', 'Bytes are written in base64: "NDIK" for 42 and a line feed.');
  }
  return Buffer.from(value, 'base64');
}
