/**
 * leanchecker (of Lean since 4.28) and lean4checker (before): they give all declarations of a module to the kernel
 * again, so that what was put into the environment past it comes to light. They look at neither statement nor axioms:
 * a fresh compilation is audited first, and that very module is replayed.
 */
import { delimiter } from 'node:path';
import { confinement } from '../os/confine.ts';
import { type Ended, run } from '../os/run.ts';
import { moduleName, PlainBackend } from '../plain/backend.ts';
import type { Toolchain } from '../types.ts';
import { verdictOf } from '../verdict.ts';
import type { Accepted, Independent } from './index.ts';
import { budget, limits } from './limits.ts';

export async function runReplay(
  toolchain: Toolchain,
  checker: NonNullable<Toolchain['checker']>,
  { header, statement, proof, axioms }: Accepted,
  signal: AbortSignal,
): Promise<Independent> {
  const backend = new PlainBackend({ toolchain });
  const reference = await backend.reference(header, statement, signal);
  if (reference.kind !== 'answered' || reference.audit?.found !== true) {
    return { accepted: undefined, detail: 'the statement could not be compiled by itself' };
  }
  let replayed: Independent | undefined;
  const check = { header, statement, proof, budget, fresh: true };
  const checked = await backend.check(check, signal, async (folder) => {
    replayed = await replay(toolchain, checker, folder, signal);
  });
  const verdict = verdictOf(checked, { type: reference.audit.type, axioms });
  if (verdict.status !== 'CORRECT') {
    const detail = `compiled anew: ${verdict.reason}: ${verdict.message}`;
    return { accepted: verdict.status === 'ERROR' ? undefined : false, detail };
  }
  return replayed ?? { accepted: undefined, detail: 'there was no module to replay' };
}

async function replay(
  { env, folder: project }: Toolchain,
  { kind, command }: NonNullable<Toolchain['checker']>,
  folder: string,
  signal: AbortSignal,
): Promise<Independent> {
  const path = [folder, env.LEAN_PATH ?? ''].filter((part) => part !== '').join(delimiter);
  const argv = [...(await confinement()), ...command, moduleName];
  const ended = await run({ argv, folder: project, env: { ...env, LEAN_PATH: path }, limits }, signal);
  if (ended.exitCode === 0) return { accepted: true, detail: `${kind} replayed the module` };
  const said = lastLines(ended);
  const refused = ended.limit === undefined && ended.signal === undefined && ended.exitCode === 1;
  // It also ends with 1 where it cannot begin.
  const unable =
    /could not (find|resolve|execute)|object file .* does not exist|unknown (package|module)|usage:/i.test(
      said,
    );
  return { accepted: refused && !unable ? false : undefined, detail: `${kind}: ${said}` };
}

/** What a checker said last, or how it ended. */
export function lastLines({ fault, limit, signal, exitCode, stdout, stderr }: Ended): string {
  const text = `${stdout}\n${stderr}`.trim().slice(-1000);
  const end = fault ?? limit ?? signal ?? `exit code ${exitCode}`;
  return text === '' ? end : `${text} (${end})`;
}
