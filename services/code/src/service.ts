/** The code verifier: programs and patches, judged in Docker sandboxes. */
import { AssayError, type Problem } from '@assay/contract';
import type { VerdictBody, VerifierDefinition, VerifyContext } from '@assay/verifier-kit';
import Docker from 'dockerode';
import { requireImage } from './engine.ts';
import { owner } from './owner.ts';
import { Artifacts } from './programs/artifacts.ts';
import { judgeProgram } from './programs/judge.ts';
import { checkProgramTests } from './programs/task.ts';
import { SandboxPool } from './sandbox/pool.ts';
import { SandboxLost } from './sandbox/sandbox.ts';
import { selfTest } from './self-test.ts';
import { checkRepositoryPatch, judgePatch, removeLeftovers } from './swebench/index.ts';

/** Must change whenever any verdict could: with every change of the judging, the languages or the comparers. */
const version = '1';

/** Compiled programs that are kept, bytes. */
const artifactBytes = 256 << 20;

export interface CodeOptions {
  /** @default the engine that DOCKER_HOST names, or the local one */
  readonly docker?: Docker;
  /** Image of the sandboxes. @default ASSAY_CODE_IMAGE, or `assay/sandbox` */
  readonly image?: string;
  /** OCI runtime of the containers, e.g. `runsc`. @default ASSAY_CODE_RUNTIME, or the engine's own */
  readonly runtime?: string;
  /** Id of the image: its compilers and interpreters decide as well, and are part of the version where it is given. */
  readonly imageId?: string | undefined;
  /** Judge some programs with known verdicts first, and do not serve where any is off. @default true */
  readonly selfTest?: boolean;
}

/** Name of the sandboxes' image. */
export function sandboxImage(): string {
  return process.env.ASSAY_CODE_IMAGE ?? 'assay/sandbox';
}

export function codeVerifier(options: CodeOptions = {}): VerifierDefinition {
  const docker = options.docker ?? new Docker();
  const image = options.image ?? sandboxImage();
  const runtime = options.runtime ?? process.env.ASSAY_CODE_RUNTIME;
  const artifacts = new Artifacts(artifactBytes);
  let pool: SandboxPool | undefined;
  return {
    name: 'code',
    version: [version, options.imageId?.replace('sha256:', '').slice(0, 12), runtime]
      .filter(Boolean)
      .join('-'),
    kinds: ['program_tests', 'repository_patch'],
    // Every test and every compiler has limits of its own; this one is for what nobody thought of.
    candidateTimeoutMs: 4 * 3_600_000,
    checkProblem: (problem) =>
      problem.programTests ? checkProgramTests(problem.programTests) : checkRepositoryPatch(problem),
    async start({ slots }) {
      await requireImage(docker, image);
      const cores = ((await docker.info()) as { NCPU: number }).NCPU;
      if (slots > cores) {
        throw new AssayError(
          'bad_flags',
          `${slots} slots are more than the ${cores} processors of the Docker engine's machine.`,
          {
            mend: 'Programs that wait for processors are judged no sooner: give at most as many slots.',
          },
        );
      }
      pool = new SandboxPool(docker, slots, { image, runtime });
      await Promise.all([pool.clean(), removeLeftovers(docker)]);
      if (options.selfTest ?? true) await selfTest(pool);
    },
    async stop() {
      await pool?.close();
    },
    verify(problem, { text }, context) {
      if (pool === undefined) throw new Error('not started');
      if (!problem.programTests) {
        return judgePatch(docker, problem, text, {
          signal: context.signal,
          log: context.log,
          owner,
          pull: process.env.ASSAY_CODE_PULL === '1',
          ...(runtime === undefined ? {} : { runtime }),
        });
      }
      return judgeTwice(pool, artifacts, problem, text, context);
    },
  };
}

/** A sandbox that goes down says nothing of the program in it: the job is done once more, and then given up. */
async function judgeTwice(
  pool: SandboxPool,
  artifacts: Artifacts,
  problem: Problem,
  text: string,
  { signal, log }: VerifyContext,
): Promise<VerdictBody> {
  for (let attempt = 1; ; attempt++) {
    try {
      const verdict = await pool.withSlot(signal, (slot) =>
        judgeProgram({ pool, slot, artifacts }, problem, text),
      );
      return attempt === 1
        ? verdict
        : { ...verdict, message: `${verdict.message} (second try: a sandbox was lost)` };
    } catch (error) {
      if (!(error instanceof SandboxLost) || signal.aborted) throw error;
      log.warn({ problem: problem.id, attempt }, error.message);
      if (attempt === 1) continue;
      return {
        status: 'ERROR',
        reason: 'verifier_crash',
        message: `${error.message}, twice`,
        retryable: true,
      };
    }
  }
}
