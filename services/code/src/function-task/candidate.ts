/** Which part of a model's answer goes into the program of a function task. */
import {
  definitionOf,
  extractFunction,
  extractProgram,
  hasFence,
  withoutThinking,
} from '../extract/index.ts';
import { asBody } from './python.ts';
import type { FunctionTask, Part } from './task.ts';

/** The text before the first of the stop sequences. */
export function cutAtStop(text: string, stopSequences: readonly string[]): string {
  let end = text.length;
  for (const stop of stopSequences) {
    const at = stop === '' ? -1 : text.indexOf(stop);
    if (at >= 0 && at < end) end = at;
  }
  return text.slice(0, end);
}

/**
 * The candidate's part of a Python program; undefined where the answer holds none.
 *
 *   - A text that goes on inside the function (its first line is indented) is taken as it is, up to a stop sequence or a
 *     fence, as base models end their code.
 *   - Code in a fence that defines the function stands in place of the prefix; stop sequences do not apply to it.
 *   - Other code in a fence goes on where the prefix ends, indented where it is not, up to a stop sequence.
 *   - A text without a fence goes on where the prefix ends, up to a stop sequence; where there is no prefix, or prose
 *     comes before a definition of the function, the program is looked for in it.
 */
export function pythonPart(task: FunctionTask, answer: string): Part | undefined {
  const { entryPoint, prefix, stopSequences } = task;
  const standsAlone = prefix.trim() === '';
  const said = withoutThinking(answer);
  const first =
    said
      .slice(0, 10_000)
      .split('\n')
      .find((line) => line.trim() !== '') ?? '';
  if (!standsAlone && /^(?: {2}|\t)/.test(first)) {
    return { code: cutAtStop(said, [...stopSequences, '\n```']), replaces: false, how: 'completion' };
  }
  const whole = entryPoint === '' ? undefined : extractFunction(answer, entryPoint);
  if (whole !== undefined) return { code: whole.code, replaces: true, how: whole.how };
  if (hasFence(answer)) {
    const found = extractProgram(answer, 'python3');
    if (found === undefined) return undefined;
    if (standsAlone) return { code: found.code, replaces: true, how: found.how };
    const code = asBody(cutAtStop(found.code, stopSequences));
    return { code, replaces: false, how: `body: ${found.how}` };
  }
  const found = extractProgram(standsAlone ? cutAtStop(said, stopSequences) : said, 'python3');
  if (standsAlone) return found && { code: found.code, replaces: true, how: found.how };
  if (entryPoint !== '' && found?.how.includes('text from') && definitionOf(entryPoint).test(found.code)) {
    return { code: found.code, replaces: true, how: found.how };
  }
  return { code: cutAtStop(said, stopSequences), replaces: false, how: 'completion' };
}
