/** Keeps a second writer away from a file, for as long as this process lives: the system lets go of what it held. */
import { rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

export interface Lock {
  release(): void;
}

/**
 * Locks `<path>.lock`; undefined where another process has it. Node has no file locks of its own, and SQLite's are such:
 * an empty database is locked, and removed at the end. Throws where it cannot be written.
 */
export function lockFile(path: string): Lock | undefined {
  const lock = `${path}.lock`;
  for (;;) {
    const database = new DatabaseSync(lock, { timeout: 0 });
    try {
      const opened = inode(lock);
      database.exec('BEGIN EXCLUSIVE');
      // Whoever had it may have removed it after it was opened here.
      if (opened !== undefined && opened === inode(lock)) {
        return {
          release() {
            rmSync(lock, { force: true });
            database.close();
          },
        };
      }
    } catch (error) {
      database.close();
      if ((error as { errcode?: number }).errcode === 5) return undefined;
      throw error;
    }
    database.close();
  }
}

function inode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
