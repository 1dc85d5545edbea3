/** Makes tokens. */
import { existsSync, rmSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { newToken, type Right, rights, type TenantLimits, Tokens, tenantForm } from '@assay/contract';
import { usageError } from './exit.ts';

export interface TokenOptions extends Partial<TenantLimits> {
  tenant: string;
  /** File. */
  tokens: string;
  rights?: string[];
}

/** Prints a new token once its hash is in the file. Errors: `usage`, `bad_file`. */
export async function makeToken({
  tenant,
  tokens: file,
  rights: given,
  ...limits
}: TokenOptions): Promise<void> {
  if (!new RegExp(`^${tenantForm}$`).test(tenant)) {
    throw usageError('This is no name of a tenant.', `Write it as ${tenantForm}.`);
  }
  const known = given ?? ['submit'];
  const stranger = known.find((right) => !rights.includes(right as Right));
  if (stranger !== undefined)
    throw usageError(`There is no right ${stranger}.`, `There are ${rights.join(', ')}.`);
  const before = existsSync(file) ? await readFile(file, 'utf8') : '';
  // Those that the tenant has already, unless some are given.
  const isNew = before === '' || Object.keys(limits).length > 0;
  const granted = isNew ? limits : new Tokens(file).limits(tenant);
  const { token, line } = newToken({ ...granted, tenant, rights: known as Right[] });
  // Checked as a server would read it: what does not fit the file must not get into it.
  const added = `${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`;
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, before + added, { mode: 0o600 });
    new Tokens(draft);
  } finally {
    rmSync(draft, { force: true });
  }
  const handle = await open(file, 'a', 0o600);
  try {
    // In one piece, as servers read it at any moment.
    await handle.appendFile(added);
    await handle.sync();
  } finally {
    await handle.close();
  }
  process.stdout.write(`${token}\n`);
}
