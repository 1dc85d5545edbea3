/** The code verifier: where its service starts, and what its sandboxes need. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AssayError } from '@assay/contract';
import Docker from 'dockerode';
import { findImage, noDocker, requireImage, within } from './engine.ts';
import { SandboxPool } from './sandbox/pool.ts';
import { sandboxImage } from './service.ts';

export { type Language, languageOf, languages } from './languages/index.ts';
export { Artifacts } from './programs/artifacts.ts';
export { build } from './programs/build.ts';
export { programOf } from './programs/job.ts';
export { limitsOf, type TestLimits } from './programs/limits.ts';
export { processOutcome } from './programs/outcome.ts';
export { type Task, taskOf } from './programs/task.ts';
export type { ProgramResult } from './sandbox/protocol.ts';
export { type CodeOptions, codeVerifier } from './service.ts';
export {
  type InstanceImage,
  type InstanceOutcome,
  imageName,
  instanceReport,
  type PrunePlan,
  planPrune,
  prePull,
  type RunReport,
  removeImages,
  resolutionOf,
  runReport,
  type TestsStatus,
  totalBytes,
} from './swebench/index.ts';

/** How to start the service: `node …nodeFlags entry`. */
export const codeService = {
  entry: join(import.meta.dirname, 'main.ts'),
  nodeFlags: [] as readonly string[],
  /** The self-test compiles and runs some programs first. */
  readyMs: 180_000,
  prepare: prepareImage,
};

const builder = join(import.meta.dirname, '../../../docker/build');

/**
 * Builds the image of the sandboxes where there is none, or one of other sources than these.
 * @throws AssayError `no_docker`, `image_build`
 */
async function prepareImage(say: (line: string) => void): Promise<void> {
  if (process.env.ASSAY_CODE_IMAGE !== undefined || !existsSync(builder)) return;
  const image = sandboxImage();
  const found = await findImage(new Docker(), image);
  const { stdout } = await run([builder, '--inputs', 'sandbox']);
  if (found !== undefined && found.Config.Labels?.['assay.sandbox'] === stdout.trim()) return;
  say(
    `building the image ${image}: ${found === undefined ? 'some minutes, once' : 'its sources have changed'}`,
  );
  const { code, stderr } = await run([builder, 'sandbox']);
  if (code === 0) return;
  const last = stderr.trim().split('\n').at(-1) ?? '';
  throw new AssayError('image_build', `The image ${image} could not be built: ${last}`, {
    mend: 'See all of it with docker/build sandbox; docker/README.md says what it needs.',
  });
}

/**
 * Sandboxes for whoever runs programs beside the verifier, as many at once as there are slots; close them.
 * @throws AssayError `no_docker`, `no_image`
 */
export async function openSandboxes(slots: number): Promise<SandboxPool> {
  const docker = new Docker();
  const image = sandboxImage();
  await requireImage(docker, image);
  return new SandboxPool(docker, slots, { image, runtime: process.env.ASSAY_CODE_RUNTIME });
}

/** The engine that DOCKER_HOST names, or the local one, once it answers. @throws AssayError `no_docker` */
export async function openEngine(): Promise<Docker> {
  const docker = new Docker();
  try {
    await within(10_000, (abortSignal) => docker.listContainers({ limit: 1, abortSignal }));
  } catch (error) {
    throw noDocker(error);
  }
  return docker;
}

async function run([command = '', ...args]: string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { stdout, stderr, code: code as number | null };
}
