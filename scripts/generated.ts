// Generated code must be what the generator writes now: made anew beside it and compared.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../packages/contract');
const generated = join(folder, 'src/generated');
const kept = join(mkdtempSync(join(tmpdir(), 'assay-generated-')), 'generated');
cpSync(generated, kept, { recursive: true });
try {
  execFileSync(process.execPath, [join(folder, 'scripts/generate.ts')], { stdio: 'inherit' });
  const list = (dir: string) =>
    readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  for (const file of new Set([...list(kept), ...list(generated)])) {
    const [before, now] = [join(kept, file), join(generated, file)].map((path) =>
      existsSync(path) ? readFileSync(path, 'utf8') : undefined,
    );
    if (before !== now) {
      console.error(
        `packages/contract/src/generated/${file} is out of date: run npm run generate and commit it`,
      );
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(join(kept, '..'), { recursive: true, force: true });
}
