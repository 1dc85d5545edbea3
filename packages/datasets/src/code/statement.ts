/** What can be read from the statement of a contest problem besides its rules: sentences, examples, limits. */

export interface Example {
  input: string;
  output: string;
}

/** Sentences, each on one line; a line break ends one only where a blank line or a list item follows. */
export function sentencesOf(statement: string): string[] {
  return statement
    .split(/\n\s*\n|\n\s*(?=[*•-] )|(?<=[.!?;])\s+/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '');
}

const inputHeading = /^(?:sample |example )?input(?: ?#?\d+)?:?$/i;
const outputHeading = /^(?:sample |example )?output(?: ?#?\d+)?(?: for .*)?:?$/i;
const otherHeading =
  /^(?:notes?|explanations?(?: for .*)?|hints?|(?:examples?|samples?)(?: ?(?:#?\d+|inputs?.*|outputs?.*))?|constraints|scoring|interaction|time limit:.*|memory limit:.*):?$/i;

/**
 * What stands under the headings Input and Output, in pairs. The sections that describe input and output are such a
 * pair too; they equal no test.
 */
export function examplesOf(statement: string): Example[] {
  const examples: Example[] = [];
  let input: string[] | undefined;
  let output: string[] | undefined;
  let current: string[] = [];
  const complete = () => {
    if (input !== undefined && output !== undefined) {
      examples.push({ input: input.join('\n'), output: output.join('\n') });
    }
    input = output = undefined;
  };
  for (const line of statement.split('\n')) {
    const text = line.trim();
    if (inputHeading.test(text)) {
      complete();
      current = input = [];
    } else if (outputHeading.test(text)) {
      current = output = [];
    } else if (otherHeading.test(text)) {
      complete();
      current = [];
    } else current.push(line);
  }
  complete();
  return examples;
}

/** The limits that stand at the end of a statement, as some copies of CodeContests have them. */
export function limitsAtEnd(statement: string): { timeLimitS?: number; memoryLimitBytes?: number } {
  const end = statement.slice(-300);
  const time = /^Time Limit: \{'seconds': (\d+), 'nanos': (\d+)\}\s*$/m.exec(end);
  const memory = /^Memory Limit: (\d+)(?: Bytes)?\s*$/m.exec(end);
  return {
    ...(time && { timeLimitS: Number(time[1]) + Number(time[2]) / 1e9 }),
    ...(memory && { memoryLimitBytes: Number(memory[1]) }),
  };
}
