import { writeSync } from 'node:fs';

/** Writes all of it, however much the other end takes at once. */
export function write(file: number, data: Uint8Array | string): void {
  const bytes = Buffer.from(data);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
