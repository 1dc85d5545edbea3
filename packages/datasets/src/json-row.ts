/** One row of JSON: a line, or a member of a list or object. */
import { isUtf8 } from 'node:buffer';
import { messageOf } from '@assay/contract';
import type { Fields } from './entry.ts';
import { Fault } from './fault.ts';
import { isObject, kindOf } from './values.ts';

export interface Piece {
  bytes: Buffer;
  /** False where the file ended in it. */
  ended: boolean;
  tooLong?: number;
}

/** How a kind of piece is called, and what to do where it is no JSON, or no object. */
export interface Wording {
  name: string;
  invalid: string;
  cut: string;
  notObject: string;
}

export const line: Wording = {
  name: 'the line',
  invalid: 'Each line must be one whole JSON object (`jq -c .` writes them so).',
  cut: 'It is the last line and has no end: the file seems to be cut off. Write or copy it again.',
  notObject: "Write one JSON object per line (`jq -c '.[]'` splits a list).",
};

export const element: Wording = {
  name: 'the element',
  invalid: 'Check what wrote the list: its elements must be JSON objects with commas between them.',
  cut: 'The file ends in it, and seems to be cut off. Write or copy it again.',
  notObject: 'Write a list of JSON objects.',
};

/** @throws Fault `too_long`, `bad_utf8`, `invalid_json`. */
export function parseJson({ bytes, ended, tooLong }: Piece, maxBytes: number, wording: Wording): unknown {
  if (tooLong !== undefined) {
    throw new Fault(
      'too_long',
      `${wording.name} has ${tooLong} bytes, at most ${maxBytes} are read`,
      'Write one row per candidate instead of one per problem, or raise the limit.',
    );
  }
  if (!isUtf8(bytes)) {
    throw new Fault(
      'bad_utf8',
      `${wording.name} is not UTF-8`,
      'Convert the file to UTF-8 (`iconv -t UTF-8`).',
    );
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Fault(
      'invalid_json',
      messageOf(error).replace(/ \(line \d+ column \d+\)$/, ''),
      ended ? wording.invalid : wording.cut,
    );
  }
}

/** @throws Fault `not_object`. */
export function fieldsOf(value: unknown, wording: Wording): Fields {
  if (isObject(value)) return value;
  throw new Fault('not_object', `${wording.name} is ${kindOf(value)}, not an object`, wording.notObject);
}
