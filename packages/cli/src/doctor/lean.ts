/** Which Lean is there, and what the verifier can do with it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '@assay/contract';
import type { Toolchain } from '@assay/lean';
import type { Finding } from './check.ts';

/** What `find` throws where there is no Lean says how to get one. */
export async function lean(
  find: (env: NodeJS.ProcessEnv) => Promise<readonly Toolchain[]> = findToolchains,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finding> {
  try {
    const toolchains = await find(env);
    return { ok: true, detail: toolchains.map(toolchainText).join('; ') };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const [detail = ''] = error.message.split('\n');
    return { ok: false, detail, ...(error.mend !== undefined && { mend: error.mend }) };
  }
}

async function findToolchains(env: NodeJS.ProcessEnv): Promise<readonly Toolchain[]> {
  return (await import('@assay/lean')).findToolchains(env);
}

function toolchainText(toolchain: Toolchain): string {
  const { name, version, json, repl, checker } = toolchain;
  const facts = [
    repl === undefined ? 'no REPL (file by file)' : 'REPL',
    json ? '--json' : 'no --json',
    checker === undefined ? 'no independent checker' : checker.kind,
    hasMathlib(toolchain) ? 'Mathlib' : 'no Mathlib',
  ];
  return `${version}${name === version ? '' : ` (${name})`}: ${facts.join(', ')}`;
}

/** Where Lake puts it, and wherever LEAN_PATH points. */
function hasMathlib({ folder, env }: Toolchain): boolean {
  const build = join(folder, '.lake/packages/mathlib/.lake/build/lib');
  const places = [
    ...(env.LEAN_PATH ?? '').split(':').filter((each) => each !== ''),
    build,
    join(build, 'lean'),
  ];
  return places.some((place) => existsSync(join(place, 'Mathlib.olean')));
}
