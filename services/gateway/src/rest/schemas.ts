/** The parts of the OpenAPI document: schemas of the contract's messages, and what all operations have in common. */
import type { FastifySchema } from 'fastify';
import { type Field, namesOf, shapeOf } from '../json.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** Messages whose JSON is read or written, with all that they hold. */
const roots = [
  'CreateRunRequest',
  'Run',
  'RunProgress',
  'SubmitRequest',
  'SubmitResponse',
  'VerifierStatus',
  'Problem',
  'Candidate',
  'RunVerdict',
];

export const ref = (type: string): Schema => ({ $ref: `${type}#` });

/** Named schemas, each with its `$id`. */
export function schemas(): Schema[] {
  const found = new Map<string, Schema>();
  const visit = (type: string) => {
    if (found.has(type)) return;
    if (namesOf(type).length > 0) {
      found.set(type, { $id: type, type: 'string', enum: namesOf(type) });
      return;
    }
    const { fields, oneof } = shapeOf(type);
    const alternatives = fields.filter((field) => field.type === 'TYPE_MESSAGE' && !field.repeated);
    found.set(type, {
      $id: type,
      type: 'object',
      description: `assay.v1.${type}${oneof ? `; at most one of ${alternatives.map(({ json }) => json).join(', ')}` : ''}`,
      additionalProperties: false,
      properties: Object.fromEntries(fields.map((field) => [field.json, schemaOf(field)])),
    });
    for (const { of, map } of fields) if (of !== '' && !map) visit(of);
  };
  for (const root of roots) visit(root);
  return [...found.values(), problemDetails].sort((a, b) => (String(a.$id) < String(b.$id) ? -1 : 1));
}

const problemDetails: Schema = {
  $id: 'ProblemDetails',
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What happened, and where.' },
    code: { type: 'string', description: 'Stable.' },
    mend: { type: 'string', description: 'What to do about it.' },
  },
};

const scalars: Readonly<Record<string, Schema>> = {
  TYPE_STRING: { type: 'string' },
  TYPE_BOOL: { type: 'boolean' },
  TYPE_BYTES: { type: 'string', contentEncoding: 'base64' },
  TYPE_DOUBLE: { type: 'number' },
  TYPE_UINT32: { type: 'integer', minimum: 0, maximum: 0xffff_ffff },
  TYPE_SINT32: { type: 'integer', minimum: -0x8000_0000, maximum: 0x7fff_ffff },
  TYPE_UINT64: { type: 'integer', minimum: 0 },
};

function schemaOf({ type, of, map, repeated }: Field): Schema {
  if (map) return { type: 'object', additionalProperties: schemaOf(map) };
  const one = of === '' ? (scalars[type] ?? {}) : ref(of);
  return repeated ? { type: 'array', items: one } : one;
}

export const runParam: Schema = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', description: 'The run’s id.' } },
};

export const jsonOf = (description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});

export const jsonBody = (schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
});

export const listOf = (name: string, type: string): Schema => ({
  type: 'object',
  required: [name],
  properties: { [name]: { type: 'array', items: ref(type) } },
});

export const errorAnswers = {
  default: {
    description: 'What went wrong, and how to mend it.',
    content: { 'application/problem+json': { schema: ref('ProblemDetails') } },
  },
};

/** A route's documentation; requests are read by ourselves, so that what is wrong is told in our way. */
export function documented(
  summary: string,
  schema: Record<string, unknown>,
  tag = 'assay',
): { schema: FastifySchema } {
  return { schema: { summary, tags: [tag], ...schema } as FastifySchema };
}
