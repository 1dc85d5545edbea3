/** Requests as the REPL reads them, for its stand-ins: synchronously, as it does. */
import { readSync } from 'node:fs';

/**
 * Lines up to an empty one are one request, joined without their line breaks and the blanks before these. A request that
 * starts with `#` or `--` is skipped. An empty line where a request should start, or the end of the input, is the end.
 */
export function* requests(): Generator<string> {
  let lines: string[] = [];
  for (const line of linesOfStdin()) {
    if (line.trim() !== '') {
      lines.push(line.trimEnd());
      continue;
    }
    const request = lines.join('');
    lines = [];
    if (request === '') return;
    if (!request.startsWith('#') && !request.startsWith('--')) yield request;
  }
}

function* linesOfStdin(): Generator<string> {
  const buffer = Buffer.alloc(1 << 16);
  let parts: Buffer[] = [];
  for (let bytes = readSync(0, buffer); bytes > 0; bytes = readSync(0, buffer)) {
    let from = 0;
    for (let at = buffer.indexOf(10); at >= 0 && at < bytes; at = buffer.indexOf(10, from)) {
      parts.push(Buffer.from(buffer.subarray(from, at)));
      yield Buffer.concat(parts).toString('utf8');
      parts = [];
      from = at + 1;
    }
    parts.push(Buffer.from(buffer.subarray(from, bytes)));
  }
}
