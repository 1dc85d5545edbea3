/** Where Debian keeps the programs of Postgres, and as whom they run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const debian = '/usr/lib/postgresql';

/** The folder that has initdb and postgres, the newest where there are several; undefined: none. */
export function programsOf(program: string): string | undefined {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, program)) && existsSync(join(folder, 'initdb')));
}

/** Postgres refuses to run as root: then its own user does. Error: where there is none. */
export function asUser(): { uid: number; gid: number } {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (uid !== 0) return { uid, gid };
  const [, own = '', group = ''] =
    /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  if (own === '') throw new Error('there is no user postgres, and Postgres does not run as root');
  return { uid: Number(own), gid: Number(group) };
}
