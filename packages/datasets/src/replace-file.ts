import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a small file: whoever reads it, also after a crash, finds the whole old one or the whole new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text, { flush: true });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
