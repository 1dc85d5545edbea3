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
  /** Environment variables that decide on verdicts: with others a run is another run. None if not given. */
  settings?: RegExp;
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
  reward: {
    kinds: ['scoring', 'math_answer', 'program_tests', 'repository_patch', 'theorem', 'custom'],
    title: 'scores of reward models, in process or by a server; ASSAY_REWARD_MODEL names one',
    settings: /^ASSAY_REWARD_(?!NAME|API_KEY|TIMEOUT_MS|START_MS|ATTEMPTS|BATCH$|REQUESTS)/,
    program: async () => (await import('@assay/reward')).rewardService,
  },
};

/** What the environment says on the verdicts of those of `names` that are built in. */
export function settingsOf(names: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> {
  const patterns = names.flatMap((name) => builtinVerifiers[name]?.settings ?? []);
  const decides = ([name, value]: [string, string | undefined]): boolean =>
    value !== undefined && patterns.some((pattern) => pattern.test(name));
  return Object.fromEntries(Object.entries(env).filter(decides)) as Record<string, string>;
}

export function isBuiltin(name: string): boolean {
  return Object.hasOwn(builtinVerifiers, name);
}
