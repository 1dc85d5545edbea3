/** What a user names for a command to read whole: files, and standard input. */
import { open } from 'node:fs/promises';
import { messageOf } from '@assay/contract';
import { usageError } from './exit.ts';

/** Most bytes of it. */
const maxBytes = 16 * 1024 * 1024;

/** What to do about it. */
export interface Mends {
  /** Where there is no such file, or it cannot be read. */
  readonly unreadable: string;
  readonly large: string;
}

/** Reads a file, or standard input for `-`. Error: `usage`, also where it has more than 16 MiB. */
export async function readInput(path: string, mends: Mends): Promise<Buffer> {
  if (path === '-') return collect(process.stdin, 'Standard input', mends);
  try {
    await using file = await open(path);
    return await collect(file.createReadStream(), path, mends);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw usageError(`Cannot read ${path}: ${messageOf(error)}`, mends.unreadable);
    }
    throw error;
  }
}

/** A text that is itself, `@FILE`, or `-` for standard input. Error: `usage`. */
export async function readText(given: string, large: string): Promise<string> {
  if (given !== '-' && (!given.startsWith('@') || given === '@')) return given;
  const bytes = await readInput(given === '-' ? '-' : given.slice(1), {
    unreadable: 'A text that begins with @ names a file.',
    large,
  });
  return bytes.toString('utf8');
}

async function collect(stream: AsyncIterable<Buffer>, name: string, { large }: Mends): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw usageError(`${name} has more than ${maxBytes} bytes.`, large);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
