/** The assay command. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Half of the time until a command begins is compiling. Not in the folder of all for such things: others write there.
enableCompileCache(join(import.meta.dirname, '../../../.node/compiled'));
const { main } = await import('./program.ts');

// Whoever read our output (head, less) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

// Who does not read what we tell besides is no reason to stop.
process.stderr.on('error', () => {});

const code = await main(process.argv.slice(2));
// Written out first: a pipe may be slow.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit(code);
