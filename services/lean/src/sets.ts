/** Statement sets that the verifier has of its own: problems then name a theorem, and need not be trusted to state it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AssayError } from '@assay/contract';

interface Stated {
  readonly header: string;
  readonly statement: string;
}

/** By set and name. A set is a file `NAME.jsonl` with rows of `name`, `header` and `formal_statement` (or `statement`). */
export class StatementSets {
  readonly #sets = new Map<string, Map<string, Stated>>();

  /** @throws AssayError `bad_flags` where a file cannot be read: which, where, and what a row must be */
  static async load(folder: string | undefined): Promise<StatementSets> {
    const sets = new StatementSets();
    if (folder === undefined) return sets;
    const files = await readdir(folder).catch((cause) => {
      throw new AssayError('bad_flags', `The folder of statement sets cannot be read: ${folder}`, { cause });
    });
    for (const file of files.filter((name) => name.endsWith('.jsonl')).sort()) {
      sets.#sets.set(basename(file, '.jsonl'), await readSet(join(folder, file)));
    }
    return sets;
  }

  find(set: string, name: string): Stated | undefined {
    return this.#sets.get(set)?.get(name);
  }

  /** What there is, for an error message. */
  describe(): string {
    if (this.#sets.size === 0) return 'this verifier has no sets of its own (ASSAY_LEAN_SETS)';
    return [...this.#sets].map(([name, theorems]) => `${name} has ${theorems.size} theorems`).join(', ');
  }
}

/** Of all that the sets of a folder state; empty where there are none, or they cannot be read: `load` says so. */
export function digestOfSets(folder: string | undefined): string {
  if (folder === undefined) return '';
  const hash = createHash('sha256');
  try {
    for (const file of readdirSync(folder).sort()) {
      if (file.endsWith('.jsonl')) hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
    }
  } catch {
    return '';
  }
  return hash.digest('hex');
}

async function readSet(path: string): Promise<Map<string, Stated>> {
  const theorems = new Map<string, Stated>();
  for (const [at, line] of (await readFile(path, 'utf8')).split('\n').entries()) {
    if (line.trim() === '') continue;
    const row = rowOf(line);
    const fault =
      row === undefined
        ? 'is not an object with strings `name`, `header` and `formal_statement`'
        : theorems.has(row.name)
          ? `states ${row.name} again`
          : undefined;
    if (row === undefined || fault !== undefined) {
      throw new AssayError('bad_flags', `${path}, line ${at + 1}: the row ${fault}`, {
        mend: 'Each line is one JSON object: {"name": …, "header": …, "formal_statement": …}.',
      });
    }
    theorems.set(row.name, row);
  }
  return theorems;
}

function rowOf(line: string): (Stated & { readonly name: string }) | undefined {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof row !== 'object' || row === null) return undefined;
  const { name, header = '', formal_statement: formal, statement = formal } = row as Record<string, unknown>;
  const whole = typeof name === 'string' && typeof header === 'string' && typeof statement === 'string';
  return whole ? { name, header, statement } : undefined;
}
