/** Finding the patch in a model's answer. */
import { createHash } from 'node:crypto';
import { touchedPaths } from './diff.ts';

/** A patch, and in words where in the answer it was found. */
export interface FoundPatch {
  readonly patch: string;
  readonly from: string;
}

const start = /^(?:diff --git |Index: |--- .*\n\+\+\+ )/;
const startOfLine = /^(?:diff --git |--- .*\n\+\+\+ )/m;

/**
 * The patch in an answer: the whole answer where it begins as a diff does, else what is in the last of the tags <patch>,
 * <diff>, <model_patch>, else in fences ```diff or ```patch (all of them where they touch different files, else the
 * last one) or in other fences that hold a diff, else from the first line on that begins a diff. Undefined: none.
 */
export function findPatch(answer: string): FoundPatch | undefined {
  const text = answer.replaceAll('\r\n', '\n');
  // A patch to a file with such line ends must keep them.
  if (start.test(text.trimStart())) return found(answer.trimStart(), 'the whole answer');
  const tagged = [...text.matchAll(/<(patch|diff|model_patch)>\n?([\s\S]*?)<\/\1>/g)].map(
    (match) => match[2] ?? '',
  );
  const tag = tagged.findLast((body) => startOfLine.test(unfenced(body)));
  if (tag !== undefined) return found(unfenced(tag), 'tags');

  const fences = fencesOf(text);
  const named = fences.filter(
    ({ language, body }) => /^(?:diff|patch)$/i.test(language) && startOfLine.test(body),
  );
  const bodies = (named.length > 0 ? named : fences.filter(({ body }) => start.test(body))).map(
    ({ body }) => body,
  );
  const last = bodies.at(-1);
  if (last !== undefined) {
    if (bodies.length === 1) return found(last, 'a code fence');
    const paths = bodies.flatMap(touchedPaths);
    if (new Set(paths).size < paths.length) return found(last, `the last of ${bodies.length} code fences`);
    return found(bodies.join(''), `${bodies.length} code fences`);
  }
  const index = text.search(startOfLine);
  return index < 0 ? undefined : found(text.slice(index), 'the answer from its first diff line on');
}

/** Equal for patches that make the same edits, whatever their blob names and line numbers are. */
export function patchClass(patch: string): string {
  const edits = patch
    .split('\n')
    .filter((line) => !/^(?:index [0-9a-f]+\.\.|\s*$)/.test(line))
    .map((line) => line.replace(/^@@ .*? @@.*$/, '@@'));
  return createHash('sha256').update(edits.join('\n')).digest('hex').slice(0, 32);
}

// Neither git nor patch takes a last line that does not end.
function found(patch: string, from: string): FoundPatch | undefined {
  if (patch.trim() === '') return undefined;
  return { patch: patch.endsWith('\n') ? patch : `${patch}\n`, from };
}

function unfenced(body: string): string {
  return fencesOf(body).at(-1)?.body ?? body;
}

// Lines of a diff begin with anything but a back tick, so a fence around one ends at the first such line.
function fencesOf(text: string): { language: string; body: string }[] {
  return [...text.matchAll(/^```([^\n`]*)\n([\s\S]*?)^```[ \t]*$/gm)].map((match) => ({
    language: (match[1] ?? '').trim(),
    body: match[2] ?? '',
  }));
}
