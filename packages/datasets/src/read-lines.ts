/** Lines of a text file of any kind. */
import { asError } from './detect.ts';
import { Fault } from './fault.ts';
import { splitLines } from './lines.ts';
import { openSource } from './source.ts';

const longestBytes = 1 << 28;

/** The lines of a file (plain, gzip or zstd; `-`: standard input), without their line feeds. Errors name file and line. */
export async function* readLines(path: string): AsyncGenerator<string> {
  let line = 0;
  try {
    const source = await openSource(path);
    for await (const lines of splitLines(source.chunks, longestBytes)) {
      for (const { number, bytes, tooLong } of lines) {
        line = number;
        if (tooLong !== undefined) {
          throw new Fault(
            'too_long',
            `the line has ${tooLong} bytes, at most ${longestBytes} are read`,
            'See that it is a text file.',
          );
        }
        yield bytes.toString('utf8');
      }
    }
  } catch (error) {
    throw error instanceof Fault ? asError(error, path, line + 1) : error;
  }
}
