/** What a language is to the code verifier: how a source is compiled and run. One file describes one. */

export interface Language {
  /** Canonical name, as in ProgramTests.language. */
  readonly name: string;
  /** What the source's file must be called. */
  sourceName(source: string): string;
  /** Absent for languages that are run from their source. */
  readonly compile?: Compile;
  /** The command that runs the program from what lies in /box. */
  run(program: Built, memoryBytes: number): readonly string[];
  readonly env?: readonly string[];
  /** An interpreter that stays and forks programs: see supervisor/zygote.py. */
  readonly warm?: readonly string[];
  /** Memory that its runtime takes besides what the program does, bytes. @default 0 */
  readonly memoryExtraBytes?: number;
  /** Processes and threads that its runtime needs besides the program's. @default 0 */
  readonly processesExtra?: number;
  /** Stack of the main thread, bytes. @default all of the memory limit */
  readonly stackBytes?: number;
  /** Whether stderr is that of a source that cannot be read, and not of a program that fails. */
  readonly syntaxError?: (stderr: string) => boolean;
  /** What a runtime writes that is denied more memory. */
  readonly memoryError?: RegExp;
}

export interface Compile {
  /** Compiles /box/NAME; its working directory is /tmp. */
  command(name: string): readonly string[];
  /** What it makes: a file, or a folder with files, in /tmp. */
  readonly output: string;
  readonly env?: readonly string[];
  /** CPU seconds, all processes of the compiler together. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** What there is in /box. */
export interface Built {
  /** Name of the source's file. */
  readonly sourceName: string;
  readonly source: string;
}

export const mb = 1 << 20;
