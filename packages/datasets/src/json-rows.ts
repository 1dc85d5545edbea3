/** Rows of JSON Lines as they are, for tables that are no samples. */
import { asError } from './detect.ts';
import type { Fields } from './entry.ts';
import { Fault } from './fault.ts';
import { expand } from './files.ts';
import { readJsonl } from './jsonl.ts';
import { openSource } from './source.ts';

const maxLineBytes = 1 << 26;

export interface JsonRow {
  file: string;
  /** Counted from 1. */
  line: number;
  fields: Fields;
}

/**
 * Streams the objects of JSON Lines: of files, folders and `-` as readSamples, packed or not.
 * @throws AssayError that names file and line, at what cannot be used.
 */
export async function* readJsonRows(paths: string[]): AsyncGenerator<JsonRow> {
  for (const file of await expand(paths)) {
    let line: number | undefined;
    try {
      const { chunks } = await openSource(file.path);
      for await (const entries of readJsonl(chunks, file.name, maxLineBytes)) {
        for (const entry of entries) {
          line = entry.line;
          if ('fault' in entry) throw entry.fault;
          if ('fields' in entry) yield { file: file.path, line: entry.line, fields: entry.fields };
        }
      }
      line = undefined;
    } catch (fault) {
      throw fault instanceof Fault ? asError(fault, file.path, line) : fault;
    }
  }
}
