/**
 * A stand-in for the REPL that is driven by a recorded transcript: for each request of the one file, in order, it
 * answers with the document of the other, byte by byte. Anything else that it is asked ends it with code 1.
 *
 *     node transcript-repl.ts FILE.in FILE.expected.out [BYTES]   BYTES: written so many at a time
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { requests } from './requests.ts';
import { blocksOf } from './transcript.ts';
import { write } from './write.ts';

const [asked = '', answered = '', bytes = '1048576'] = process.argv.slice(2);
const expected = blocksOf(readFileSync(asked, 'utf8')).map((lines) =>
  lines.map((line) => line.trimEnd()).join(''),
);
const answers = blocksOf(readFileSync(answered, 'utf8')).map((lines) => `${lines.join('\n')}\n\n`);

let at = 0;
for (const request of requests()) {
  const known = JSON.parse(expected[at] ?? 'null');
  if (!isDeepStrictEqual(JSON.parse(request), known)) {
    process.stderr.write(`request ${at} is not that of the transcript: ${request}\n`);
    process.exit(1);
  }
  const answer = Buffer.from(answers[at] ?? '');
  for (let from = 0; from < answer.length; from += Number(bytes)) {
    write(1, answer.subarray(from, from + Number(bytes)));
  }
  at++;
}
