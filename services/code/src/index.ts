/** The code verifier: where its service starts, and what its sandboxes need. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AssayError } from '@assay/contract';
import Docker from 'dockerode';
import { findImage, requireImage } from './engine.ts';
import { SandboxPool } from './sandbox/pool.ts';

export { type Language, languages } from './languages/index.ts';
export { Artifacts } from './programs/artifacts.ts';
export { baseEnv, build } from './programs/build.ts';
export { limitsOf, type TestLimits } from './programs/limits.ts';
export { processOutcome } from './programs/outcome.ts';
export { languageOf, type Task, taskOf } from './programs/task.ts';
export type { ProgramResult } from './sandbox/protocol.ts';
export { type CodeOptions, codeVerifier } from './service.ts';

/** How to start the service: `node …nodeFlags entry`. */
export const codeService = {
  entry: join(import.meta.dirname, 'main.ts'),
  nodeFlags: [] as readonly string[],
  /** The self-test compiles and runs some programs first. */
  readyMs: 180_000,
  prepare: prepareImage,
};

const image = 'assay/sandbox';
const builder = join(import.meta.dirname, '../../../docker/build');

/**
 * Builds the image of the sandboxes where there is none, or one of other sources than these.
 * @throws AssayError `no_docker`, `image_build`
 */
async function prepareImage(say: (line: string) => void): Promise<void> {
  if (process.env.ASSAY_CODE_IMAGE !== undefined || !existsSync(builder)) return;
  const docker = new Docker();
  const found = await findImage(docker, image);
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
  const used = process.env.ASSAY_CODE_IMAGE ?? image;
  await requireImage(docker, used);
  return new SandboxPool(docker, slots, { image: used, runtime: process.env.ASSAY_CODE_RUNTIME });
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
