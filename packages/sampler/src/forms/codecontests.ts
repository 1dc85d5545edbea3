/** CodeContests, and other programs that read and write: the answer is one Python program in a fence. */
import { type Form, promptOf, questionNames, type Shot, textIn } from './form.ts';

const fenced = (program: string) => `\`\`\`python\n${program.trim()}\n\`\`\``;

/** Of ContestProblem.Solution.Language, as the data set numbers languages. */
const python3 = 3;

/** A row with `solution`, or with the `solutions` of the data set: the first that is Python 3. */
function shotOf(fields: Readonly<Record<string, unknown>>): Shot | undefined {
  const question = textIn(fields, [...questionNames].reverse());
  const program = textIn(fields, ['solution']) ?? firstPython(fields.solutions);
  return question === undefined || program === undefined ? undefined : { question, answer: fenced(program) };
}

function firstPython(solutions: unknown): string | undefined {
  const { solution, language } = (solutions ?? {}) as { solution?: unknown; language?: unknown };
  if (!Array.isArray(solution) || !Array.isArray(language)) return undefined;
  const found: unknown = solution[language.findIndex((each) => each === python3 || each === 'PYTHON3')];
  return typeof found === 'string' && found.trim() !== '' ? found : undefined;
}

export const codecontests: Form = {
  temperature: 0.6,
  topP: 0.95,
  maxTokens: 1024,
  // At the beginning of a line: `for q in Q:` is Python.
  stop: ['\nQ:', '\nQuestion:'],
  shots: 2,
  instruction:
    'Write a Python 3 program that solves the problem. It reads from standard input and writes to standard output. Answer ' +
    'with the whole program in one ```python fence.',
  question: promptOf,
  ask: (question) =>
    'Q: Solve this problem with a Python 3 program that reads standard input and writes standard output. Put the program ' +
    `in a fence of back ticks.\n${question.trimEnd()}\nA:`,
  gap: ' ',
  end: '\n\n',
  shotOf,
  own: [
    {
      question:
        'A row of n lamps is given. Lamp i is on if a_i is 1, and off if it is 0. One move switches a lamp and all lamps to ' +
        'its right. Find the fewest moves after which all lamps are off.\n\nInput\n\nThe first line has n (1 ≤ n ≤ 100000). ' +
        'The second line has n integers a_i, each 0 or 1.\n\nOutput\n\nPrint the fewest moves.\n\nExample\n\nInput\n\n5\n0 1 1 0 ' +
        '1\n\nOutput\n\n3',
      answer: fenced(`n = int(input())
a = list(map(int, input().split()))
moves = 0
state = 0
for lamp in a:
    if lamp != state:
        moves += 1
        state = lamp
print(moves)`),
    },
    {
      question:
        'You are given n closed intervals. Find the largest number of intervals that have a point in common.\n\nInput\n\nThe ' +
        'first line has n (1 ≤ n ≤ 200000). Each of the next n lines has two integers l and r (0 ≤ l ≤ r ≤ 10^9).\n\nOutput' +
        '\n\nPrint one number.\n\nExample\n\nInput\n\n3\n1 4\n4 6\n7 9\n\nOutput\n\n2',
      answer: fenced(`import sys

data = list(map(int, sys.stdin.read().split()))
n = data[0]
events = []
for i in range(n):
    events.append((data[1 + 2 * i], 0))
    events.append((data[2 + 2 * i], 1))
events.sort()
best = now = 0
for _, kind in events:
    if kind == 0:
        now += 1
        best = max(best, now)
    else:
        now -= 1
print(best)`),
    },
  ],
};
