/** Public statements for tests, and texts to make up Lean of. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

const path = join(import.meta.dirname, '../../../../../shared/data/minif2f/statements.jsonl');

/** Why tests of the public statements are skipped. */
export const noStatements = existsSync(path) ? false : 'no ../shared/data';

export interface Row {
  readonly name: string;
  readonly header: string;
  readonly informal_prefix: string;
  readonly formal_statement: string;
}

export function statementRows(): Row[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Row);
}

/** Pieces of Lean, and of what only looks like it. */
// biome-ignore format: a table
const fragments = [
  'theorem', 'x', "x'", 'h₁', 'Nat.succ', '«a b»', '«', '»', ':=', ':', ':', '(', ')', '{', '}', '[', ']', '⟨', '⟩', '@[',
  '--', '/-', '-/', '/--', '/-!', '\n', ' ', '  ', '\t', '"', '\\', '"a"', 's!"', 's!', '{x}', "'", "'a'", "'\\n'", "''",
  'r"', 'r#"', '"#', '#', '0x1F', '1.5e-3', '12', '.', '..', '<-', '∑', "⁻¹'", 'ℝ', '𝓝', '😀', '\ud835', '`', '$', 'by',
  'in', 'open', 'set_option', 'end', 'private', '```', '```lean4\n', '</think>', 'run_tac', 'sorryAx', '#eval', '«run_cmd»',
];

/** Texts of such pieces, hostile ones among them. */
export const leanish = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...fragments) },
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    {
      maxLength: 60,
    },
  )
  .map((pieces) => pieces.join(''));
