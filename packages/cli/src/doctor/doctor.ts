/** What works on this machine, and how to mend the rest. */
import { messageOf } from '@assay/contract';
import { exitCodes } from '../exit.ts';
import { oneLine, painter } from '../terminal.ts';
import type { Check, Finding } from './check.ts';
import { optionalChecks } from './optional.ts';
import { requiredChecks } from './required.ts';

/** How a check came out; `missing`: an optional part is not there. */
export interface Diagnosis {
  name: string;
  status: 'ok' | 'failed' | 'missing';
  detail: string;
  neededFor?: string;
  mend?: string;
}

/** Checks everything, prints it, and answers with the exit code. `store`: the file that runs would be stored in. */
export async function doctor(store: string, json: boolean): Promise<number> {
  const diagnoses = await Promise.all([...requiredChecks(store), ...optionalChecks].map(diagnose));
  const ok = diagnoses.every(({ status }) => status !== 'failed');
  if (json) process.stdout.write(`${JSON.stringify({ ok, checks: diagnoses }, null, 2)}\n`);
  else
    process.stdout.write(`${text(diagnoses)}\n${ok ? 'Everything that is needed works.' : 'Not ready.'}\n`);
  return ok ? exitCodes.ok : exitCodes.failed;
}

export async function diagnose({ name, neededFor, run }: Check): Promise<Diagnosis> {
  const finding = await run().catch((error: unknown): Finding => ({ ok: false, detail: messageOf(error) }));
  const { ok, detail, mend } = finding;
  return {
    name,
    status: ok ? 'ok' : neededFor === undefined ? 'failed' : 'missing',
    detail: oneLine(detail),
    ...(neededFor !== undefined && { neededFor }),
    ...(!ok && mend !== undefined && { mend }),
  };
}

const styles = { ok: 'green', failed: 'red', missing: 'yellow' } as const;

function text(diagnoses: readonly Diagnosis[]): string {
  const paint = painter(process.stdout);
  const width = Math.max(...diagnoses.map(({ name }) => name.length));
  const lines = diagnoses.map(({ name, status, detail, neededFor, mend }) => {
    const optional = status === 'missing' ? ` (optional, needed for ${neededFor})` : '';
    const line = `${paint(styles[status], status.padEnd(7))}  ${name.padEnd(width)}  ${detail}${optional}`;
    return mend === undefined ? line : `${line}\n${' '.repeat(width + 11)}→ ${mend}`;
  });
  return `${lines.join('\n')}\n`;
}
