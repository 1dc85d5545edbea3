/** What the parts of the Lean verifier say to one another. */

/** What stands before a statement: imports, then options and opens. */
export interface Header {
  /** As it was given, comments included. */
  readonly text: string;
  /** Modules, as written and in order; none: Lean's own prelude. */
  readonly imports: readonly string[];
  /** What follows the imports. */
  readonly rest: string;
  /** Its last `set_option maxHeartbeats`; 0: no limit. */
  readonly maxHeartbeats: number | undefined;
}

/** A stated theorem, without a proof. */
export interface Statement {
  /** As written after `theorem`. */
  readonly name: string;
  /** From `theorem` (or what stands before it: a docstring, attributes) up to and without `:=`. */
  readonly text: string;
  /** Tokens of `text` from the name on; comments and layout are not among them. */
  readonly signature: readonly string[];
  /** What of the proof was given with the statement: ``, `by`, or `by (` for instance. A proof alone follows it. */
  readonly begun: string;
}

/** A candidate's proof, out of whatever it was wrapped in. */
export interface Proof {
  /** Commands that come before the theorem, of whole files; empty for a proof alone. */
  readonly helpers: string;
  /** From `:=` (or `|`, for a definition by cases) to the end. */
  readonly body: string;
  /** 0-based line of the candidate's text at which `helpers` and `body` begin: where messages point. */
  readonly lines: { readonly helpers: number; readonly body: number };
  /** How it was found, e.g. `last fence (lean4) of 3, whole file`. */
  readonly choice: string;
  /** Equal for proofs that differ in comments, blank lines and trailing blanks only. Indentation counts. */
  readonly key: string;
  /** Predicted time to check, in no unit: by length without comments and by costly tactics. */
  readonly cost: number;
}

/** A Lean, with the libraries that its project has. */
export interface Toolchain {
  /** What Theorem.toolchain calls it. */
  readonly name: string;
  /** As Lean states it, e.g. `4.9.0`. */
  readonly version: string;
  /** Working directory of all commands: a Lake project, where one is needed. */
  readonly folder: string;
  /** Environment of all commands, LEAN_PATH among it, in place of this process's. */
  readonly env: Readonly<Record<string, string>>;
  /** Checks a file: `lean`, or `lake env lean`. */
  readonly lean: readonly string[];
  /** Whether `lean` knows `--json`. */
  readonly json: boolean;
  /** The REPL, where there is one. */
  readonly repl: readonly string[] | undefined;
  /** The independent checker, where there is one. */
  readonly checker:
    | { readonly kind: 'comparator' | 'leanchecker' | 'lean4checker'; readonly command: readonly string[] }
    | undefined;
}

export interface LeanMessage {
  readonly severity: 'error' | 'warning' | 'info' | 'trace';
  /** Of the candidate's text where the message is about it. Lines from 1, columns from 0 in code points. */
  readonly line: number;
  readonly column: number;
  /** Where Lean tells it, of files without a statement. */
  readonly end?: { readonly line: number; readonly column: number };
  readonly text: string;
}

/** What one check may take. */
export interface Budget {
  /** CPU time of the Lean processes. What waits without using it is given up after `wallMs`. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Private memory: beyond what the process held before this check, for a warm one. */
  readonly memoryBytes: number;
  /** Of Lean's answer. */
  readonly answerBytes: number;
  /** Thousands; undefined: as the header says. */
  readonly heartbeats: number | undefined;
}

/** What an audit found of the theorem's constant, after Lean had accepted the proof. */
export type Audit =
  | { readonly found: false }
  | {
      readonly found: true;
      /** `theorem`, `def`, `axiom`, `opaque`, … */
      readonly kind: string;
      /** All axioms that it rests on, sorted. */
      readonly axioms: readonly string[];
      /** Its type, and all that the type refers to and the header does not hold, in a canonical form. */
      readonly type: string;
    };

/** One proof to be checked. */
export interface Check {
  readonly header: Header;
  readonly statement: Statement;
  readonly proof: Proof;
  readonly budget: Budget;
  /** On a process that has judged nothing before. */
  readonly fresh: boolean;
}

export type Outcome =
  /** Lean answered; `audit` is there where it reported no error. */
  | {
      readonly kind: 'answered';
      readonly messages: readonly LeanMessage[];
      readonly audit: Audit | undefined;
    }
  /** The candidate used up what the budget names. */
  | { readonly kind: 'limit'; readonly limit: 'cpu' | 'memory' | 'answer'; readonly detail: string }
  /** Lean died by itself: a stack overflow, an abort, an assertion. `detail` has the signal or exit code. */
  | { readonly kind: 'crash'; readonly detail: string }
  /** What answered was not, or not only, Lean's own protocol: a forged answer. */
  | { readonly kind: 'forged'; readonly detail: string }
  /** Killed by others, stopped, silent without using CPU time, could not be started: says nothing of the candidate. */
  | { readonly kind: 'lost'; readonly detail: string };

export type Checked = Outcome & { readonly cpuMs: number; readonly wallMs: number };

/** Commands that prove nothing that was stated. */
export interface WholeText {
  /** Imports alone. */
  readonly header: Header;
  readonly text: string;
  readonly offset: number;
}

/** One way to have Lean check proofs. */
export interface Backend {
  readonly kind: 'repl' | 'plain';
  /** Rejects only where `signal` aborts, with its reason. */
  check(check: Check, signal: AbortSignal): Promise<Checked>;
  /**
   * The statement itself, proved by `sorry`, as `check` would find it: what types are compared with.
   * A statement that does not compile gives its messages.
   */
  reference(header: Header, statement: Statement, signal: AbortSignal): Promise<Checked>;
  /** What Lean says of a text that follows a header; its lines begin `offset` lines further down. No audit is made. */
  messages(source: WholeText, budget: Budget, fresh: boolean, signal: AbortSignal): Promise<Checked>;
  close(): Promise<void>;
}
