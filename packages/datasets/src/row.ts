/** From the fields of a row to a problem and its samples: the rules that all formats share. */
import type { CandidateInit, ProblemInit } from '@assay/contract';
import { type Fields, undecodable } from './entry.ts';
import { Fault } from './fault.ts';
import { type Found, find, idOf, textOf, uint32, wrongType } from './field.ts';
import type { FieldNames } from './names.ts';
import { problemFromJson } from './problem.ts';
import type { Sample, Schema } from './schema.ts';
import { hasSpec } from './spec.ts';
import { isObject, kindOf } from './values.ts';

export interface Row {
  /** What the row says of its problem; the rest is left out. */
  problem: ProblemInit;
  /** Undefined for a row that has no samples at all. */
  samples: Sample[] | undefined;
}

/**
 * Reads a row. A sample that cannot be used is a Fault in its place.
 * @throws Fault where the row says of its problem what cannot be used.
 */
export function readRow(fields: Fields, names: FieldNames, schema: Schema): Row {
  const problem = problemOf(fields, names, schema);
  const list = find(fields, names.samples);
  if (list !== undefined) {
    if (!Array.isArray(list.value)) {
      throw wrongType(list.name, 'a list of texts', list.value, 'One sample alone is written as `sample`.');
    }
    return { problem, samples: list.value.map(readSample) };
  }
  const one = find(fields, names.sample);
  if (one !== undefined) {
    const tokens = find(fields, names.tokens);
    const index = find(fields, names.index);
    return { problem, samples: [attempt(() => candidate(one, index, tokens))] };
  }
  return { problem, samples: schema.samples?.(fields) };
}

/** A sample of a list: a text, or {text, tokens?, index?}; a Fault stays what it is. */
export function readSample(value: unknown): Sample {
  if (value instanceof Fault) return value;
  return attempt(() => {
    if (typeof value === 'string' || value === undecodable) return candidate({ name: 'samples', value });
    const text = isObject(value) ? find(value, ['text']) : undefined;
    if (text === undefined) {
      throw new Fault(
        'wrong_type',
        `a sample is ${kindOf(value)}, neither a text nor an object with \`text\``,
        'Write samples as texts or as {"text": ..., "tokens": ..., "index": ...}.',
      );
    }
    return candidate(text, find(value as Fields, ['index']), find(value as Fields, ['tokens']));
  });
}

/** Values in which `solution` is a text, as in the model solutions of openai/grade-school-math. */
export function modelSolutions(fields: Fields): Sample[] | undefined {
  const solutions = Object.values(fields).flatMap((value) => {
    if (!isObject(value) || !Object.hasOwn(value, 'solution')) return [];
    return [attempt(() => candidate({ name: 'solution', value: value.solution }))];
  });
  return solutions.length > 0 ? solutions : undefined;
}

function attempt(read: () => CandidateInit): Sample {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof Fault) return fault;
    throw fault;
  }
}

function candidate(text: Found, index?: Found, tokens?: Found): CandidateInit {
  const result: CandidateInit = { text: textOf(text) };
  if (index !== undefined) result.index = uint32(index);
  if (tokens !== undefined) result.tokens = uint32(tokens);
  return result;
}

function problemOf(fields: Fields, names: FieldNames, schema: Schema): ProblemInit {
  const full = isObject(fields.problem);
  const problem = full ? problemFromJson(fields.problem as Fields) : {};
  const id = find(fields, names.id);
  if (id !== undefined) problem.id = idOf(id);
  else if (problem.id !== undefined) idOf({ name: 'problem.id', value: problem.id });
  const dataset = find(fields, names.dataset);
  if (dataset !== undefined) problem.dataset = textOf(dataset);
  const prompt = find(fields, names.prompt);
  if (prompt !== undefined && !(full && prompt.name === 'problem')) problem.prompt = textOf(prompt);
  const promptTokens = find(fields, ['prompt_tokens']);
  if (promptTokens !== undefined) problem.promptTokens = uint32(promptTokens);
  if (!hasSpec(problem)) schema.addSpec(problem, fields, names);
  return problem;
}
