/** Verifiers that come with Assay and can be started on this machine. */

export interface VerifierProgram {
  /** Its main module. */
  readonly entry: string;
  /** Flags of Node that it needs. */
  readonly nodeFlags: readonly string[];
  /** Milliseconds until it is ready, at most; absent: SupervisorOptions' default. */
  readonly readyMs?: number;
  /** Makes what it needs and this machine lacks; awaited before the first start. Says what takes long, line by line. */
  readonly prepare?: (say: (line: string) => void) => Promise<void>;
}

export interface BuiltinVerifier {
  /** Kinds of problem, as in DescribeResponse. */
  kinds: string[];
  title: string;
  /** Loaded when it is started: whoever does not use it does not wait for it. */
  program(): Promise<VerifierProgram>;
}

export const builtinVerifiers: Readonly<Record<string, BuiltinVerifier>> = {
  math: {
    kinds: ['math_answer'],
    title: 'final answers of mathematics, compared exactly',
    program: async () => (await import('@assay/math')).mathService,
  },
  code: {
    kinds: ['program_tests', 'repository_patch'],
    title: 'programs and patches, judged by tests in Docker sandboxes',
    program: async () => (await import('@assay/code')).codeService,
  },
  lean: {
    kinds: ['theorem'],
    title: 'proofs in Lean 4, checked by Lean and audited',
    program: async () => {
      const { findToolchains, leanService } = await import('@assay/lean');
      // Without a Lean nothing is started, and it is said here.
      return { ...leanService, prepare: async () => void (await findToolchains(process.env)) };
    },
  },
};

export function isBuiltin(name: string): boolean {
  return Object.hasOwn(builtinVerifiers, name);
}
