/** The code verifier: where its service starts, and what its sandboxes need. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AssayError } from '@assay/contract';
import Docker from 'dockerode';
import { requireImage } from './engine.ts';

export { languages } from './languages/index.ts';
export { type CodeOptions, codeVerifier } from './service.ts';

/** How to start the service: `node …nodeFlags entry`. */
export const codeService = {
  entry: join(import.meta.dirname, 'main.ts'),
  nodeFlags: [] as readonly string[],
  /** The self-test compiles and runs some programs first. */
  readyMs: 180_000,
  prepare: prepareImage,
};

/** Builds the image of the sandboxes where there is none. @throws AssayError `no_docker`, `image_build` */
async function prepareImage(say: (line: string) => void): Promise<void> {
  if (process.env.ASSAY_CODE_IMAGE !== undefined) return;
  try {
    await requireImage(new Docker(), 'assay/sandbox');
    return;
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'no_image') throw error;
  }
  say('building the image assay/sandbox: some minutes, once');
  const build = join(import.meta.dirname, '../../../docker/build');
  const child = spawn(build, ['sandbox'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let last = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    last = line.trim() || last;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return;
  throw new AssayError('image_build', `The image assay/sandbox could not be built: ${last}`, {
    mend: 'See all of it with docker/build sandbox; docker/README.md says what it needs.',
  });
}
