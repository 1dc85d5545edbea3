/** A new verifier from the kit's template. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { newVerifierFiles } from '@assay/verifier-kit';
import { usageError } from './exit.ts';
import { display, repository } from './paths.ts';

/** Writes the files and says what to do next. Errors: `bad_name`, `usage` where something is there already. */
export async function newVerifier(name: string, dir = join(repository, 'services', name)): Promise<void> {
  const files = newVerifierFiles(name);
  if (existsSync(dir) && (await readdir(dir)).length > 0) {
    throw usageError(
      `${dir} exists and is not empty.`,
      'Nothing was written. Name another folder: --dir DIR',
    );
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text, { flag: 'wx' });
  }
  const shown = display(resolve(dir));
  process.stdout.write(`Wrote ${Object.keys(files).length} files into ${shown}.

Next:
  1. Write what it judges by:    ${join(shown, 'src/verifier.ts')}
  2. Make it known to npm:       npm install
  3. Test it:                    npm test --workspace ${shown}
  4. Start it:                   ./assay node ${join(shown, 'src/main.ts')} --port 7001
  5. Check the contract:         ./assay conformance 127.0.0.1:7001 --problem ${join(shown, 'problem.json')}
  6. Judge by it:                ./assay run SAMPLES --verifier ${name} --verifier-address 127.0.0.1:7001
`);
}
