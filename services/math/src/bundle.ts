/** Makes one script of everything that runs inside an isolate. */
import { AssayError } from '@assay/contract';
import { build, stop } from 'esbuild';

/** The module and what it imports, as one script for an isolate. Throws AssayError `bad_bundle`. */
export async function bundle(module: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [module],
    write: false,
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    target: 'es2024',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  // Its process would wait for further builds.
  await stop();
  const script = outputFiles[0]?.text;
  if (script === undefined) {
    throw new AssayError('bad_bundle', `esbuild made no script of ${module}`, { mend: 'Reinstall esbuild.' });
  }
  return script;
}
