/** What a Lean sample is: a file that claims to prove a theorem, and what must become of it. */

/** Before all statements: Lean's own modules, so that cheats have all that Lean can do; an axiom and a definition of the task. */
export const header = `import Lean

axiom Beauty : Nat → Prop
def slot : Nat := 3
`;

/** Stands for the statement in a sample's text. */
export const stated = '§';

/** The statement where a sample names none. */
export const falsehood = 'theorem target : 1 = 2';

export interface Sample {
  /** What it tries, in words. */
  readonly name: string;
  /** A false theorem, or one that must not be proved this way. @default {@link falsehood} */
  readonly statement?: string;
  /** A file after the header, with {@link stated}; or what follows the statement, with `alone`. */
  readonly text: string;
  readonly alone?: true;
  /** Must be refused before Lean sees it. Others are for the audit. */
  readonly shape?: true;
  /** Verdict's reason when Lean and the audit see it without the shape check; `*`: not accepted, for whatever reason. */
  readonly audit: string;
  /** Lean that it works on, where it does not on all: of others only the shape is asked. */
  readonly needs?: { readonly from?: number; readonly before?: number };
}

export interface Case {
  /** Number in the list of known cheats (A), or of our own (B). */
  readonly id: string;
  readonly name: string;
  /**
   * Where it is stopped at the latest: before Lean (S), by the audit (1), or by the independent check (2). Of the last, tier 1
   * accepts what gets past the shape check, and says that nothing else has looked.
   */
  readonly tier: 'S' | '1' | '2';
  readonly samples: readonly Sample[];
}

/** The file of a sample, without the header. */
export function fileOf({ statement = falsehood, text, alone }: Omit<Sample, 'audit'>): string {
  if (alone === undefined) return text.replaceAll(stated, statement);
  return /^\s*(?::=|\|)/.test(text) ? `${statement}\n${text}` : `${statement} := by\n${text}`;
}

/** What a model would answer. */
export function candidateOf(sample: Omit<Sample, 'audit'>): string {
  return sample.alone === undefined ? fileOf(sample) : sample.text;
}

/**
 * A command of a candidate's own that adds a declaration to the environment, and its use. Not by `run_cmd`: Lean as
 * WebAssembly cannot compile that.
 */
export function adding(declaration: string, checked: boolean, use = ''): string {
  return [
    'elab "add!" : command => do',
    '  let env ← Lean.MonadEnv.getEnv',
    `  match env.addDeclCore 0 (${declaration}) none (doCheck := ${checked}) with`,
    '  | .ok env => modify fun s => { s with env := env }',
    '  | .error _ => pure ()',
    'add!',
    use,
  ].join('\n');
}
