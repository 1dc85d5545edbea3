/** Makes one script of everything that runs inside the isolate. */
import { join } from 'node:path';
import { AssayError } from '@assay/contract';
import { build, stop } from 'esbuild';

/** The stages and what they import, as one script for an isolate. */
export async function bundleInside(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'inside.ts')],
    write: false,
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    target: 'es2024',
    charset: 'utf8',
    logLevel: 'silent',
  });
  // Its process would wait for further builds.
  await stop();
  const script = outputFiles[0]?.text;
  if (script === undefined) {
    throw new AssayError('bad_bundle', 'esbuild made no script of inside.ts', { mend: 'Reinstall esbuild.' });
  }
  return script;
}
