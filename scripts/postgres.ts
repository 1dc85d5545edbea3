// Postgres for the tests, which start servers of their own, and libfaketime, with which they move clocks. Where there is
// none, root gets Debian's. Where that cannot be, tests that need one skip themselves.
import { existsSync } from 'node:fs';
import { has, install, isOffered, isRoot } from './machine.ts';

/** Brings it, and says so; true also where it cannot be brought. */
export async function providePostgres(): Promise<boolean> {
  const problem = await bring();
  if (problem !== '') console.log(`${problem}\nTests that need Postgres will be skipped.`);
  if (isRoot() && !existsSync('/usr/bin/faketime') && (await isOffered('faketime'))) {
    const failure = await install(['faketime']);
    if (failure !== '') console.log(`${failure}\nClocks will not jump in tests.`);
  }
  return true;
}

/** Answers with the reason where it cannot be. */
async function bring(): Promise<string> {
  if (existsSync('/usr/lib/postgresql') || has('postgres')) return '';
  if (!isRoot()) return 'There is no Postgres, and only root can install one.';
  if (!has('apt-get')) return 'There is no Postgres, and no apt-get to install one with.';
  if (!(await isOffered('postgresql'))) return 'There is no Postgres, and apt-get offers none.';
  const failure = await install(['postgresql']);
  return failure === '' ? '' : `apt-get could not install Postgres: ${failure}`;
}

if (import.meta.main) await providePostgres();
